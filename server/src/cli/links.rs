//! `gatehouse links`: addresses of a portal that a firm had before.

use super::{say, typed_wrong};
use crate::{
    boot::{self, Fault, Post},
    config::Config,
    telemetry,
};
use ::firm::{Actor, legacy};
use clap::{Args, Subcommand};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take a list of old addresses in: one a line, and after a comma each where it leads (/home, for example) and the mail
    /// address of the contact that it was for. The same list again changes nothing.
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The host of the firm's portal.
    #[arg(long)]
    host: String,
    /// The file with the list; `-` reads standard input.
    file: PathBuf,
}

pub(super) async fn run(file: &Path, command: Command) -> Result<(), Fault> {
    let config = Config::load(file)?;
    telemetry::start(&config);
    match command {
        Command::Import(asked) => import(&config, &asked).await,
    }
}

async fn import(config: &Config, asked: &Import) -> Result<(), Fault> {
    let list = if asked.file.as_os_str() == "-" {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(&asked.file)
    };
    let list = list.map_err(|source| Fault::Machine {
        what: format!("{} cannot be read", asked.file.display()),
        source,
    })?;
    let registry = boot::open(config, Post::none(), false).await?;
    let firm = registry
        .firm_by_host(&asked.host)
        .await?
        .ok_or_else(|| Fault::Told("no firm answers at this host".to_owned()))?;
    let done = legacy::import(&firm, &Actor::Operator, &list)
        .await
        .map_err(typed_wrong)?;
    say(&format!(
        "{} new, {} changed, {} as they were.",
        done.added, done.changed, done.same
    ));
    registry.close().await;
    Ok(())
}
