//! The clients that a contact sees, and what they may do for each, on the contact's page.

use crate::office::parts::{self, hidden};
use domain::{
    ContactId, form,
    office::contacts::{ContactClient, ContactView},
};
use leptos::prelude::*;

pub(super) fn clients(view: &ContactView, here: &str) -> impl IntoView + use<> {
    let contact = view.id;
    let from = here.to_owned();
    let rows = view
        .clients
        .iter()
        .cloned()
        .map(|link| client(contact, &from, link))
        .collect_view();
    let none = view
        .clients
        .is_empty()
        .then(|| view! { <p class="quiet-text">"They see no client yet."</p> });
    let others = view.others.clone();
    view! {
        <section class="section" aria-labelledby="clients">
            <div class="section-head">
                <h2 id="clients">"Clients they see"</h2>
                <span class="count">{view.clients.len()}</span>
            </div>
            {none}
            <ul class="rows">{rows}</ul>
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <details class="edit">
                            <summary>"Let them see another client"</summary>
                            <form class="stack office-form" method="post" action=form::GIVE_CLIENT.action>
                                {hidden("from", from)} {hidden("contact", contact)}
                                {parts::select("client", "Client", None, others, None)}
                                {parts::tick("may_approve", "give-approve", "yes", "May approve documents", false)}
                                {parts::tick("may_see_financials", "give-financials", "yes", "May see reports", false)}
                                <button class="button">"Give access"</button>
                            </form>
                        </details>
                    }
                })}
        </section>
    }
}

fn client(contact: ContactId, from: &str, link: ContactClient) -> impl IntoView + use<> {
    let id = link.label.id;
    let from = from.to_owned();
    let name = link.label.name.clone();
    view! {
        <li class="plain-row">
            <a class="client" href=format!("/office/clients/{id}")>
                <span class="mark" aria-hidden="true">
                    {link.label.mark}
                </span>
                {link.label.name}
            </a>
            {(!link.open).then(|| view! { <span class="badge">"Portal off"</span> })}
            <details class="edit">
                <summary>"Rights" <span class="visually-hidden">{format!(" for {name}")}</span></summary>
                <form class="stack office-form" method="post" action=form::GIVE_CLIENT.action>
                    {hidden("from", &from)} {hidden("contact", contact)} {hidden("client", id)}
                    {parts::tick("may_approve", format!("approve-{id}"), "yes", "May approve documents", link.may_approve)}
                    {parts::tick(
                        "may_see_financials",
                        format!("financials-{id}"),
                        "yes",
                        "May see reports",
                        link.may_see_financials,
                    )} <button class="button">"Save rights"</button>
                </form>
                <form method="post" action=form::TAKE_CLIENT.action>
                    {hidden("from", &from)} {hidden("contact", contact)} {hidden("client", id)}
                    <button class="button">"Take this client away"</button>
                </form>
            </details>
        </li>
    }
}
