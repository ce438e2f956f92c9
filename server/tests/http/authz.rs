//! Every door, page and server function, as everybody: the verdicts of `policy.txt` against what the server does.

use crate::{
    browser::{Answer, Browser, PAGE, multipart},
    portal::{Papers, Portal},
    previews,
};
use axum::body::Body;
use firm::{on_both_engines, testing::HOST, uploads::Destination};
use http::{
    Method, Request,
    header::{ACCEPT, CONTENT_TYPE},
};
use server::router::{DOORS, FUNCTIONS, PAGES};
use std::collections::{BTreeMap, BTreeSet};

const POLICY: &str = include_str!("policy.txt");
const PEOPLE: [&str; 5] = ["nobody", "stranger", "other", "contact", "staff"];

/// A line of the policy.
pub struct Row {
    pub method: Method,
    pub pattern: &'static str,
    /// Its body or path, with names in braces for ids, or the name of a shape of its own.
    pub sent: &'static str,
    /// One for each of [`PEOPLE`].
    pub verdicts: Vec<&'static str>,
}

/// The whole policy.
pub fn rows() -> Vec<Row> {
    let lines = POLICY
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let mut columns = line.splitn(3, " | ");
            let mut next = || columns.next().unwrap_or_else(|| panic!("three columns: {line}"));
            let (door, sent, verdicts) = (next(), next().trim(), next());
            let (method, pattern) = door.split_once(' ').expect("method and pattern");
            let verdicts: Vec<_> = verdicts.split_whitespace().collect();
            assert_eq!(verdicts.len(), PEOPLE.len(), "{line}");
            Row {
                method: method.parse().expect("a method"),
                pattern: pattern.trim(),
                sent,
                verdicts,
            }
        })
        .collect()
}

#[test]
fn the_policy_decides_about_everything_that_exists_and_nothing_else() {
    let decided: BTreeSet<String> = rows()
        .iter()
        .map(|row| format!("{} {}", row.method, row.pattern))
        .collect();
    assert_eq!(decided.len(), rows().len(), "one row a door");
    let doors = DOORS.iter().map(|door| format!("{} {}", door.method, door.path));
    let pages = PAGES.iter().map(|(path, _)| format!("GET {path}"));
    let functions = server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    let exist: BTreeSet<String> = doors.chain(pages).chain(functions).collect();
    assert_eq!(decided, exist);
    assert_eq!(FUNCTIONS.len(), server_fn::axum::server_fn_paths().count());
}

