//! The list of clients.

use super::page::badges;
use crate::{
    desk::Told,
    office::{
        list::{List, address_parts, choices, or_all},
        parts,
    },
    plain::framed,
    ui::empty::Empty,
};
use domain::{
    client::PortalState,
    office::{
        Order, Query,
        clients::{ClientOrder, ClientQuery, ClientRow, ClientsView},
    },
};
use firm::clients;
use leptos::prelude::*;

/// `/office/clients`.
#[component]
pub fn ClientsPage() -> impl IntoView {
    let part = address_parts();
    let query = ClientQuery {
        words: part("q"),
        state: PortalState::named(&part("state")),
        tag: part("tag"),
        order: ClientOrder::named(&part("sort")),
        page: part("page").parse().unwrap_or(0),
    };
    framed("Clients", |desk| async move {
        let view = clients::list(&desk.firm, &desk.actor, &query).await.told(&desk)?;
        Ok(list(view))
    })
}

fn list(view: ClientsView) -> AnyView {
    let query = view.query;
    let states = choices(
        "Portal",
        or_all(PortalState::ALL, PortalState::word),
        &query.state,
        |state| query.but(|query| query.state = state),
    );
    let orders = choices("Sort by", ClientOrder::choices(), &query.order, |order| {
        query.but(|query| query.order = order)
    });
    List {
        head: view! {
            <div class="page-head">
                <h1>"Clients"</h1>
                <div class="actions">
                    <a class="button primary" href="/office/clients/new">
                        "Add a client"
                    </a>
                </div>
            </div>
        }
        .into_any(),
        base: "/office/clients",
        search: "Search clients",
        filters: (states, tags(&query, view.tags), orders),
        columns: view! {
            <thead>
                <tr>
                    <th scope="col">"Client"</th>
                    <th scope="col">"Portal"</th>
                    <th scope="col">"Looked after by"</th>
                    <th scope="col">"Tags"</th>
                    <th scope="col" class="num">"Contacts"</th>
                </tr>
            </thead>
        }
        .into_any(),
        rows: view.rows.into_iter().map(row).collect(),
        more: view.more,
        no_fit: view! {
            <Empty title="No client fits" words="Nothing matches what you looked for. Try fewer words, or take a filter away.">
                <a class="button" href="/office/clients">
                    "Show all clients"
                </a>
            </Empty>
        }
        .into_any(),
        none: view! {
            <Empty title="No clients yet" words="Add the first company or person whom you serve. Their portal stays off until you enable it.">
                <a class="button primary" href="/office/clients/new">
                    "Add a client"
                </a>
            </Empty>
        }
        .into_any(),
    }
    .show(
        &query,
        query.words.clone(),
        vec![
            ("state", query.state.map_or("", PortalState::name)),
            ("sort", query.order.name()),
        ],
    )
}

fn row(row: ClientRow) -> AnyView {
    let href = format!("/office/clients/{}", row.label.id);
    view! {
        <tr>
            <th scope="row">
                <a class="client" href=href>
                    <span class="mark" aria-hidden="true">
                        {row.label.mark}
                    </span>
                    {row.label.name}
                </a>
                {row.restricted.then(|| view! { <span class="badge">"Restricted"</span> })}
            </th>
            <td data-label="Portal">{parts::portal_badge(row.state)}</td>
            <td data-label="Looked after by">{row.responsible.unwrap_or_else(|| "Nobody".to_owned())}</td>
            <td data-label="Tags">{badges(row.tags)}</td>
            <td data-label="Contacts" class="num">
                {row.contacts}
            </td>
        </tr>
    }
    .into_any()
}

fn tags(query: &ClientQuery, tags: Vec<String>) -> Option<AnyView> {
    (!tags.is_empty()).then(|| {
        let all =
            std::iter::once((String::new(), "All".to_owned())).chain(tags.into_iter().map(|tag| (tag.clone(), tag)));
        choices("Tag", all, &query.tag, |tag| query.but(|query| query.tag = tag))
    })
}
