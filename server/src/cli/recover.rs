//! `gatehouse recover`: files without the database.

use super::say;
use crate::{
    boot::{self, Fault, Post},
    config::Config,
    telemetry,
};
use clap::Args;
use domain::size;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Recover {
    /// The host of the firm's portal.
    #[arg(long)]
    host: String,
    /// The folder to write the files into, in the clear. It must be empty, or is made.
    #[arg(long)]
    into: PathBuf,
}

pub(super) async fn run(file: &Path, asked: &Recover) -> Result<(), Fault> {
    let config = Config::load(file)?;
    telemetry::start(&config);
    let registry = boot::open(&config, Post::none(), false).await?;
    let recovered = match registry.recover(&asked.host, &asked.into).await {
        Err(::firm::Error::Problem(_)) => return Err(Fault::Told("no firm answers at this host".to_owned())),
        recovered => recovered?,
    };
    registry.close().await;
    say(&format!(
        "{} files, {}, each equal to its SHA-256; files.csv lists them. They are in the clear now: {}",
        recovered.files,
        size::human(recovered.bytes),
        asked.into.display(),
    ));
    for (object, why) in &recovered.lost {
        say(&format!("Not recovered: key object {object}: {why}"));
    }
    match recovered.lost.len() {
        0 => Ok(()),
        lost => Err(Fault::Told(format!("{lost} files could not be recovered"))),
    }
}
