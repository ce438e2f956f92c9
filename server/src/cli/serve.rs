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
    let registry = boot::open(&config, boot::Post::none(), false).await?;
    if registry.firms().await?.is_empty() {
        tracing::warn!("there is no firm yet: make one with `gatehouse firm create`");
    }
    tracing::warn!("no mail goes out: letters wait, sealed, in each firm's queue");
    boot::prepare(&config, registry).await?.run().await
}
