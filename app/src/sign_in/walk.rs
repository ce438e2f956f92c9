//! The first page of a walk: a mailed link that nobody's browser asked for.
//!
//! Invariant: showing it changes nothing, whoever opens it: mail scanners open links, and some run scripts. The secret
//! stands in the fragment, which no server sees; `doors.js` moves it into the form, and a person presses the button. Without
//! scripts the code of the same mail is typed.

use super::{
    hidden,
    sent::{CodeField, clock},
};
use crate::ui::{
    banner::ErrorBanner,
    field::{error_of, error_of_form},
    icon::{Glyph, Icon},
};
use domain::{
    Field, Problem,
    form::{Flash, Form},
    sign_in::LinkState,
    walk::WalkPage,
};
use leptos::prelude::*;

/// What one kind of link says on its first page, and where it posts to.
pub struct Door {
    /// This page's path.
    pub here: String,
    /// The form that the secret goes into: `id` and `secret`.
    pub begin: Form,
    /// The form for the code of the same mail: `id` and `code`.
    pub type_code: Form,
    /// The heading.
    pub heading: String,
    /// What it leads to.
    pub lead: String,
    /// The words on the button.
    pub button: &'static str,
    /// Whether the page's script presses the button by itself.
    pub at_once: bool,
}

/// Why a post of either form was refused, taken from the flash.
pub fn problem_of(flashes: [Option<Flash>; 2]) -> Option<Problem> {
    flashes.into_iter().flatten().next().map(|flash| flash.problem)
}

/// The page of a link that works, before this browser has given its secret or its code.
pub fn door(page: &WalkPage, door: &Door, problem: Option<&Problem>) -> AnyView {
    let code = if page.code_spent {
        view! {
            <p class="quiet-text">
                "The code of this email was tried too often and no longer works. The link in the email does: open it in a browser that runs scripts."
            </p>
        }
        .into_any()
    } else {
        view! {
            <details class="other-way" data-code-form open>
                <summary>"Type the code from the email"</summary>
                <form class="stack" method="post" action=door.type_code.action>
                    {hidden("from", door.here.clone())}
                    {hidden("id", page.id.to_string())}
                    <CodeField error=error_of(problem, Field::Code) />
                    <button class="button">"Continue"</button>
                </form>
            </details>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <div>
                <h1>{door.heading.clone()}</h1>
                <p class="lead">{door.lead.clone()}</p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::Code]).unwrap_or_default() />
            <form
                class="stack"
                method="post"
                action=door.begin.action
                data-secret-form
                data-at-once=door.at_once.then_some("")
                hidden
            >
                {hidden("from", door.here.clone())}
                {hidden("id", page.id.to_string())}
                <input type="hidden" name="secret" value="" />
                <button class="button primary wide" disabled>
                    {door.button}
                    <Icon glyph=Glyph::ArrowRight />
                </button>
            </form>
            {code}
            <p class="quiet-text">
                "The link works until " {page.until.long_day()} ", " {clock(page.until)}
                ". If it was not meant for you, close this page: nothing happens."
            </p>
        </div>
    }
    .into_any()
}

/// The page of a link that works no more, whoever opens it. `on` is the way on: a form or links.
pub fn over(page: &WalkPage, on: AnyView) -> AnyView {
    let sent = view! { "It was sent on " {page.sent.long_day()} " at " {clock(page.sent)} };
    let (heading, words) = match page.state {
        LinkState::Replaced if page.moved => (
            "The address was corrected",
            view! {
                {sent}
                ", to an address that is another one by now. What leads on goes to the new address: open the latest email there, or ask us for one."
            }
            .into_any(),
        ),
        LinkState::Used => (
            "This link was used already",
            view! {
                {sent}
                " and did its work since. If that was you, all is well. If it was not, ring us."
            }
            .into_any(),
        ),
        LinkState::Replaced => (
            "A later link took its place",
            view! {
                {sent}
                ". Another was made after that: open the latest email, or ask for a new one here."
            }
            .into_any(),
        ),
        LinkState::Expired | LinkState::Live => (
            "This link has expired",
            view! {
                {sent} " and worked until " {page.until.long_day()} ", " {clock(page.until)}
                ". Nothing is lost: a new one leads to the same place."
            }
            .into_any(),
        ),
    };
    view! {
        <div class="stack">
            <div>
                <h1>{heading}</h1>
                <p class="lead">{words}</p>
            </div>
            {on}
        </div>
    }
    .into_any()
}
