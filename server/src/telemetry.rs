//! Logging: one subscriber, set up once.

use crate::config::Config;
use std::io::IsTerminal as _;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts logging to standard error, as text or as one JSON object a line.
pub fn start(config: &Config) {
    let filter = EnvFilter::new(&config.log_filter);
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = if config.log_json {
        tracing_subscriber::registry()
            .with(filter)
            .with(lines.json().with_span_list(false))
            .try_init()
    } else {
        tracing_subscriber::registry()
            .with(filter)
            .with(lines.with_target(false))
            .try_init()
    };
    // An error means that somebody in this process has started it already.
    let _ = started;
}
