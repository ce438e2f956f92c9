//! A list with nothing in it.

use leptos::prelude::*;

/// What belongs here, how it comes here, and at most one action. No picture.
#[component]
pub fn Empty(
    /// `You are up to date`.
    #[prop(into)]
    title: String,
    /// How something comes here.
    #[prop(into)]
    words: String,
    /// A link to act.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{words}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
