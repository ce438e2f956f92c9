//! Whether an address is anybody's shows in no answer and in no work (S3, class 13).

use crate::{
    browser::{Answer, Browser},
    portal::Portal,
};
use firm::{
    contacts, on_both_engines,
    testing::{House, PASSWORD, Work},
};
use http::header::{DATE, SET_COOKIE};
use std::collections::BTreeMap;

/// A form before sign-in that takes an address.
struct Door {
    path: &'static str,
    from: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Runs of Argon2.
    hashes: u64,
}

const DOORS: &[Door] = &[
    Door {
        path: "/api/ask_link",
        from: "/sign-in",
        fields: &[("next", "/files")],
        hashes: 0,
    },
    Door {
        path: "/api/sign_in",
        from: "/sign-in/manually",
        fields: &[("password", "not the passphrase at all")],
        hashes: 1,
    },
];

/// Whose addresses are asked for.
async fn classes(portal: &Portal) -> [(&'static str, &'static str); 6] {
    let house = &portal.house;
    let removed = house.further_contact("gone@marlowe.example").await.expect("added");
    contacts::remove(&house.firm, &house.imogen(), removed)
        .await
        .expect("removed");
    let suspended = house.further_contact("away@marlowe.example").await.expect("added");
    contacts::suspend(&house.firm, &house.imogen(), suspended)
        .await
        .expect("suspended");
    let mut anwen = portal.anwen().await;
    let fields = [("password", PASSWORD), ("from", "/account/password")];
    anwen.post("/api/set_password", &fields).await;
    assert!(anwen.cookies.contains_key("__Host-said"), "it is set");
    [
        ("a contact with a password", "anwen@marlowe.example"),
        ("a contact without a password", "priya@brightwater.example"),
        ("nobody", "nobody@nowhere.example"),
        ("staff", "tomasz@harcourtpell.example"),
        ("a removed contact", "gone@marlowe.example"),
        ("a suspended contact", "away@marlowe.example"),
    ]
}

/// An answer without what differs between any two: nonce, request id, cookies' values and the date.
#[derive(Debug, PartialEq, Eq)]
struct Plain {
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: String,
}

fn plain(answer: &Answer) -> Plain {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let policy = answer.header("content-security-policy");
    let nonce = policy
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split('\'').next());
    let request_id = answer.header("x-request-id");
    let normal = |text: &str| {
        [nonce.unwrap_or_default(), request_id]
            .iter()
            .filter(|odd| !odd.is_empty())
            .fold(text.to_owned(), |text, odd| text.replace(odd, ""))
    };
    for (name, value) in &answer.headers {
        let value = value.to_str().expect("a header in ASCII");
        let value = match name {
            name if name == DATE => continue,
            name if name == SET_COOKIE => {
                let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
                let (name, _) = pair.split_once('=').expect("name and value");
                format!("{name};{attributes}")
            }
            _ => normal(value),
        };
        headers.entry(name.to_string()).or_default().push(value);
    }
    Plain {
        status: answer.status.as_u16(),
        headers,
        body: normal(&answer.text()),
    }
}

/// What a form answers to a script and to a browser without, the page that follows, and what the request did.
async fn asked(portal: &Portal, door: &Door, address: &str) -> (Vec<Plain>, Work) {
    let mut fields = vec![("address", address), ("from", door.from)];
    fields.extend(door.fields);
    let mut browser = portal.visitor();
    let (answer, work) = portal
        .house
        .work_of(browser.post(door.path, &fields))
        .await
        .expect("counted");
    let page = browser.follow(&answer).await;
    // The address that was typed comes back into its field, whoever's it is.
    let mut page = plain(&page);
    page.body = page.body.replace(address, "");
    page.headers.remove("content-length");
    let by_script = by_script(&mut portal.visitor(), door, &fields).await;
    (vec![plain(&answer), page, plain(&by_script)], work)
}

async fn by_script(browser: &mut Browser, door: &Door, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    browser.fetch(http::Method::POST, door.path, &kind, body).await
}

on_both_engines!(
    attack_13_no_answer_and_no_work_tells_whether_an_address_is_known,
    |house: House| async move {
        let portal = Portal::of(house);
        let classes = classes(&portal).await;
        // What is done once is done: each address was asked for before, as the one was that set a password.
        for (_, address) in classes {
            let fields = [("address", address), ("from", "/sign-in")];
            portal.visitor().post("/api/ask_link", &fields).await;
        }
        for door in DOORS {
            let mut first = None;
            for (who, address) in classes {
                let (answers, work) = asked(&portal, door, address).await;
                assert_eq!(work.hashes, door.hashes, "{} for {who}", door.path);
                assert!(
                    work.statements.len() > 2,
                    "{} for {who}: statements are counted",
                    door.path
                );
                let (answers_before, work_before) = first.get_or_insert_with(|| (Vec::new(), work.clone()));
                assert_eq!(*work_before, work, "the work of {} for {who}", door.path);
                if answers_before.is_empty() {
                    *answers_before = answers;
                } else {
                    assert_eq!(*answers_before, answers, "the answers of {} for {who}", door.path);
                }
            }
        }
    }
);
