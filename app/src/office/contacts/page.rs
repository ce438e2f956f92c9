//! The page of a contact.

use super::{
    access::access,
    clients::clients,
    fields::{FIELDS, person},
};
use crate::{
    desk::Told,
    office::parts::{self, hidden},
    plain::{flash_about, framed, id_of, refused_by},
    ui::{banner::ErrorBanner, field::error_of_form},
};
use domain::{
    ContactId,
    form::{self, Flash},
    office::contacts::ContactView,
};
use firm::contacts;
use leptos::prelude::*;

/// `/office/contacts/{id}`.
#[component]
pub fn ContactPage() -> impl IntoView {
    let id = id_of::<ContactId>();
    framed("Contact", move |desk| async move {
        let id = id?;
        let view = contacts::view(&desk.firm, &desk.actor, id).await.told(&desk)?;
        let refused = refused_by(
            &desk,
            &[
                form::STEP_CONTACT,
                form::GIVE_CLIENT,
                form::TAKE_CLIENT,
                form::STEP_INVITATION,
            ],
        )
        .await?;
        let flash = flash_about(&desk, &form::CHANGE_CONTACT, id).await?;
        let invitation = super::invitation::section(&desk, &view).await?;
        let questions = super::questions::section(&desk, id).await?;
        Ok(show(view, flash, refused, invitation, questions).into_any())
    })
}

fn show(
    view: ContactView,
    flash: Option<Flash>,
    refused: Option<String>,
    invitation: Option<AnyView>,
    questions: Option<AnyView>,
) -> impl IntoView {
    let problem = flash.as_ref().map(|flash| flash.problem.clone());
    let refused = refused.or_else(|| error_of_form(problem.as_ref(), &FIELDS));
    let here = format!("/office/contacts/{}", view.id);
    let phone = if view.phone.is_empty() {
        "None on file".to_owned()
    } else {
        view.phone.clone()
    };
    let way = if view.activated.is_none() {
        "Not before they have activated their access"
    } else if view.has_password {
        "By mailed link, or by password"
    } else {
        "By mailed link"
    };
    let edit = view.whole.then(|| {
        let fields = person(flash.as_ref(), Some(&view), view.activated.is_none());
        view! {
            <details class="edit" open=flash.is_some()>
                <summary>"Change name or number"</summary>
                <form class="stack office-form" method="post" action=form::CHANGE_CONTACT.action>
                    {hidden("from", &here)} {hidden("id", view.id)} {fields}
                    <button class="button primary">"Save"</button>
                </form>
            </details>
        }
    });
    let clients = clients(&view, &here);
    let access = access(&view, &here);
    let password = super::reset::section(&view, &here);
    view! {
        {parts::back_to("/office/contacts", "Contacts")}
        <div class="page-head">
            <div>
                <h1>{view.name.clone()}</h1>
                <p class="meta">{parts::contact_badge(view.state)} <span>{view.address.clone()}</span></p>
            </div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        <div class="columns">
            <div>
                {invitation} {clients} <section class="section" aria-labelledby="details">
                    <div class="section-head">
                        <h2 id="details">"Details"</h2>
                    </div>
                    <dl class="facts">
                        <div>
                            <dt>"Email address"</dt>
                            <dd>{view.address.clone()}</dd>
                        </div>
                        <div>
                            <dt>"Mobile phone"</dt>
                            <dd>{phone}</dd>
                        </div>
                        <div>
                            <dt>"Signs in"</dt>
                            <dd>{way}</dd>
                        </div>
                    </dl>
                    {edit}
                </section>
            </div>
            <aside aria-label="Access">{access} {password} {questions}</aside>
        </div>
    }
}
