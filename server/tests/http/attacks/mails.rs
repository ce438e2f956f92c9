//! Host poisoning (class 10: Fider#915, self-service-password#755): what a request says about hosts reaches no mail.

use crate::{
    activation,
    browser::{Answer, Browser, PAGE},
    portal::Portal,
};
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

const ANWEN: &str = "anwen@marlowe.example";

const SENDERS: &[(&str, Sender)] = &[
    ("a sign-in link", |portal, spoofs| {
        sign_in_link(portal, spoofs).boxed_local()
    }),
    ("a new device", |portal, spoofs| {
        new_device(portal, spoofs).boxed_local()
    }),
    ("an invitation", |portal, spoofs| {
        invitation(portal, spoofs).boxed_local()
    }),
    ("an invitation that was asked for", |portal, spoofs| {
        invitation_again(portal, spoofs).boxed_local()
    }),
    ("a reset", |portal, spoofs| reset(portal, spoofs).boxed_local()),
    ("a reset by staff", |portal, spoofs| {
        reset_by_staff(portal, spoofs).boxed_local()
    }),
    ("an invitation to the team", |portal, spoofs| {
        place_in_team(portal, spoofs).boxed_local()
    }),
    ("a new address", |portal, spoofs| {
        new_address(portal, spoofs).boxed_local()
    }),
];

async fn sign_in_link(portal: &Portal, spoofs: &[(&str, &str)]) {
    let fields = [("address", ANWEN), ("from", "/sign-in")];
    let answer = post(&mut portal.visitor(), "/api/ask_link", &fields, spoofs).await;
    assert_eq!(answer.location(), "/sign-in/sent");
}

async fn new_device(portal: &Portal, spoofs: &[(&str, &str)]) {
    let mut browser = portal.visitor();
    let letter = portal.ask_link(&mut browser, ANWEN, "").await;
    let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
    let answer = post(&mut browser, "/api/redeem_link", &fields, spoofs).await;
    assert_eq!(answer.location(), "/home", "nor does the answer lead elsewhere");
}

/// A contact's id and address, and their page in the office.
async fn contact(portal: &Portal) -> (String, String, String) {
    let address = format!("hugh-{}@kestrelhill.example", portal.form());
    let id = activation::contact_at(portal, &address).await;
    let page = format!("/office/contacts/{id}");
    (id, address, page)
}

async fn invitation(portal: &Portal, spoofs: &[(&str, &str)]) {
    let (id, _, page) = contact(portal).await;
    let fields = [("id", id.as_str()), ("step", "invite"), ("from", &page)];
    let answer = post(&mut portal.tomasz().await, "/api/step_invitation", &fields, spoofs).await;
    assert_eq!(answer.location(), page);
}

async fn invitation_again(portal: &Portal, spoofs: &[(&str, &str)]) {
    let (id, address, _) = contact(portal).await;
    let mailed = activation::invited(portal, &mut portal.tomasz().await, &id, &address).await;
    let fields = [("id", mailed.id.as_str()), ("from", "/")];
    let answer = post(&mut portal.visitor(), "/api/ask_invitation", &fields, spoofs).await;
    assert_eq!(answer.location(), mailed.path());
}

async fn reset(portal: &Portal, spoofs: &[(&str, &str)]) {
    let fields = [("address", ANWEN), ("from", "/sign-in/help")];
    let answer = post(&mut portal.visitor(), "/api/ask_reset", &fields, spoofs).await;
    assert_eq!(answer.location(), "/sign-in/help/sent");
}

async fn reset_by_staff(portal: &Portal, spoofs: &[(&str, &str)]) {
    let id = portal.house.people.anwen.to_string();
    let page = format!("/office/contacts/{id}");
    let fields = [("id", id.as_str()), ("from", &page)];
    let answer = post(&mut portal.tomasz().await, "/api/send_reset", &fields, spoofs).await;
    assert_eq!(answer.location(), page);
}

async fn place_in_team(portal: &Portal, spoofs: &[(&str, &str)]) {
    let address = format!("oona-{}@harcourtpell.example", portal.form());
    let fields = [
        ("name", "Oona Reed"),
        ("address", &address),
        ("role", "member"),
        ("from", "/office/team/new"),
    ];
    let mut imogen = portal.by_password(HOST, "imogen@harcourtpell.example").await;
    let answer = post(&mut imogen, "/api/invite_staff", &fields, spoofs).await;
    assert_eq!(answer.location(), "/office/team");
}

async fn new_address(portal: &Portal, spoofs: &[(&str, &str)]) {
    let new = format!("anwen-{}@kilnandco.example", portal.form());
    let fields = [("address", new.as_str()), ("from", "/")];
    let answer = post(&mut portal.anwen().await, "/api/ask_address", &fields, spoofs).await;
    assert_eq!(answer.location(), "/account/address");
}

/// Posts a form as a page does, with what the request says besides.
async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)], spoofs: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    browser.fetch(Method::POST, path, &with(spoofs), body).await
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
