//! A new client.

use super::fields::{FIELDS, Kept, kept};
use crate::{
    desk::Told,
    office::parts::{self, hidden},
    plain::{flash_of, framed},
    ui::{banner::ErrorBanner, field::error_of_form},
};
use domain::form;
use firm::clients;
use leptos::prelude::*;

/// `/office/clients/new`.
#[component]
pub fn NewClientPage() -> impl IntoView {
    framed("Add a client", |desk| async move {
        let team = clients::blank(&desk.firm, &desk.actor).await.told(&desk)?;
        let flash = flash_of(&desk, &form::ADD_CLIENT).await?;
        let problem = flash.as_ref().map(|flash| flash.problem.clone());
        Ok(view! {
            {parts::back_to("/office/clients", "Clients")}
            <div class="page-head">
                <div>
                    <h1>"Add a client"</h1>
                    <p class="lead">"The portal stays off until you enable it on the next page."</p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem.as_ref(), &FIELDS).unwrap_or_default() />
            <form class="stack office-form" method="post" action=form::ADD_CLIENT.action>
                {hidden("from", "/office/clients/new")} {kept(flash.as_ref(), Kept::default(), team)}
                <button class="button primary">"Add the client"</button>
            </form>
        }
        .into_any())
    })
}
