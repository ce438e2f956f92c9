//! What lies beyond this machine: the mail server, the gateway for texts, the proxy; and the time, on which all agree.

use super::{Finding, broken, fine, mind, sentence};
use crate::config::Config;
use ::firm::{Registry, mails, scan};
use domain::Moment;
use ipnet::IpNet;

const MAIL: &str = "Mail";
const TEXTS: &str = "Texts";
const SCANNER: &str = "Scanner";
const CLOCK: &str = "Clock";
const PROXY: &str = "Proxy";

/// 1 January 2026, before which this program did not exist.
const NOT_BEFORE: Moment = Moment(1_767_225_600_000);
/// Seconds by which clocks may differ: below, no link or code is refused for it.
const LEEWAY: i64 = 120;

pub(super) async fn mail(config: &Config, registry: Option<&Registry>, now: Moment) -> Finding {
    let smtp = match config.mail.courier() {
        Err(refusal) => return broken(MAIL, sentence(&refusal)),
        Ok(None) => {
            let waiting = match registry {
                Some(registry) => waiting(registry).await,
                None => 0,
            };
            let waits = match waiting {
                0 => "Nothing waits.".to_owned(),
                1 => "One letter waits.".to_owned(),
                many => format!("{many} letters wait."),
            };
            return mind(
                MAIL,
                format!("No mail server is set up, so no mail leaves: see [mail] host. {waits}"),
            );
        }
        Ok(Some(smtp)) => smtp,
    };
    let host = &config.mail.host;
    match smtp.probe(now).await {
        Ok(()) if config.mail.user.is_empty() => fine(MAIL, format!("{host} answers. Nothing was sent.")),
        Ok(()) => fine(MAIL, format!("{host} answers and lets us in. Nothing was sent.")),
        Err(fault) => broken(MAIL, sentence(&fault)),
    }
}

async fn waiting(registry: &Registry) -> u64 {
    let mut all = 0;
    for firm in registry.firms().await.unwrap_or_default() {
        all += mails::waiting(&firm).await.map_or(0, |(mails, _)| mails);
    }
    all
}

pub(super) async fn scanner(config: &Config) -> Finding {
    let Some(address) = &config.scanner else {
        return mind(
            SCANNER,
            "No scanner is set up, so files are not checked for viruses, and their pages say so: see [scanner] address.",
        );
    };
    match scan::version(address).await {
        Ok(version) => fine(SCANNER, format!("{address} answers: {version}.")),
        Err(error) => broken(
            SCANNER,
            format!("{address} does not answer, so files are held and cannot be opened: {error}."),
        ),
    }
}

pub(super) async fn texts(config: &Config) -> Finding {
    match config.texts.courier() {
        Err(refusal) => broken(TEXTS, sentence(&refusal)),
        Ok(None) => mind(
            TEXTS,
            "No gateway is set up, so no text message leaves and pages offer another way: see [texts] url.",
        ),
        Ok(Some(gateway)) => match gateway.probe().await {
            Ok(()) => fine(
                TEXTS,
                format!("{} answers and knows us. Nothing was sent.", config.texts.url),
            ),
            Err(fault) => broken(TEXTS, sentence(&fault)),
        },
    }
}

/// Links and codes live for minutes, so a clock that jumps back would bring them to life again.
pub(super) async fn clock(registry: Option<&Registry>, now: Moment) -> Finding {
    if now < NOT_BEFORE {
        return broken(CLOCK, format!("It says {}, which is long over.", now.full()));
    }
    let mut newest = Moment(0);
    if let Some(registry) = registry {
        for firm in registry.firms().await.unwrap_or_default() {
            if let Ok(Some(last)) = ::firm::audit::newest(&firm).await {
                newest = newest.max(last);
            }
        }
    }
    if newest.seconds_since(now) > LEEWAY {
        return broken(
            CLOCK,
            format!(
                "It says {}, and the audit log has been at {} already.",
                now.full(),
                newest.full()
            ),
        );
    }
    fine(CLOCK, format!("It says {}.", now.full()))
}

pub(super) fn proxy(config: &Config) -> Finding {
    if config.proxies.is_empty() {
        return fine(PROXY, "None is declared, so forwarding headers count for nothing.");
    }
    let wide = |range: &&IpNet| match range {
        IpNet::V4(range) => range.prefix_len() < 8,
        IpNet::V6(range) => range.prefix_len() < 16,
    };
    let all: Vec<String> = config.proxies.iter().map(ToString::to_string).collect();
    match config.proxies.iter().find(wide) {
        Some(range) => mind(
            PROXY,
            format!(
                "[proxy] trusted holds {range}: whoever is in it can pretend to come from anywhere. Name the proxy alone."
            ),
        ),
        None => fine(
            PROXY,
            format!(
                "X-Forwarded-For is believed from {}. The proxy must speak https and pass the Host header on.",
                all.join(", ")
            ),
        ),
    }
}
