//! A link is on its way, and its code can be typed here.

use super::{flash_of, gated, hidden};
use crate::{
    desk::Told,
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
    },
};
use domain::{Field, Moment, form, sign_in::LinkAsked};
use firm::sign_in;
use leptos::prelude::*;

/// `/sign-in/sent`.
#[component]
pub fn SentPage() -> impl IntoView {
    gated("Check your email", |desk| async move {
        let asked = sign_in::asked(&desk.firm, &desk.actor, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let Some(asked) = asked else {
            return Ok(nothing_asked());
        };
        let flash = flash_of(&desk, &form::TYPE_CODE);
        let problem = flash.as_ref().map(|flash| &flash.problem);
        Ok(view! {
            <div class="stack">
                <div>
                    <h1>"Check your email"</h1>
                    <p class="lead">
                        "If we know the address that you typed, a link and a code are on their way. "
                        {when(&asked)}
                    </p>
                </div>
                <p>"Press the link in the email, or type its code here:"</p>
                <ErrorBanner sentence=error_of_form(problem, &[Field::Code]).unwrap_or_default() />
                <form class="stack" method="post" action=form::TYPE_CODE.action>
                    {hidden("from", "/sign-in/sent".to_owned())}
                    <CodeField error=error_of(problem, Field::Code) />
                    <button class="button primary">"Continue"</button>
                </form>
            </div>
            <div class="quiet-text">
                <h2>"Nothing arrived?"</h2>
                <p>
                    "Look in your spam folder. Earlier codes work until they expire. Still nothing: "
                    <a href="/sign-in">"ask for another link"</a> ", or use another address."
                </p>
            </div>
        }
        .into_any())
    })
}

/// The field for a mailed code.
#[component]
pub fn CodeField(
    /// What was wrong.
    error: Option<String>,
) -> impl IntoView {
    view! {
        <TextField
            name="code"
            label="Code from the email"
            hint="Eight letters and numbers, such as B4HN 9RTW. Capitals do not matter."
            kind=Kind::Code
            error=error
        />
    }
}

/// A moment on a page that no module hydrates: in UTC, rewritten by `doors.js` where scripts run.
pub fn clock(at: Moment) -> impl IntoView {
    view! {
        <time datetime=at.machine() title=at.full() data-clock>
            {format!("{} UTC", at.clock())}
        </time>
    }
}

fn when(asked: &LinkAsked) -> impl IntoView {
    view! { "Sent at " {clock(asked.at)} ", valid until " {clock(asked.until)} "." }
}

fn nothing_asked() -> AnyView {
    view! {
        <div class="stack">
            <div>
                <h1>"Ask for a link first"</h1>
                <p class="lead">
                    "This browser has not asked for one lately. If you asked in another window or on another device, type the code there."
                </p>
            </div>
            <div class="actions">
                <a class="button primary" href="/sign-in">
                    "Go to the sign-in page"
                </a>
            </div>
        </div>
    }
    .into_any()
}
