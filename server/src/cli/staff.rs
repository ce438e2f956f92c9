//! `gatehouse staff`: what an operator does for a firm's team.

use super::{say, typed_wrong};
use crate::{
    boot::{self, Fault, Post},
    config::Config,
    telemetry,
};
use ::firm::{
    Actor,
    staff::{self, StaffInvitation},
};
use clap::{Args, Subcommand};
use domain::{access::Role, office::team::role_named};
use std::path::Path;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Invite somebody to the team of a firm: they get an email with a link that works for 7 days. Again, for whoever has not
    /// come in yet; then name, title and role stay what they were.
    Invite(Invite),
}

#[derive(Debug, Args)]
pub(super) struct Invite {
    /// The host of the firm's portal.
    #[arg(long)]
    host: String,
    /// Their name, such as "Ruth Aston".
    #[arg(long)]
    name: String,
    /// Their title, such as Payroll.
    #[arg(long, default_value = "")]
    title: String,
    /// Their mail address, with which they sign in.
    #[arg(long)]
    address: String,
    /// What they may do: owner, admin or member.
    #[arg(long, value_parser = role)]
    role: Role,
    /// Print the link as well, to be handed over where no mail goes out. Whoever has it comes in as them.
    #[arg(long)]
    print_link: bool,
}

fn role(typed: &str) -> Result<Role, String> {
    role_named(typed).ok_or_else(|| "one of owner, admin and member".to_owned())
}

pub(super) async fn run(file: &Path, command: Command) -> Result<(), Fault> {
    let config = Config::load(file)?;
    telemetry::start(&config);
    match command {
        Command::Invite(asked) => invite(&config, asked).await,
    }
}

async fn invite(config: &Config, asked: Invite) -> Result<(), Fault> {
    let registry = boot::open(config, Post::none(), false).await?;
    let firm = registry
        .firm_by_host(&asked.host)
        .await?
        .ok_or_else(|| Fault::Told("no firm answers at this host".to_owned()))?;
    let new = StaffInvitation {
        name: asked.name,
        title: asked.title,
        address: asked.address,
        role: asked.role,
    };
    let invited = staff::invite_at_server(&firm, &Actor::Operator, &new, asked.print_link).await;
    let invited = invited.map_err(typed_wrong)?;
    let done = match &invited.again {
        Some(name) => {
            format!("{name} was on the team already and had not come in, so they are invited again, as they were.")
        }
        None => format!("{} is invited.", new.name),
    };
    let mail = if Post::of(config)?.mail.carries() {
        "The mail goes out as soon as gatehouse serve runs."
    } else {
        "No mail server is set up ([mail] host), so the mail waits, sealed, until there is one."
    };
    say(&format!("{done} {mail}"));
    if let Some(link) = invited.link {
        say("Hand this link over yourself. It works for 7 days, and whoever has it comes in:");
        say(&link);
    }
    registry.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Line;
    use clap::Parser as _;

    #[test]
    fn a_role_that_is_none_of_staffs_is_refused_before_anything_is_opened() {
        let line = |role| {
            let typed = [
                "gatehouse",
                "staff",
                "invite",
                "--host",
                "portal.larch.example",
                "--name",
                "Ruth Aston",
                "--address",
                "ruth@larch.example",
                "--role",
                role,
            ];
            Line::try_parse_from(typed)
        };
        assert!(line("owner").is_ok() && line("admin").is_ok() && line("member").is_ok());
        for role in ["operator", "contact", "Owner", ""] {
            assert!(line(role).is_err(), "{role}");
        }
    }
}
