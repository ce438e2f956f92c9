//! The command line.

mod demo;
mod doctor;
mod firm;
mod links;
mod recover;
mod serve;
mod staff;

use crate::boot::Fault;
use clap::{Parser, Subcommand};
use domain::Problem;
use std::path::PathBuf;

/// A client portal for firms that handle other people's papers.
#[derive(Debug, Parser)]
#[command(name = "gatehouse", version)]
pub struct Line {
    /// The file of settings.
    #[arg(long, global = true, default_value = "Leptos.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the firms of the data folder (what happens without a command, too).
    Serve,
    /// Try the portal with an invented firm, on this machine only.
    Demo,
    /// Look at everything that the server needs, change nothing, and say what is amiss.
    Doctor,
    /// Make and change firms.
    #[command(subcommand)]
    Firm(firm::Command),
    /// Invite people to a firm's team.
    #[command(subcommand)]
    Staff(staff::Command),
    /// Let addresses of a portal that a firm had before lead to the new one.
    #[command(subcommand)]
    Links(links::Command),
    /// Get every file of a firm back from root key, registry and store, without the firm's database.
    Recover(recover::Recover),
}

/// Does what the command line asks.
///
/// # Errors
/// A setting that does not fit, or a part of this machine that fails.
pub async fn run(line: Line) -> Result<(), Fault> {
    match line.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&line.config).await,
        Command::Demo => demo::run(&line.config).await,
        Command::Doctor => doctor::run(&line.config).await,
        Command::Firm(command) => firm::run(&line.config, command).await,
        Command::Staff(command) => staff::run(&line.config, command).await,
        Command::Links(command) => links::run(&line.config, command).await,
        Command::Recover(asked) => recover::run(&line.config, &asked).await,
    }
}

/// What was typed and does not fit is said as the pages say it.
fn typed_wrong(error: ::firm::Error) -> Fault {
    match error {
        ::firm::Error::Problem(problem @ Problem::Refused { .. }) => Fault::Told(problem.sentence()),
        other => other.into(),
    }
}

/// Words for the person at the terminal. A closed pipe is theirs to close.
fn say(words: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}
