//! What a file's row and its page share.

use crate::ui::{
    icon::{Glyph, Icon},
    time::{Style, Time},
};
use domain::{Moment, file::Gone, library::LibraryRow, limits};
use leptos::prelude::*;

/// The eye: whether the client's contacts see a file.
pub fn eye(shared: bool) -> AnyView {
    if shared {
        view! {
            <span class="badge outline">
                <Icon glyph=Glyph::Eye />
                "Shared"
            </span>
        }
        .into_any()
    } else {
        view! {
            <span class="badge note">
                <Icon glyph=Glyph::Lock />
                "Internal"
            </span>
        }
        .into_any()
    }
}

/// What became of a file that is a record only.
pub fn gone(gone: &Gone, now: Moment) -> impl IntoView + use<> {
    let at = gone.at();
    view! {
        <span class="gone-words">
            {gone.words()} ", " <Time at=at style=Style::Brief(now) />
        </span>
    }
}

/// Year and tags, as quiet words.
pub fn words(row: &LibraryRow) -> impl IntoView + use<> {
    let year = row.year.map(|year| year.to_string());
    year.into_iter()
        .chain(row.tags.iter().cloned())
        .map(|word| view! { <span class="badge outline">{word}</span> })
        .collect_view()
}

/// How far each of a form's files is, shown by the script while it sends them.
pub fn sending() -> impl IntoView {
    view! {
        <div
            class="sending"
            data-sending=""
            data-failed="The connection broke off. Send the same files again: it goes on where it stopped."
            data-refused="Not every file was taken, so nothing was kept yet. Choose others, or send these again: what has arrived is not sent twice."
            data-stopped="Nothing was kept."
            data-signed-out="You were signed out. Sign in again in another tab, then send the same files: it goes on where it stopped."
            data-unread="This file cannot be read any more. Choose it again."
            data-most=limits::FILES_A_MESSAGE.to_string()
            data-many=format!("Choose up to {} files at once.", limits::FILES_A_MESSAGE)
            hidden
        >
            <p role="status"></p>
            <ul class="rows"></ul>
            <template>
                <li class="plain-row">
                    <strong data-name=""></strong>
                    <span class="actions">
                        <button class="button quiet small" type="button" data-pause="">
                            "Pause"
                        </button>
                        <button class="button quiet small" type="button" data-cancel="">
                            "Cancel"
                        </button>
                    </span>
                    <progress class="progress"></progress>
                    <span class="quiet-text" data-words=""></span>
                </li>
            </template>
        </div>
    }
}

/// A day with its time: `Saturday 14 November 2026, 10:05`.
pub fn stamp(at: Moment) -> impl IntoView {
    view! {
        <Time at=at style=Style::LongDay />
        ", "
        <Time at=at style=Style::Clock />
    }
}
