//! The page from which everything about the firm itself is reached.

use crate::plain::framed;
use domain::access::{Action, may};
use leptos::prelude::*;

/// Places of the firm: address, name, what is there, and what one must be let do to see it.
const PLACES: [(&str, &str, &str, Action); 9] = [
    (
        "/office/contacts",
        "Contacts",
        "The people who sign in for your clients.",
        Action::SeeOffice,
    ),
    (
        "/office/team",
        "Team",
        "Your own people, and what each may do.",
        Action::SeeOffice,
    ),
    (
        "/office/audit",
        "Audit log",
        "Who did what, and when.",
        Action::ReadAudit,
    ),
    (
        "/office/mail",
        "Mail",
        "What waits to go out, what went, and what came back.",
        Action::RunSettings,
    ),
    (
        "/office/settings/sign-in",
        "How people sign in",
        "Passwords, emailed links, security questions, the second step, and how long it lasts.",
        Action::RunSettings,
    ),
    (
        "/office/settings/storage",
        "Storage",
        "How much room files may take, for the firm and for each client.",
        Action::RunSettings,
    ),
    (
        "/office/settings/stores",
        "Where files are kept",
        "In which place and region, and whether that works.",
        Action::RunSettings,
    ),
    (
        "/office/settings/button",
        "Website button",
        "The “Login to Client Portal” button for your own website.",
        Action::RunSettings,
    ),
    (
        "/office/settings/links",
        "Old links",
        "Addresses of a portal that you had before, and where they lead now.",
        Action::RunSettings,
    ),
];

/// `/office/settings`: everything about the firm itself.
#[component]
pub fn FirmPage() -> impl IntoView {
    framed("Firm", |desk| async move {
        let role = desk.actor.role();
        let places = PLACES
            .iter()
            .filter(|(.., action)| may(role, *action))
            .map(|(href, name, words, _)| {
                view! {
                    <li class="plain-row">
                        <a href=*href>{*name}</a>
                        <span class="meta">{*words}</span>
                    </li>
                }
            })
            .collect_view();
        Ok(view! {
            <div class="page-head">
                <h1>"Firm"</h1>
            </div>
            <ul class="rows">{places}</ul>
        }
        .into_any())
    })
}
