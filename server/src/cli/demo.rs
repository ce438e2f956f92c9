//! `gatehouse demo`: an invented firm to walk through, on this machine only.

use super::say;
use crate::{
    boot::{self, Fault, Post},
    config::{Config, RootSource},
    telemetry,
};
use ::firm::{Courier, Registry, TextCourier, demo};
use std::{
    env,
    path::{Path, PathBuf},
};

/// Unless the environment names another.
const FOLDER: &str = "demo";

pub(super) async fn run(file: &Path) -> Result<(), Fault> {
    let config = apart(Config::load(file)?);
    telemetry::start(&config);
    if !config.listen.ip().is_loopback() {
        return Err(Fault::Told(format!(
            "[server] listen is {}, and the demo listens on this machine only, such as 127.0.0.1:3000",
            config.listen
        )));
    }
    let post = Post {
        mail: Courier::Folder(outbox(&config)),
        texts: TextCourier::Folder(outbox(&config).join("texts")),
    };
    let registry = boot::open(&config, post, true).await?;
    if registry.firms().await?.is_empty() {
        say("Inventing a firm, its clients and their papers …");
        demo::seed(&registry).await?;
    }
    let ready = boot::prepare(&config, registry.clone()).await?;
    welcome(&config, &registry).await?;
    ready.run().await
}

/// The demo shares nothing with a real server: not its data folder, not its key, not its proxies.
fn apart(mut config: Config) -> Config {
    let named = ["GATEHOUSE_DATA", "GATEHOUSE_SERVER_DATA"].iter().find_map(env::var_os);
    config.data = named.map_or_else(|| PathBuf::from(FOLDER), PathBuf::from);
    config.stores.folder = config.data.join("store");
    config.root = RootSource::File(config.data.with_extension("key"));
    config.proxies = Vec::new();
    if let crate::config::Database::Postgres { prefix, .. } = &mut config.database {
        prefix.push_str("_demo");
    }
    config
}

fn outbox(config: &Config) -> PathBuf {
    config.data.join("outbox")
}

async fn welcome(config: &Config, registry: &Registry) -> Result<(), Fault> {
    for firm in registry.firms().await? {
        let origin = firm.origin();
        say(&format!("\n{} is open at {origin}", firm.card().name));
        say(&format!(
            "Its emails and texts land at  {origin}/outbox  (the files lie in {})\n",
            outbox(config).display()
        ));
    }
    say("Who can sign in:");
    for person in &demo::PEOPLE {
        let way = if person.staff {
            format!("password: {}, then the code on the outbox page", demo::STAFF_PASSWORD)
        } else {
            "by a link in the outbox".to_owned()
        };
        say(&format!(
            "  {:<28} {} ({}), {way}",
            person.address, person.name, person.who
        ));
    }
    say("\nCtrl-C ends it.\n");
    Ok(())
}