on_both_engines!(everybody_gets_what_the_policy_says, |house| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(&previews::dot()).await;
    let letter = portal
        .ask_link(&mut portal.visitor(), "anwen@marlowe.example", "")
        .await;
    let people = [
        portal.visitor(),
        portal.priya().await,
        portal.foreigner().await.at(HOST),
        portal.anwen().await,
        portal.tomasz().await,
    ];
    let mut wrong = Vec::new();
    for row in rows() {
        for ((person, verdict), browser) in PEOPLE.iter().zip(&row.verdicts).zip(&people) {
            let mut browser = match (row.pattern, *person) {
                // It ends the session that knocks.
                ("/api/sign_out", "stranger") => portal.priya().await,
                ("/api/sign_out", "contact") => portal.anwen().await,
                ("/api/sign_out", "staff") => portal.tomasz().await,
                _ => browser.clone(),
            };
            let request = asked(&portal, &row, &papers, &letter.id, &browser).await;
            let answer = browser.send(request).await;
            let expected = verdict.replace("{thread}", &papers.thread.to_string());
            if !is(&answer, &expected) {
                let got = format!("{} {}", answer.status, answer.location());
                wrong.push(format!(
                    "{} {} as {person}: expected {expected}, got {got}",
                    row.method, row.pattern
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

fn is(answer: &Answer, verdict: &str) -> bool {
    match verdict {
        "sign-in" => answer.status == 303 && answer.location().starts_with("/sign-in?next=%2F"),
        path if path.starts_with('/') => answer.status == 303 && answer.location() == path,
        status => answer.status.as_str() == status,
    }
}

/// What the placeholders of a row stand for.
pub type Ids = BTreeMap<&'static str, String>;

/// The request that the policy is asked with.
pub async fn asked(portal: &Portal, row: &Row, papers: &Papers, link: &str, browser: &Browser) -> Request<Body> {
    request(row, &ids(portal, row, papers, link).await, browser)
}

/// The ids of a row, of the contact and of the member of staff.
pub async fn ids(portal: &Portal, row: &Row, papers: &Papers, link: &str) -> Ids {
    if ["/api/ask_again", "/api/ask_own_link"].contains(&row.pattern) {
        portal.house.advance(300);
    }
    let mut ids = Ids::from([
        ("{thread}", papers.thread.to_string()),
        ("{file}", papers.file.to_string()),
        ("{client}", portal.marlowe().to_string()),
        ("{contact}", portal.house.people.anwen.to_string()),
        ("{staff}", portal.house.people.tomasz.to_string()),
        ("{form}", portal.form().to_string()),
        ("{link}", link.to_owned()),
    ]);
    if row.pattern == "/uploads/{id}" {
        let upload = portal.upload(b"", 4, Destination::Thread(papers.thread)).await;
        ids.insert("{upload}", upload.to_string());
    }
    if row.sent.contains("{invitation}") {
        ids.insert("{invitation}", portal.invitation().await.to_string());
    }
    ids
}

/// The request of a row with these ids.
pub fn request(row: &Row, ids: &Ids, browser: &Browser) -> Request<Body> {
    let filled = |text: &str| {
        ids.iter()
            .fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    };
    let id = |name: &str| ids.get(name).map_or("", String::as_str);
    let path = if row.sent.starts_with('/') {
        filled(row.sent)
    } else {
        row.pattern.replace("{id}", id("{upload}"))
    };
    let mut request = browser
        .request(row.method.clone(), &path)
        .header("sec-fetch-site", "same-origin");
    if row.sent == "tus" {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let metadata = format!(
            "filename {},thread {}",
            STANDARD.encode("a.pdf"),
            STANDARD.encode(id("{thread}"))
        );
        request = request
            .header("tus-resumable", "1.0.0")
            .header("upload-metadata", metadata);
        request = request.header("upload-length", "4").header("upload-offset", "0");
        request = request.header(CONTENT_TYPE, "application/offset+octet-stream");
        let body = if row.method == Method::PATCH { "four" } else { "" };
        return request.body(body.into()).expect("a request");
    }
    if row.sent == "csp" {
        let report = r#"{"csp-report":{"effective-directive":"img-src","blocked-uri":"https"}}"#;
        return request
            .header(CONTENT_TYPE, "application/csp-report")
            .body(report.into())
            .expect("a request");
    }
    if row.sent == "drop" {
        let path = row.pattern.replace("{id}", id("{form}"));
        let (kind, body) = multipart(&[("form", id("{form}"))], &[]);
        let request = browser
            .request(row.method.clone(), &path)
            .header("sec-fetch-site", "same-origin");
        return request.header(CONTENT_TYPE, kind).body(body.into()).expect("a request");
    }
    if row.sent == "multipart" {
        let fields = [
            ("thread", id("{thread}")),
            ("text", "hello"),
            ("form", id("{form}")),
            ("from", "/threads"),
        ];
        let (kind, body) = multipart(&fields, &[]);
        return request.header(CONTENT_TYPE, kind).body(body.into()).expect("a request");
    }
    if row.sent.starts_with('{') {
        let body = filled(row.sent);
        return request
            .header(CONTENT_TYPE, "application/json")
            .body(body.into())
            .expect("a request");
    }
    if row.method == Method::POST {
        let kind = "application/x-www-form-urlencoded";
        return request
            .header(CONTENT_TYPE, kind)
            .body(filled(row.sent).into())
            .expect("a request");
    }
    if !row.pattern.starts_with("/api/") {
        request = request.header(ACCEPT, PAGE);
    }
    request.body(Body::empty()).expect("a request")
}
