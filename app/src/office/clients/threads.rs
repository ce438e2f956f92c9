//! A client's latest conversations, on its page.

use crate::ui::time::{Style, Time};
use domain::office::clients::ClientView;
use leptos::prelude::*;

pub(super) fn threads(view: &ClientView) -> impl IntoView + use<> {
    let now = view.now;
    let rows = view
        .threads
        .iter()
        .cloned()
        .map(|thread| {
            view! {
                <li class="plain-row">
                    <a href=format!("/office/inbox/{}", thread.id) rel="external">
                        {thread.subject}
                    </a>
                    <span class="meta">
                        <span>{thread.last_author.name}</span>
                        <Time at=thread.last_at style=Style::Brief(now) />
                        {(thread.unread > 0).then(|| view! { <span class="new">"New"</span> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    (!view.threads.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="threads">
                <div class="section-head">
                    <h2 id="threads">"Latest conversations"</h2>
                </div>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}
