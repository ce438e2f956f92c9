//! How far a client's portal has come, and its next steps, on the client's page.

use crate::office::parts::{self, hidden};
use domain::{client::PortalState, form, office::clients::ClientView};
use leptos::prelude::*;

pub(super) fn portal(view: &ClientView, here: &str) -> impl IntoView + use<> {
    let facts = view.facts;
    let past = parts::past([
        ("Enabled", facts.enabled),
        ("First came in", facts.entered),
        ("Suspended", facts.suspended),
        ("Closed", facts.closed),
    ]);
    let (words, buttons): (&str, &[(&str, &str, bool)]) = match view.state {
        PortalState::NotEnabled => (
            "Nobody of theirs gets in yet. Enable it once there is a contact.",
            &[("enable", "Enable the portal", true)],
        ),
        PortalState::Invited => (
            "It is on. Nobody of theirs has come in yet: they ask for a link at the portal’s address.",
            &[("suspend", "Suspend", false), ("close", "Close", false)],
        ),
        PortalState::Active => (
            "It is on, and somebody of theirs has come in.",
            &[("suspend", "Suspend", false), ("close", "Close", false)],
        ),
        PortalState::Suspended => (
            "Nobody of theirs gets in until you open it again.",
            &[("reopen", "Open it again", true), ("close", "Close", false)],
        ),
        PortalState::Closed => (
            "Nobody of theirs gets in any more. What was sent stays with you.",
            &[("reopen", "Open it again", false)],
        ),
    };
    let (id, from) = (view.label.id, here.to_owned());
    let buttons = buttons
        .iter()
        .map(|(step, words, primary)| {
            view! {
                <form method="post" action=form::STEP_PORTAL.action>
                    {hidden("from", &from)} {hidden("id", id)} {hidden("step", step)}
                    <button class=if *primary { "button primary" } else { "button" }>{*words}</button>
                </form>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="portal">
            <div class="section-head">
                <h2 id="portal">"Portal"</h2>
                {parts::portal_badge(view.state)}
            </div>
            <p class="quiet-text">{words}</p>
            <dl class="facts narrow">{past}</dl>
            <div class="actions">{buttons}</div>
        </section>
    }
}
