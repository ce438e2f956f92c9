//! `gatehouse firm`: what an operator does to firms.

use super::say;
use crate::{
    boot::{self, Fault},
    config::Config,
    telemetry,
};
use ::firm::{
    Actor, FirmDraft, factors, passwords,
    staff::{self, NewStaff},
};
use clap::{Args, Subcommand};
use domain::{access::Role, text};
use std::{io, path::Path};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a firm and its owner. The owner's password is read from standard input, one line.
    Create(Create),
    /// Take all second factors of somebody away who lost them. They set up new ones when they next sign in.
    ClearFactors(ClearFactors),
}

#[derive(Debug, Args)]
pub(super) struct ClearFactors {
    /// The host of the firm's portal.
    #[arg(long)]
    host: String,
    /// The mail address of whoever lost their phone and their recovery codes.
    #[arg(long)]
    address: String,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The firm's name, such as "Harcourt & Pell".
    #[arg(long)]
    name: String,
    /// The host that its portal answers to, such as portal.harcourtpell.example.
    #[arg(long)]
    host: String,
    /// A telephone number for people who are stuck.
    #[arg(long, default_value = "")]
    phone: String,
    /// When somebody answers it, such as "Monday to Friday, 9.00 to 17.30".
    #[arg(long, default_value = "")]
    hours: String,
    /// The owner's name.
    #[arg(long)]
    owner: String,
    /// The owner's title, such as Partner.
    #[arg(long, default_value = "")]
    title: String,
    /// The owner's mail address, with which they sign in.
    #[arg(long)]
    address: String,
}

pub(super) async fn run(file: &Path, command: Command) -> Result<(), Fault> {
    let config = Config::load(file)?;
    telemetry::start(&config);
    match command {
        Command::Create(create) => make(&config, create).await,
        Command::ClearFactors(lost) => clear_factors(&config, &lost).await,
    }
}

async fn make(config: &Config, create: Create) -> Result<(), Fault> {
    say("The owner's password (at least 15 characters), then Enter:");
    let mut password = String::new();
    io::stdin().read_line(&mut password).map_err(|source| Fault::Machine {
        what: "the password cannot be read from standard input".to_owned(),
        source,
    })?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    // Before the firm: one without an owner would be of no use.
    let address = text::address(&create.address).map_err(|problem| told(&problem.sentence()))?;
    let context = [&create.name, &create.host, &create.owner, &address].map(String::as_str);
    passwords::accept_first(&context, &password).map_err(|problem| told(&problem.sentence()))?;
    let registry = boot::open(config, boot::Post::none(), false).await?;
    let draft = FirmDraft {
        name: create.name,
        host: create.host,
        phone: create.phone,
        hours: create.hours,
        accent: None,
    };
    let firm = registry.create_firm(&Actor::Operator, &draft).await?;
    let owner = NewStaff {
        name: create.owner,
        title: create.title,
        address,
        role: Role::Owner,
        password,
    };
    staff::add(&firm, &Actor::Operator, &owner).await?;
    say(&format!("{} is at {}", firm.card().name, firm.origin()));
    registry.close().await;
    Ok(())
}

async fn clear_factors(config: &Config, lost: &ClearFactors) -> Result<(), Fault> {
    let address = text::address(&lost.address).map_err(|problem| told(&problem.sentence()))?;
    let registry = boot::open(config, boot::Post::none(), false).await?;
    let firm = registry
        .firm_by_host(&lost.host)
        .await?
        .ok_or_else(|| told("no firm answers at this host"))?;
    factors::clear(&firm, &Actor::Operator, &address).await?;
    say(&format!(
        "{address} sets up a new second factor at the next sign-in, and is told by mail."
    ));
    registry.close().await;
    Ok(())
}

fn told(words: &str) -> Fault {
    Fault::Told(words.to_owned())
}
