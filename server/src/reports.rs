//! What browsers report of our content security policy: something of a page was not allowed to load or to run.
//!
//! Anybody can send anything here, so a report is read within bounds and nothing of it is kept as it came. Of each only
//! words from closed lists reach the log: the directive, the kind of thing that was blocked, and whether it was enforced. Its
//! addresses name threads and files, and its samples are what people wrote; both stay out.

use crate::state::House;
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;
use serde_json::Value;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// Where browsers send them, as the policy names it.
pub const PATH: &str = "/csp-reports";
/// Bytes of one request. A report has a few hundred; browsers gather several.
const BYTES: usize = 16 * 1024;
/// Reports of one request that are looked at.
const AT_ONCE: usize = 10;
/// Time for the body to arrive.
const BODY_TIME: Duration = Duration::from_secs(5);
/// Reports that are logged within one [`WINDOW`], by this whole process.
pub const MOST: u32 = 30;
const WINDOW: Duration = Duration::from_mins(1);

/// The directives of our policy (Content Security Policy Level 3, section 6), with the narrower ones that browsers name.
const DIRECTIVES: [&str; 19] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "connect-src",
    "font-src",
    "media-src",
    "frame-src",
    "worker-src",
    "manifest-src",
    "form-action",
    "base-uri",
    "object-src",
    "frame-ancestors",
    "child-src",
];
/// What a blocked address is called when it is none, and schemes.
const BLOCKED: [&str; 14] = [
    "inline",
    "eval",
    "wasm-eval",
    "self",
    "trusted-types-policy",
    "trusted-types-sink",
    "data",
    "blob",
    "https",
    "http",
    "wss",
    "ws",
    "chrome-extension",
    "moz-extension",
];
const OTHER: &str = "other";

/// How many reports were logged lately.
#[derive(Default)]
pub struct Reports(Mutex<Lately>);

#[derive(Default)]
struct Lately {
    since: Option<Instant>,
    logged: u32,
    dropped: u32,
}

/// A report as far as it is read: by `report-uri` in an envelope of its own, by the Reporting API in a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sent {
    One {
        #[serde(rename = "csp-report")]
        report: Value,
    },
    Several(Vec<Envelope>),
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    body: Value,
}

/// `POST /csp-reports`.
pub async fn take(State(house): State<House>, request: Request) -> Response {
    let kind = request.headers().get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    let known = kind.is_some_and(|kind| {
        [&b"application/csp-report"[..], b"application/reports+json"]
            .iter()
            .any(|known| kind.starts_with(known))
    });
    if !known {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    // Asked before a byte of it is read.
    if !house.reports.has_room() {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    let body = match arrived(request.into_body()).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let reports = match serde_json::from_slice(&body) {
        Ok(Sent::One { report }) => vec![report],
        Ok(Sent::Several(envelopes)) => envelopes
            .into_iter()
            .filter(|envelope| envelope.kind == "csp-violation")
            .map(|envelope| envelope.body)
            .collect(),
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    for report in reports.iter().take(AT_ONCE) {
        house.reports.log(report);
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn arrived(body: Body) -> Result<bytes::Bytes, StatusCode> {
    match timeout(BODY_TIME, Limited::new(body, BYTES).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

impl Reports {
    fn has_room(&self) -> bool {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lately.begin_anew_when_over();
        let room = lately.logged < MOST;
        if !room {
            lately.dropped = lately.dropped.saturating_add(1);
        }
        room
    }

    fn log(&self, report: &Value) {
        {
            let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if lately.logged >= MOST {
                lately.dropped = lately.dropped.saturating_add(1);
                return;
            }
            lately.logged += 1;
        }
        // The names of `report-uri` first, then those of the Reporting API.
        let text = |names: [&str; 2]| {
            names
                .iter()
                .find_map(|name| report.get(name)?.as_str())
                .unwrap_or_default()
        };
        let directive = text(["effective-directive", "effectiveDirective"]);
        let directive = match directive {
            "" => text(["violated-directive", "violatedDirective"]),
            named => named,
        };
        // An older browser writes the whole directive, sources and all.
        let directive = listed(&DIRECTIVES, directive.split(' ').next().unwrap_or_default());
        let blocked = text(["blocked-uri", "blockedURL"]);
        let blocked = listed(&BLOCKED, blocked.split(':').next().unwrap_or_default());
        let enforced = text(["disposition", "disposition"]) != "report";
        tracing::warn!(
            directive,
            blocked,
            enforced,
            "a browser reports that the policy was violated"
        );
    }
}

impl Lately {
    fn begin_anew_when_over(&mut self) {
        let now = Instant::now();
        if self.since.is_some_and(|since| now.duration_since(since) < WINDOW) {
            return;
        }
        if self.dropped > 0 {
            tracing::warn!(dropped = self.dropped, "reports of policy violations were not logged");
        }
        *self = Self {
            since: Some(now),
            ..Self::default()
        };
    }
}

fn listed(words: &'static [&'static str], word: &str) -> &'static str {
    words.iter().find(|known| **known == word).copied().unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_logged_in_a_minute() {
        let reports = Reports::default();
        for _ in 0..MOST {
            assert!(reports.has_room());
            reports.log(&Value::Null);
        }
        assert!(!reports.has_room());
        tokio::time::advance(WINDOW).await;
        assert!(reports.has_room());
    }

    #[test]
    fn a_word_that_is_not_listed_is_not_repeated() {
        assert_eq!(listed(&DIRECTIVES, "script-src"), "script-src");
        assert_eq!(listed(&DIRECTIVES, "Anwen Marlowe"), OTHER);
        assert_eq!(listed(&BLOCKED, ""), OTHER);
    }
}
