//! `gatehouse serve`.

use crate::{
    boot::{self, Fault},
    config::Config,
    telemetry,
};
use std::path::Path;

pub(super) async fn run(file: &Path) -> Result<(), Fault> {
    let config = Config::load(file)?;
    telemetry::start(&config);
    let registry = boot::open(&config, boot::Post::of(&config)?, false).await?;
    if registry.firms().await?.is_empty() {
        tracing::warn!("there is no firm yet: make one with `gatehouse firm create`");
    }
    if !registry.courier().carries() {
        tracing::warn!("no mail goes out, because [mail] host is not set: letters wait, sealed, in each firm's queue");
    }
    if !registry.texts().carries() {
        tracing::warn!("no text message goes out, because [texts] url is not set: pages offer another way");
    }
    boot::prepare(&config, registry).await?.run().await
}
