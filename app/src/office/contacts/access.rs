//! How a contact comes in, and what staff may do about it, on the contact's page.

use crate::office::parts::{self, hidden};
use domain::{contact::ContactState, form, office::contacts::ContactView};
use leptos::prelude::*;

pub(super) fn access(view: &ContactView, here: &str) -> impl IntoView + use<> {
    let now = view.now;
    let words = match view.state {
        ContactState::NotInvited => "They have not come in yet.",
        ContactState::Invited => "They were invited and have not come in yet.",
        ContactState::Active => "They have come in.",
        ContactState::Suspended => "They do not get in until you let them.",
    };
    let past = parts::past([
        ("Invited", view.invited),
        ("First came in", view.activated),
        ("Suspended", view.suspended),
    ]);
    let devices = match view.devices {
        0 => "None".to_owned(),
        1 => "1 browser".to_owned(),
        many => format!("{many} browsers"),
    };
    let (id, from) = (view.id, here.to_owned());
    let step = {
        let from = from.clone();
        move |step: &'static str, words: &'static str| {
            view! {
                <form method="post" action=form::STEP_CONTACT.action>
                    {hidden("from", &from)} {hidden("id", id)} {hidden("step", step)}
                    <button class="button">{words}</button>
                </form>
            }
        }
    };
    let buttons = if view.whole {
        let open = if view.state == ContactState::Suspended {
            step("reopen", "Let them in again")
        } else {
            step("suspend", "Suspend")
        };
        let end = (view.devices > 0).then(|| step("end_devices", "Sign them out everywhere"));
        view! {
            <div class="actions">{open} {end}</div>
            <details class="edit danger">
                <summary>"Remove this contact"</summary>
                <p class="quiet-text">
                    "They are signed out at once and cannot come in again. What they wrote and sent stays. Their address can be used anew."
                </p>
                <form method="post" action=form::STEP_CONTACT.action>
                    {hidden("from", from)} {hidden("id", id)} {hidden("step", "remove")}
                    <button class="button danger">"Remove for good"</button>
                </form>
            </details>
        }
        .into_any()
    } else {
        view! {
            <p class="quiet-text">"Only an owner or admin can change who they are and how they come in."</p>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="access">
            <div class="section-head">
                <h2 id="access">"Access"</h2>
                {parts::contact_badge(view.state)}
            </div>
            <p class="quiet-text">{words}</p>
            <dl class="facts narrow">
                {past} <div>
                    <dt>"Last seen"</dt>
                    <dd>{parts::seen(view.last_seen, now)}</dd>
                </div> <div>
                    <dt>"Signed in on"</dt>
                    <dd>{devices}</dd>
                </div>
            </dl>
            {buttons}
        </section>
    }
}
