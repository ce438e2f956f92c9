//! One mechanism: every form of every page that changes something is a declared one, and what is declared keeps no secret.

use crate::{
    browser::{Answer, Browser},
    html::Page,
    portal::Portal,
};
use domain::form::{FORMS, SEND_MESSAGE};
use firm::{
    on_both_engines, staff,
    testing::{HOST, House, PASSWORD},
};
use server::router::PAGES;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers and boxes of the firm's settings, which speak of secrets and hold none.
const SETTINGS: [&str; 3] = ["password_chars", "passwordless", "send_code_on_open"];

/// Words that a field which comes back may not have in its name.
const SECRET: [&str; 8] = [
    "password",
    "code",
    "secret",
    "answer",
    "recovery",
    "token",
    "credential",
    "pin",
];

#[test]
fn no_declared_form_keeps_a_secret() {
    for form in FORMS {
        for field in form.keeps {
            assert!(
                SETTINGS.contains(field) || !SECRET.iter().any(|word| field.contains(word)),
                "{} keeps {field}",
                form.action
            );
        }
    }
}

/// What the crawl found: each form's action, and the fields that it was seen with.
type Found = BTreeMap<String, BTreeSet<String>>;

fn look(found: &mut Found, path: &str, answer: &Answer) {
    assert_eq!(answer.status, 200, "{path}");
    for (method, action, fields) in Page::read(&answer.text()).forms() {
        if method == "get" {
            let search = action == "/files" || action.starts_with("/office/");
            assert!(search, "{path}: a search leads to {action}");
            continue;
        }
        assert_eq!(method, "post", "{path}: {action}");
        assert!(
            FORMS.iter().any(|form| form.action == action),
            "{path}: {action} is no declared form"
        );
        found.entry(action).or_default().extend(fields);
    }
}

async fn visit(found: &mut Found, portal: &Portal, browser: &mut Browser, things: &[(&str, String)]) {
    for (pattern, _) in PAGES {
        let named = things.iter().find(|(known, _)| known == pattern);
        let path = named.map_or_else(|| (*pattern).to_owned(), |(_, path)| path.clone());
        if path.contains('{') {
            continue;
        }
        let answer = browser.get(&path).await;
        if answer.status == 200 {
            look(found, &path, &answer);
        }
    }
    portal.house.advance(60);
}

on_both_engines!(every_form_of_every_page_is_a_declared_one, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let people = &portal.house.people;
    let mut found = Found::new();
    // Before sign-in: a visitor, one who asked, one who is known here, one before the second step, one without an app yet.
    let mut visitor = portal.visitor();
    let letter = portal.ask_link(&mut visitor, "anwen@marlowe.example", "").await;
    let things = vec![
        ("/link/{id}", letter.path()),
        ("/threads/{id}", format!("/threads/{}", papers.thread)),
        ("/office/inbox/{id}", format!("/office/inbox/{}", papers.thread)),
        ("/files/{id}", format!("/files/{}", papers.file)),
        ("/office/files/{id}", format!("/office/files/{}", papers.file)),
        ("/office/clients/{id}", format!("/office/clients/{}", people.marlowe)),
        ("/office/contacts/{id}", format!("/office/contacts/{}", people.anwen)),
        ("/office/team/{id}", format!("/office/team/{}", people.tomasz)),
    ];
    let mut known = portal.anwen().await;
    known.post("/api/sign_out", &[]).await;
    let new = staff::NewStaff {
        name: "Oona Reed".to_owned(),
        title: String::new(),
        address: "oona@harcourtpell.example".to_owned(),
        role: domain::access::Role::Member,
        password: PASSWORD.to_owned(),
    };
    staff::add(&portal.house.firm, &firm::Actor::Operator, &new)
        .await
        .expect("hired");
    let mut enrolling = portal.visitor();
    let fields = [("address", new.address.as_str()), ("password", PASSWORD), ("from", "/")];
    enrolling.post("/api/sign_in", &fields).await;
    let mut browsers = vec![
        visitor,
        portal.visitor(),
        known,
        enrolling,
        portal.past_password(HOST, "tomasz@harcourtpell.example").await,
        portal.anwen().await,
        portal.tomasz().await,
        portal.by_password(HOST, "imogen@harcourtpell.example").await,
    ];
    for browser in &mut browsers {
        visit(&mut found, &portal, browser, &things).await;
    }
    assert!(found.len() > 25, "the crawl sees forms: {found:?}");
    // What is declared to come back has a field to come back to.
    for form in FORMS {
        let Some(fields) = found.get(form.action) else { continue };
        for kept in form.keeps {
            assert!(
                fields.contains(*kept) || form.action == SEND_MESSAGE.action,
                "{} keeps {kept}, which no page has",
                form.action
            );
        }
    }
});
