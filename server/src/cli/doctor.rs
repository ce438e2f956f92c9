//! `gatehouse doctor`: looks at everything that the server needs, changes nothing, and says in plain words what is amiss.

mod certificate;
mod outside;
mod place;

use super::say;
use crate::{
    boot::{self, Fault, Post},
    config::{Config, RootSource},
};
use ::firm::{Clock, Registry};
use domain::Moment;
use std::path::Path;

/// How a look at one thing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As it should be.
    Fine,
    /// The server runs, and somebody should know.
    Mind,
    /// Something does not work.
    Broken,
}

/// What was looked at, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    what: &'static str,
    verdict: Verdict,
    words: String,
}

fn fine(what: &'static str, words: impl Into<String>) -> Finding {
    finding(what, Verdict::Fine, words)
}

fn mind(what: &'static str, words: impl Into<String>) -> Finding {
    finding(what, Verdict::Mind, words)
}

fn broken(what: &'static str, words: impl Into<String>) -> Finding {
    finding(what, Verdict::Broken, words)
}

fn finding(what: &'static str, verdict: Verdict, words: impl Into<String>) -> Finding {
    Finding {
        what,
        verdict,
        words: words.into(),
    }
}

pub(super) async fn run(file: &Path) -> Result<(), Fault> {
    let config = Config::load(file)?;
    let mut findings = vec![fine("Settings", format!("{} and the environment fit.", file.display()))];
    findings.extend(look(&config, Clock::system().now()).await);
    for finding in &findings {
        say(&line(finding));
    }
    match findings.iter().filter(|it| it.verdict == Verdict::Broken).count() {
        0 => Ok(()),
        1 => Err(Fault::Told("one thing is broken, see above".to_owned())),
        many => Err(Fault::Told(format!("{many} things are broken, see above"))),
    }
}

/// One line a finding: it is read by people and searched by scripts.
fn line(finding: &Finding) -> String {
    let mark = match finding.verdict {
        Verdict::Fine => "ok   ",
        Verdict::Mind => "mind ",
        Verdict::Broken => "FAIL ",
    };
    format!("{mark} {:<12} {}", finding.what, finding.words)
}

async fn look(config: &Config, now: Moment) -> Vec<Finding> {
    let mut findings = vec![place::root_key(config), place::data(config)];
    findings.extend(place::stores(config).await);
    let registry = if has_key(config) {
        database(config, &mut findings).await
    } else {
        findings.push(mind("Database", "Nothing is stored yet: the first start makes it."));
        None
    };
    findings.push(outside::mail(config, registry.as_ref(), now).await);
    findings.push(outside::texts(config).await);
    findings.push(outside::scanner(config).await);
    findings.push(outside::clock(registry.as_ref(), now).await);
    findings.push(certificate::tls(config, now));
    findings.push(outside::proxy(config));
    if let Some(registry) = registry {
        registry.close().await;
    }
    findings
}

/// Whether there is a root key to open anything with. A start would make one; a look does not.
fn has_key(config: &Config) -> bool {
    match &config.root {
        RootSource::File(path) => path.exists(),
        RootSource::Environment(_) | RootSource::Command(_) => true,
    }
}

async fn database(config: &Config, findings: &mut Vec<Finding>) -> Option<Registry> {
    if config.database == crate::config::Database::Sqlite && !config.data.join("registry.db").exists() {
        findings.push(mind("Database", "Nothing is stored yet: the first start makes it."));
        return None;
    }
    let registry = match boot::open(config, Post::none(), false).await {
        Ok(registry) => registry,
        Err(fault) => {
            findings.push(broken("Database", sentence(&fault)));
            return None;
        }
    };
    findings.push(match registry.firms().await {
        Ok(firms) if firms.is_empty() => mind(
            "Database",
            "It opens. There is no firm yet: make one with gatehouse firm create.",
        ),
        Ok(firms) => {
            let hosts: Vec<String> = firms.iter().map(|firm| firm.card().host).collect();
            fine(
                "Database",
                format!("It opens, and so does each firm: {}.", hosts.join(", ")),
            )
        }
        Err(error) => broken("Database", sentence(&Fault::from(error))),
    });
    Some(registry)
}

/// A fault as a sentence.
fn sentence(fault: &impl std::fmt::Display) -> String {
    let words = fault.to_string();
    if words.ends_with('.') {
        words
    } else {
        format!("{words}.")
    }
}

#[cfg(test)]
mod tests;
