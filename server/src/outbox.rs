//! The demo's outbox: every letter and text message that would have gone out, with its link and code, and the codes of
//! staff's authenticator apps.
//!
//! Invariant: these doors exist in the demo alone; the normal router does not contain them.

use crate::state::House;
use app::desk::Desk;
use axum::{
    Extension,
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use domain::{Moment, Problem};
use firm::{
    Letter, Text,
    demo::{self, DemoCode},
};
use http::header::CONTENT_SECURITY_POLICY;
use std::cmp::Reverse;

/// The letter is our own, yet it is shown as a mail program would: no script, nothing from elsewhere. Mail needs its styles
/// in place, so here, in a sandbox and in the demo alone, they are let through.
const LETTER_POLICY: &str = "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/// `/outbox`: newest first. A letter's number counts from the oldest, so that it stays when another arrives. A text message
/// stands there whole.
pub async fn list(State(house): State<House>, Extension(desk): Extension<Desk>) -> Response {
    let all = house
        .registry
        .courier()
        .letters()
        .and_then(|letters| Ok((letters, house.registry.texts().texts()?)));
    let (letters, texts) = match all {
        Ok(all) => all,
        Err(error) => return crate::answer::problem(&error.into_problem(&desk.request_id.0)),
    };
    let mut rows: Vec<(Moment, String)> = letters
        .iter()
        .rev()
        .enumerate()
        .rev()
        .map(|(older, letter)| (letter.at, letter_row(older, letter)))
        .chain(texts.iter().map(|text| (text.at, text_row(text))))
        .collect();
    rows.sort_by_key(|(at, _)| Reverse(*at));
    let rows: String = rows.into_iter().map(|(_, row)| row).collect();
    let body = if rows.is_empty() {
        "<p>Nothing was sent yet. Ask for a sign-in link, then come back here and reload this page.</p>".to_owned()
    } else {
        format!("<ul class=\"outbox\">{rows}</ul>")
    };
    let codes = match demo::codes(&desk.firm).await {
        Ok(codes) => staff_codes(&codes),
        Err(error) => return crate::answer::problem(&error.into_problem(&desk.request_id.0)),
    };
    let lead = "<p class=\"lead\">Every email and text message of the demo lands here instead of being sent. Newest first.</p>";
    Html(page(&house, &desk, "Outbox", &format!("{lead}{codes}{body}"))).into_response()
}

/// What the phones of invented staff show, since nobody has those phones.
fn staff_codes(codes: &[DemoCode]) -> String {
    if codes.is_empty() {
        return String::new();
    }
    let rows: String = codes.iter().map(code_row).collect();
    format!(
        "<section class=\"outbox-codes\" aria-labelledby=\"codes\"><h2 id=\"codes\">Authenticator codes</h2>\
         <p>Staff type one after their password. A real firm’s staff read it from their own phones.</p>{rows}</section>"
    )
}

fn code_row(shown: &DemoCode) -> String {
    let name = escaped(shown.name);
    let seconds = shown.seconds;
    match &shown.code {
        Some(code) => format!(
            "<div><strong>{name}</strong> <code data-for=\"{}\">{code}</code> <span>works once, for {seconds} seconds</span></div>",
            escaped(shown.address)
        ),
        None => format!(
            "<div><strong>{name}</strong> <span>The last one was just used. Reload this page in {seconds} seconds.</span></div>"
        ),
    }
}

fn letter_row(older: usize, letter: &Letter) -> String {
    format!(
        "<li><a href=\"/outbox/{older}\"><strong>{}</strong></a><br><span>To {}</span> <time datetime=\"{}\">{} UTC</time></li>",
        escaped(&letter.subject),
        escaped(&letter.to),
        letter.at.machine(),
        letter.at.clock(),
    )
}

fn text_row(text: &Text) -> String {
    format!(
        "<li class=\"text\"><strong>Text message</strong><br><span class=\"words\">{}</span><br><span>To {}</span> <time datetime=\"{}\">{} UTC</time></li>",
        escaped(&text.words),
        escaped(&text.to),
        text.at.machine(),
        text.at.clock(),
    )
}

/// `/outbox/{number}`: one letter, its link to follow and its code to read.
pub async fn letter(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    Path(number): Path<String>,
) -> Response {
    let letter = match numbered(&house, &desk, &number) {
        Ok(letter) => letter,
        Err(refused) => return refused,
    };
    let link = first_link(&letter.text).map_or_else(String::new, |link| {
        format!(
            "<p><a class=\"button primary\" href=\"{0}\">Open its link</a></p><p><code>{0}</code></p>",
            escaped(link)
        )
    });
    let html = if letter.html.is_empty() {
        String::new()
    } else {
        format!("<p><a href=\"/outbox/{number}/html\">As a mail program shows it</a></p>")
    };
    let body = format!(
        "<p>To {} at <time datetime=\"{}\">{} UTC</time></p>{link}<pre>{}</pre>{html}<p><a href=\"/outbox\">All letters</a></p>",
        escaped(&letter.to),
        letter.at.machine(),
        letter.at.clock(),
        escaped(&letter.text),
    );
    Html(page(&house, &desk, &letter.subject, &body)).into_response()
}

/// `/outbox/{number}/html`: the letter's other form.
pub async fn html(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    Path(number): Path<String>,
) -> Response {
    match numbered(&house, &desk, &number) {
        Ok(letter) => ([(CONTENT_SECURITY_POLICY, LETTER_POLICY)], Html(letter.html)).into_response(),
        Err(refused) => refused,
    }
}

fn numbered(house: &House, desk: &Desk, number: &str) -> Result<Letter, Response> {
    let letters = house
        .registry
        .courier()
        .letters()
        .map_err(|error| crate::answer::problem(&error.into_problem(&desk.request_id.0)))?;
    let number: Option<usize> = number.parse().ok();
    number
        .and_then(|number| letters.into_iter().rev().nth(number))
        .ok_or_else(|| crate::answer::problem(&Problem::NotFound))
}

fn first_link(text: &str) -> Option<&str> {
    text.split_whitespace()
        .find(|word| word.starts_with("http://") || word.starts_with("https://"))
}

fn page(house: &House, desk: &Desk, title: &str, body: &str) -> String {
    let card = desk.firm.card();
    format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title} · {name}</title><link rel=\"stylesheet\" href=\"{css}\">\
         <link rel=\"stylesheet\" href=\"/theme.css?v={hue}-{chroma}\"></head><body>\
         <aside class=\"demo-banner\" aria-label=\"Demo\"><p><strong>Demo.</strong> Invented people and papers. <a href=\"/\">To the portal</a></p></aside>\
         <main class=\"page\" id=\"main\"><h1>{title}</h1>{body}</main></body></html>",
        title = escaped(title),
        name = escaped(&card.name),
        css = house.assets.css,
        hue = card.accent_hue,
        chroma = card.accent_chroma,
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
