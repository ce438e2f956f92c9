//! Foreign ids, prefixes of ids and ids of another kind, in every field that takes one (class 3: CVE-2025-64523,
//! CVE-2026-54097). The id of a mailed link has no power, so nothing is kept from whoever knows it: `recovery.rs` and
//! `scanners.rs` look at those.

use super::alike::plain;
use crate::{
    authz::{self, Ids, Row},
    browser::{Answer, Browser},
    portal::Portal,
};
use domain::SessionId;
use firm::{
    clients::need_to_know,
    factors, on_both_engines, sessions,
    testing::{HOST, House, give_passkey},
    uploads::Destination,
};
use http::Method;

/// What stands for an id that opens something for the contact or for staff.
const NAMES: [&str; 6] = ["{thread}", "{file}", "{client}", "{contact}", "{staff}", "{upload}"];

/// The names of a row's ids.
fn names(row: &Row) -> Vec<&'static str> {
    // A preflight asks nothing; and whoever puts a slip away puts away their own session's, of whomever it speaks.
    if row.method == Method::OPTIONS || row.sent.contains("step=put_away") {
        return Vec::new();
    }
    let mut names: Vec<_> = NAMES.into_iter().filter(|name| row.sent.contains(name)).collect();
    match (row.sent, row.pattern) {
        ("tus", "/uploads/{id}") => names.push("{upload}"),
        ("tus" | "multipart", _) => names.push("{thread}"),
        _ => {}
    }
    // Elsewhere it is the number of a form, which anybody may choose.
    if row.sent.starts_with("id={form}") || row.sent.contains("client={form}") {
        names.push("{form}");
    }
    names
}

/// Spellings near a good id: what a prefix, a pattern or a second parser would take for it.
fn near(id: &str) -> Vec<String> {
    let last = if id.ends_with('0') { "1" } else { "0" };
    let (cut, half) = (&id[..id.len() - 1], &id[..id.len() / 2]);
    let mut near: Vec<_> = [half, cut, ""].map(str::to_owned).to_vec();
    near.extend([format!("{cut}{last}"), format!("{id}0"), id.to_uppercase()]);
    near.extend(["%25", "*", "%00", "%2F..", "%27--", "%20"].map(|tail| format!("{id}{tail}")));
    near.extend(["%25", "*", "_"].map(|tail| format!("{half}{tail}")));
    near.retain(|odd| odd != id);
    near
}

fn is_refused(row: &Row, answer: &Answer) -> bool {
    answer.status.is_client_error() || (row.sent == "multipart" && answer.location() == "/threads")
}

/// One question: a row with one id in another's place.
struct Swapped<'a> {
    row: &'a Row,
    name: &'static str,
    ids: Ids,
}

impl Swapped<'_> {
    async fn ask(&self, browser: &Browser) -> Answer {
        let request = authz::request(self.row, &self.ids, browser);
        browser.clone().send(request).await
    }

    fn with(&self, id: &str) -> Self {
        let mut ids = self.ids.clone();
        ids.insert(self.name, id.to_owned());
        Self {
            row: self.row,
            name: self.name,
            ids,
        }
    }
}

on_both_engines!(
    attack_3_no_other_id_opens_anything_in_any_field,
    |house: House| async move {
        let portal = Portal::of(house);
        let (house, people) = (&portal.house, &portal.house.people);
        let priya = house.priya();
        let papers = portal.papers(b"figures").await;
        let foreign = portal
            .papers_of(priya.clone(), people.brightwater, b"another's figures")
            .await;
        let whole = portal
            .upload_of(priya, b"", 4, Destination::Client(people.brightwater))
            .await;
        // Tomasz does not know of Brightwater, nor of Priya, who has no other client.
        need_to_know::restrict(&house.firm, &house.imogen(), people.brightwater, &[])
            .await
            .expect("restricted");
        let theirs = portal.priya().await;
        let cookie = theirs.cookies.get("__Host-session").expect("signed in");
        let session = sessions::resume(&house.firm, cookie).await.expect("read");
        let session: SessionId = session.expect("a session").id;
        let mut others = vec![
            foreign.thread.to_string(),
            foreign.file.to_string(),
            whole.to_string(),
            people.brightwater.to_string(),
            people.priya.to_string(),
            people.imogen.to_string(),
            session.to_string(),
        ];
        give_passkey(&house.firm, "priya@brightwater.example", HOST).await;
        let held = factors::own(&house.firm, &house.priya(), session).await.expect("read");
        others.extend(held.passkeys.iter().map(|passkey| passkey.id.to_string()));

        let anwen = portal.anwen().await;
        let letter = portal
            .ask_link(&mut portal.visitor(), "anwen@marlowe.example", "")
            .await;
        let rows = authz::rows();
        let mut questions = Vec::new();
        for row in &rows {
            for name in names(row) {
                let ids = authz::ids(&portal, row, &papers, &letter.id).await;
                questions.push(Swapped { row, name, ids });
            }
        }
        let doors: std::collections::BTreeSet<_> = questions.iter().map(|asked| asked.row.pattern).collect();
        assert!(doors.len() > 25, "{doors:?}");
        // A refused form of files keeps what was typed, which is a row; so those come last.
        questions.sort_by_key(|question| question.row.sent == "multipart");
        let people = [("contact", anwen), ("staff", portal.tomasz().await)];
        let mut before = Some(house.snapshot().await.expect("a snapshot"));
        let mut wrong = Vec::new();
        for question in &questions {
            let row = question.row;
            if row.sent == "multipart"
                && let Some(before) = before.take()
            {
                assert!(wrong.is_empty(), "{}", wrong.join("\n"));
                assert!(
                    before == house.snapshot().await.expect("a snapshot"),
                    "nothing is written"
                );
            }
            let own = question.ids[question.name].clone();
            let of_other_kinds = NAMES
                .iter()
                .filter_map(|name| question.ids.get(name))
                // A client that is theirs is one that staff may take from them.
                .filter(|id| **id != own && (question.name != "{form}" || question.ids["{client}"] != **id));
            let others: Vec<_> = others.iter().chain(of_other_kinds).collect();
            for (who, browser) in &people {
                let unknown = question.with(&portal.form().to_string());
                let nothing = unknown.ask(browser).await;
                if !is_refused(row, &nothing) {
                    wrong.push(format!(
                        "{} {} as {who}: an unknown id: {}",
                        row.method, row.pattern, nothing.status
                    ));
                    continue;
                }
                let nothing = plain(&nothing, &unknown.ids[question.name]);
                for other in &others {
                    let answer = question.with(other).ask(browser).await;
                    if row.method != Method::HEAD && plain(&answer, other) != nothing {
                        wrong.push(format!(
                            "{} {} as {who}: {} with another id is told from an unknown one: {}",
                            row.method, row.pattern, question.name, answer.status
                        ));
                    }
                }
                for odd in near(&own) {
                    let answer = question.with(&odd).ask(browser).await;
                    if !is_refused(row, &answer) {
                        wrong.push(format!(
                            "{} {} as {who}: {} spelled {odd}: {}",
                            row.method, row.pattern, question.name, answer.status
                        ));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(before.is_none(), "the form of files is asked");
    }
);
