//! Whose an item is.

use domain::client::ClientLabel;
use leptos::prelude::*;

/// A square mark and the client's name.
#[component]
pub fn Client(
    /// Whose.
    label: ClientLabel,
) -> impl IntoView {
    view! {
        <span class="client">
            <span class="mark" aria-hidden="true">{label.mark}</span>
            {label.name}
        </span>
    }
}
