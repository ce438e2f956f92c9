//! A thread in a list.

use crate::ui::{
    avatar::{Avatar, called},
    client::Client,
    time::{Style, Time},
};
use domain::{Moment, thread::ThreadRow as Row};
use leptos::prelude::*;

/// Who wrote last, what it is about, whose it is, the first words. The whole row is the link.
#[component]
pub fn ThreadRow(
    /// The thread.
    row: Row,
    /// Where it is.
    href: String,
    /// When the page was made.
    now: Moment,
) -> impl IntoView {
    let words = last_words(&row);
    let is_unread = row.unread > 0;
    let unread = match row.unread {
        0 => None,
        1 => Some("1 new".to_owned()),
        many => Some(format!("{many} new")),
    };
    view! {
        <li class="thread-row" class:unread=is_unread>
            <Avatar person=row.last_author.clone() />
            <a href=href>{row.subject}</a>
            <span class="thread-when">
                {unread.map(|words| view! { <span class="badge accent">{words}</span> })}
                <Time at=row.last_at style=Style::Brief(now) />
            </span>
            <p class="meta">
                <Client label=row.client />
                <span>{words}</span>
            </p>
        </li>
    }
}

/// `Tomasz Wilk: Here is the draft …`, or how many files came without a word.
fn last_words(row: &Row) -> String {
    let said = if row.words.is_empty() {
        match row.files {
            0 => "nothing yet".to_owned(),
            1 => "1 file, no message".to_owned(),
            many => format!("{many} files, no message"),
        }
    } else {
        row.words.clone()
    };
    format!("{}: {said}", called(&row.last_author))
}
