//! Host poisoning (class 10: Fider#915, self-service-password#755): what a request says about hosts reaches no mail.

use crate::{browser::PAGE, portal::Portal};
use firm::{
    Letter, on_both_engines,
    testing::{HOST, House},
};
use futures::{FutureExt as _, future::LocalBoxFuture};
use http::Method;

/// What a request says that would like to be somewhere else.
const SPOOFS: [(&str, &str); 14] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "81"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-for", "evil.example"),
    ("x-host", "evil.example"),
    ("forwarded", "host=evil.example;proto=http"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "https://evil.example/"),
    ("x-rewrite-url", "https://evil.example/"),
    ("x-http-host-override", "evil.example"),
    ("x-forwarded-path", "https://evil.example/"),
    ("referer", "https://evil.example/"),
];

/// A request that ends in a mail: its path, its fields, and whose browser sends it. Each is asked once a spoof.
type Sender = for<'a> fn(&'a Portal, &'a [(&'a str, &'a str)]) -> LocalBoxFuture<'a, ()>;

const SENDERS: &[(&str, Sender)] = &[
    ("a sign-in link", |portal, spoofs| {
        sign_in_link(portal, spoofs).boxed_local()
    }),
    ("a new device", |portal, spoofs| {
        new_device(portal, spoofs).boxed_local()
    }),
];

async fn sign_in_link(portal: &Portal, spoofs: &[(&str, &str)]) {
    let body = "address=anwen%40marlowe.example&from=%2Fsign-in";
    let answer = portal
        .visitor()
        .fetch(Method::POST, "/api/ask_link", &with(spoofs), body)
        .await;
    assert_eq!(answer.location(), "/sign-in/sent");
}

async fn new_device(portal: &Portal, spoofs: &[(&str, &str)]) {
    let mut browser = portal.visitor();
    let letter = portal.ask_link(&mut browser, "anwen@marlowe.example", "").await;
    let body = format!("id={}&secret={}&from=%2F", letter.id, letter.secret);
    let answer = browser
        .fetch(Method::POST, "/api/redeem_link", &with(spoofs), body)
        .await;
    assert_eq!(answer.location(), "/home", "nor does the answer lead elsewhere");
}

fn with<'a>(spoofs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [("accept", PAGE), ("content-type", "application/x-www-form-urlencoded")];
    spoofs.iter().copied().chain(own).collect()
}

/// Every address in a letter begins with the firm's own origin.
fn is_clean(letter: &Letter, what: &str) {
    let own = format!("https://{HOST}");
    for text in [&letter.text, &letter.html] {
        for (at, _) in text.match_indices("://") {
            let scheme = text[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
            let after = text[scheme..].strip_prefix(&own);
            let after = after.unwrap_or_else(|| panic!("{what}: {text}"));
            let longer = after.starts_with(|c: char| c.is_ascii_alphanumeric() || "-.:@".contains(c));
            assert!(!longer, "{what}: {text}");
        }
        assert!(!text.contains("evil") && !text.contains(":81"), "{what}: {text}");
    }
}

on_both_engines!(
    attack_10_a_mail_names_the_firms_own_host_whatever_was_sent,
    |house: House| async move {
        let portal = Portal::of(house);
        let all = SPOOFS.to_vec();
        let each = SPOOFS.iter().map(|spoof| vec![*spoof]);
        let tries: Vec<_> = std::iter::once(all).chain(each).collect();
        for (what, send) in SENDERS {
            for spoofs in &tries {
                let before = portal.house.letters().len();
                send(&portal, spoofs).await;
                portal.house.work().await.expect("the queue");
                assert!(portal.house.letters().len() > before, "{what} is mailed");
                portal.house.advance(3600);
            }
        }
        for letter in portal.house.letters() {
            is_clean(&letter, &letter.subject);
        }
    }
);
