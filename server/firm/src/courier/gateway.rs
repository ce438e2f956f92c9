//! Text messages by an HTTP gateway of the shape of Twilio's API: a form posted to
//! `/2010-04-01/Accounts/{account}/Messages.json` with basic authentication, answered by a small JSON object.

use super::{Text, Undelivered};
use crate::error::Fault;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use std::{fmt, sync::Arc, time::Duration};
use ureq::Agent;

/// Seconds for the whole exchange: a page waits for the code, and a second try is better than a long wait.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read. Twilio's is about 1 KB.
const ANSWER_BYTES: u64 = 64 * 1024;
/// Refusals with status 400 that speak of our own number or account, so that the message itself may go later (Twilio's
/// dictionary of errors: 20003 authentication, 21603 and 21606 and 21659 the sender, 21611 its queue is full).
const OURS: [u32; 5] = [20_003, 21_603, 21_606, 21_611, 21_659];

/// What the operator says about the gateway.
#[derive(Clone)]
pub struct GatewaySettings {
    /// Where it is: `https://api.gateway.example`, to which the path of the shape above is added.
    pub url: String,
    /// Our account there.
    pub account: String,
    /// The account's secret. Never logged.
    pub token: String,
    /// The number or name that messages come from.
    pub from: String,
}

/// A gateway for text messages.
#[derive(Clone)]
pub struct Gateway {
    agent: Agent,
    settings: Arc<GatewaySettings>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gateway({})", self.settings.url)
    }
}

/// The members of an answer that matter; a gateway may send more or leave some out.
#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    status: serde_json::Value,
    #[serde(default)]
    code: Option<u32>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    error_message: Option<String>,
}

impl Gateway {
    /// Prepares the way; nothing is connected yet.
    ///
    /// # Errors
    /// The address is not https. Plain http is taken for this machine alone.
    pub fn new(settings: GatewaySettings) -> Result<Self, Fault> {
        if !is_safe(&settings.url) {
            return Err(Fault::Setting(
                "[texts] url: an address that begins with https:// is expected".to_owned(),
            ));
        }
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // The credentials go to the address that the operator wrote down, and to no other.
            .max_redirects(0)
            .proxy(None)
            .build()
            .into();
        Ok(Self {
            agent,
            settings: Arc::new(settings),
        })
    }

    pub(super) async fn send(&self, text: &Text) -> Result<String, Undelivered> {
        let path = format!(
            "{}/2010-04-01/Accounts/{}/Messages.json",
            self.settings.url.trim_end_matches('/'),
            self.settings.account
        );
        let form = vec![
            ("To", text.to.clone()),
            ("From", self.settings.from.clone()),
            ("Body", text.words.clone()),
        ];
        let (status, answer) = self.exchange(path, Some(form)).await?;
        judged(status, &answer)
    }

    /// Asks for our own account, and sends nothing.
    ///
    /// # Errors
    /// Whatever would keep a message from leaving.
    pub async fn probe(&self) -> Result<(), Undelivered> {
        let path = format!(
            "{}/2010-04-01/Accounts/{}.json",
            self.settings.url.trim_end_matches('/'),
            self.settings.account
        );
        match self.exchange(path, None).await? {
            (200..=299, _) => Ok(()),
            (status, answer) => Err(Undelivered::Later(said(status, &answer))),
        }
    }

    async fn exchange(
        &self,
        path: String,
        form: Option<Vec<(&'static str, String)>>,
    ) -> Result<(u16, Answer), Undelivered> {
        let agent = self.agent.clone();
        let login = STANDARD.encode(format!("{}:{}", self.settings.account, self.settings.token));
        // The client blocks, so it gets a thread of those that may.
        let asked = tokio::task::spawn_blocking(move || {
            let authorization = format!("Basic {login}");
            let response = match form {
                Some(form) => agent
                    .post(&path)
                    .header("Authorization", &authorization)
                    .header("Accept", "application/json")
                    .send_form(form),
                None => agent
                    .get(&path)
                    .header("Authorization", &authorization)
                    .header("Accept", "application/json")
                    .call(),
            }?;
            let status = response.status().as_u16();
            let body = response
                .into_body()
                .with_config()
                .limit(ANSWER_BYTES)
                .read_to_string()?;
            Ok::<_, ureq::Error>((status, body))
        })
        .await;
        let (status, body) = match asked {
            Ok(Ok(answered)) => answered,
            Ok(Err(error)) => {
                return Err(Undelivered::Later(match error {
                    ureq::Error::Timeout(_) => "the gateway does not answer".to_owned(),
                    ureq::Error::HostNotFound => "the gateway’s host is not known".to_owned(),
                    ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
                        "the gateway’s certificate is not trusted".to_owned()
                    }
                    _ => "the gateway could not be reached".to_owned(),
                }));
            }
            Err(_) => return Err(Undelivered::Later("the gateway was not asked".to_owned())),
        };
        Ok((status, serde_json::from_str(&body).unwrap_or_default()))
    }
}

fn judged(status: u16, answer: &Answer) -> Result<String, Undelivered> {
    match status {
        200..=299 => match answer.status.as_str() {
            Some("failed" | "undelivered") => Err(Undelivered::Never(said(status, answer))),
            _ => Ok(said(status, answer)),
        },
        400 if answer.code.is_none_or(|code| !OURS.contains(&code)) => Err(Undelivered::Never(said(status, answer))),
        _ => Err(Undelivered::Later(said(status, answer))),
    }
}

fn said(status: u16, answer: &Answer) -> String {
    let words = answer.error_message.as_deref().or(answer.message.as_deref());
    let words = words.or(answer.status.as_str()).unwrap_or_default();
    match answer.code {
        Some(code) => format!("{status} {words} ({code})"),
        None => format!("{status} {words}").trim().to_owned(),
    }
}

/// https, or http to this very machine.
fn is_safe(url: &str) -> bool {
    if let Some(rest) = url.strip_prefix("https://") {
        return !rest.is_empty() && !rest.starts_with('/');
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests;
