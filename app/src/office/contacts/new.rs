//! A new contact.

use super::fields::{FIELDS, person};
use crate::{
    desk::Told,
    office::{
        list::address_parts,
        parts::{self, hidden},
    },
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form, typed},
    },
};
use domain::{ClientId, Field, client::ClientLabel, form, office::Choice};
use firm::contacts;
use leptos::prelude::*;

/// `/office/contacts/new`.
#[component]
pub fn NewContactPage() -> impl IntoView {
    let asked = address_parts()("client");
    framed("Add a contact", |desk| async move {
        let labels = contacts::blank(&desk.firm, &desk.actor).await.told(&desk)?;
        let flash = flash_of(&desk, &form::ADD_CONTACT).await?;
        let problem = flash.as_ref().map(|flash| flash.problem.clone());
        let asked = if flash.is_some() {
            typed(flash.as_ref(), "client")
        } else {
            asked
        };
        let asked = asked_for(&labels, &asked);
        let choices: Vec<Choice> = labels
            .into_iter()
            .map(|label| Choice {
                id: label.id.to_string(),
                chosen: asked == Some(label.id),
                name: label.name,
            })
            .collect();
        let from = asked.map_or_else(
            || "/office/contacts/new".to_owned(),
            |id| format!("/office/contacts/new?client={id}"),
        );
        let ticked = |name: &str| typed(flash.as_ref(), name) == "yes";
        let (approve, financials) = (ticked("may_approve"), ticked("may_see_financials"));
        Ok(view! {
            {parts::back_to("/office/contacts", "Contacts")}
            <div class="page-head">
                <div>
                    <h1>"Add a contact"</h1>
                    <p class="lead">"Nothing is sent yet. Once the client’s portal is on, you invite them on their page."</p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem.as_ref(), &FIELDS).unwrap_or_default() />
            <form class="stack office-form" method="post" action=form::ADD_CONTACT.action>
                {hidden("from", from)} {person(flash.as_ref(), None, true)}
                {parts::select(
                    "client",
                    "Client",
                    Some("None yet"),
                    choices,
                    error_of(problem.as_ref(), Field::Client),
                )}
                {parts::tick("may_approve", "may_approve", "yes", "May approve documents for this client", approve)}
                {parts::tick(
                    "may_see_financials",
                    "may_see_financials",
                    "yes",
                    "May see this client’s reports",
                    financials,
                )} <button class="button primary">"Add the contact"</button>
            </form>
        }
        .into_any())
    })
}

/// The client that an address names, if it is one of these.
fn asked_for(labels: &[ClientLabel], asked: &str) -> Option<ClientId> {
    labels
        .iter()
        .find(|label| label.id.to_string() == asked)
        .map(|label| label.id)
}
