//! The people of a client who sign in, on its page.

use crate::office::{
    list::table,
    parts::{self, hidden},
};
use domain::{form, office::clients::ClientView};
use leptos::prelude::*;

pub(super) fn people(view: &ClientView, here: &str) -> impl IntoView + use<> {
    let client = view.label.id;
    let rows = view
        .contacts
        .iter()
        .cloned()
        .map(|contact| {
            let may = match (contact.may_approve, contact.may_see_financials) {
                (true, true) => "Approve, see reports",
                (true, false) => "Approve",
                (false, true) => "See reports",
                (false, false) => "Write, send files",
            };
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/office/contacts/{}", contact.id)>{contact.name}</a>
                        <span class="meta">{contact.address}</span>
                    </th>
                    <td data-label="May">{may}</td>
                    <td data-label="State">{parts::contact_badge(contact.state)}</td>
                    <td data-label="Last seen" class="num">
                        {parts::seen(contact.last_seen, view.now)}
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let list = if view.contacts.is_empty() {
        view! {
            <p class="quiet-text">
                "Nobody yet. Add the person who should come in, then enable the portal."
            </p>
        }
        .into_any()
    } else {
        table(
            "table",
            view! {
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"May"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="num">"Last seen"</th>
                    </tr>
                </thead>
            }
            .into_any(),
            rows,
        )
    };
    let add = format!("/office/contacts/new?client={client}");
    let others = view.others.clone();
    let here = here.to_owned();
    view! {
        <section class="section" aria-labelledby="people">
            <div class="section-head">
                <h2 id="people">"Contacts"</h2>
                <span class="count">{view.contacts.len()}</span>
                <a href=add>"Add a contact"</a>
            </div>
            {list}
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <details class="edit">
                            <summary>"Give access to somebody who is a contact already"</summary>
                            <form class="stack office-form" method="post" action=form::GIVE_CLIENT.action>
                                {hidden("from", here)} {hidden("client", client)} {hidden("page", "client")}
                                {parts::select("contact", "Contact", None, others, None)}
                                {parts::tick("may_approve", "may_approve", "yes", "May approve documents", false)}
                                {parts::tick("may_see_financials", "may_see_financials", "yes", "May see reports", false)}
                                <button class="button">"Give access"</button>
                            </form>
                        </details>
                    }
                })}
        </section>
    }
}
