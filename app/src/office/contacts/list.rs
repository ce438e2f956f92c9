//! The list of contacts.

use crate::{
    desk::Told,
    office::{
        list::{List, address_parts, choices, or_all},
        parts,
    },
    plain::framed,
    ui::{client::Client, empty::Empty},
};
use domain::{
    Moment,
    contact::ContactState,
    office::{
        Order, Query,
        contacts::{ContactOrder, ContactQuery, ContactRow, ContactsView},
    },
};
use firm::contacts;
use leptos::prelude::*;

/// `/office/contacts`.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let part = address_parts();
    let query = ContactQuery {
        words: part("q"),
        state: ContactState::named(&part("state")),
        order: ContactOrder::named(&part("sort")),
        page: part("page").parse().unwrap_or(0),
    };
    framed("Contacts", |desk| async move {
        let view = contacts::list(&desk.firm, &desk.actor, &query).await.told(&desk)?;
        Ok(list(view))
    })
}

fn list(view: ContactsView) -> AnyView {
    let query = view.query;
    let states = choices(
        "State",
        or_all(ContactState::ALL, ContactState::word),
        &query.state,
        |state| query.but(|query| query.state = state),
    );
    let orders = choices("Sort by", ContactOrder::choices(), &query.order, |order| {
        query.but(|query| query.order = order)
    });
    let now = view.now;
    List {
        head: view! {
            <div class="page-head">
                <h1>"Contacts"</h1>
                <div class="actions">
                    <a class="button primary" href="/office/contacts/new">
                        "Add a contact"
                    </a>
                </div>
            </div>
        }
        .into_any(),
        base: "/office/contacts",
        search: "Search contacts",
        filters: (states, orders),
        columns: view! {
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Clients"</th>
                    <th scope="col" class="num">"Last seen"</th>
                </tr>
            </thead>
        }
        .into_any(),
        rows: view.rows.into_iter().map(|contact| row(contact, now)).collect(),
        more: view.more,
        no_fit: view! {
            <Empty title="No contact fits" words="Nobody matches what you looked for. Try fewer words, or another state.">
                <a class="button" href="/office/contacts">
                    "Show all contacts"
                </a>
            </Empty>
        }
        .into_any(),
        none: view! {
            <Empty title="No contacts yet" words="A contact is a person who signs in for one client or several.">
                <a class="button primary" href="/office/contacts/new">
                    "Add a contact"
                </a>
            </Empty>
        }
        .into_any(),
    }
    .show(
        &query,
        query.words.clone(),
        vec![
            ("state", query.state.map_or("", ContactState::name)),
            ("sort", query.order.name()),
        ],
    )
}

fn row(contact: ContactRow, now: Moment) -> AnyView {
    let ContactRow {
        id,
        name,
        address,
        state,
        clients,
        last_seen,
    } = contact;
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/office/contacts/{id}")>{name}</a>
                <span class="meta">{address}</span>
            </th>
            <td data-label="State">{parts::contact_badge(state)}</td>
            <td data-label="Clients">
                {clients.into_iter().map(|label| view! { <Client label=label /> " " }).collect_view()}
            </td>
            <td data-label="Last seen" class="num">
                {parts::seen(last_seen, now)}
            </td>
        </tr>
    }
    .into_any()
}
