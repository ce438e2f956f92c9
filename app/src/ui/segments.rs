//! The filter of a list by client: real links, so that each view has an address.

use domain::{ClientId, client::ClientLabel};
use leptos::prelude::*;

/// `All clients`, then each of them. With one client there is nothing to choose, and nothing is shown.
#[component]
pub fn ClientFilter(
    /// The clients to choose from.
    clients: Vec<ClientLabel>,
    /// The filter in force.
    chosen: Option<ClientId>,
    /// The list's address without a filter.
    base: &'static str,
) -> impl IntoView {
    (clients.len() > 1).then(|| {
        let links = clients
            .into_iter()
            .map(|client| {
                view! {
                    <a
                        href=format!("{base}?client={}", client.id)
                        aria-current=(chosen == Some(client.id)).then_some("true")
                    >
                        {client.name}
                    </a>
                }
            })
            .collect_view();
        view! {
            <nav class="section" aria-label="Show one client">
                <div class="segments">
                    <a href=base aria-current=chosen.is_none().then_some("true")>
                        "All clients"
                    </a>
                    {links}
                </div>
            </nav>
        }
    })
}
