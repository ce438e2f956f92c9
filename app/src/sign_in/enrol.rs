//! Setting up a second step before the first session: a passkey, or an authenticator app.

use super::{begin_again, flash_of, gated, hidden};
use crate::{
    desk::Told,
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
        passkey::{Ceremony, PasskeyForm},
        qr::Qr,
    },
};
use domain::{Field, Problem, form};
use firm::{
    factors::AppKey,
    sign_in::{self, Enrolment},
};
use leptos::prelude::*;

/// `/sign-in/enrol`.
#[component]
pub fn EnrolPage() -> impl IntoView {
    gated("Set up your second step", |desk| async move {
        let page = sign_in::enrol_page(&desk.firm, &desk.actor, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let problem = flash_of(&desk, &form::ENROL_APP)
            .or_else(|| flash_of(&desk, &form::ENROL_PASSKEY))
            .map(|flash| flash.problem);
        let problem = problem.as_ref();
        Ok(match page {
            Some(Enrolment { app: None }) => passkey_alone(problem),
            Some(Enrolment { app: Some(key) }) => {
                view! {
                    <div class="stack">
                        <div>
                            <h1>"Set up your second step"</h1>
                            <p class="lead">
                                "You look after other people’s papers. So from now on a second proof is asked for after your password."
                            </p>
                        </div>
                        <ErrorBanner sentence=error_of_form(problem, &[Field::AppCode])
                            .unwrap_or_default() />
                        {passkey_form("button wide")}
                        <h2>"With an authenticator app"</h2>
                        <AppSetUp key=key />
                        <form class="stack" method="post" action=form::ENROL_APP.action>
                            {hidden("from", "/sign-in/enrol".to_owned())}
                            <TextField
                                name="code"
                                label="3. Type the code that the app shows"
                                hint="Six digits, new every 30 seconds."
                                kind=Kind::AppCode
                                error=error_of(problem, Field::AppCode)
                            />
                            <button class="button primary">"Continue"</button>
                        </form>
                    </div>
                }
                    .into_any()
            }
            None => begin_again(problem),
        })
    })
}

/// Where only a passkey will do: staff, in a firm that asks for it.
fn passkey_alone(problem: Option<&Problem>) -> AnyView {
    view! {
        <div class="stack">
            <div>
                <h1>"Make your passkey"</h1>
                <p class="lead">
                    "Your firm asks its people for a passkey: your finger, your face or your device’s PIN signs you in, and nobody can make you type it elsewhere."
                </p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[]).unwrap_or_default() />
            {passkey_form("button primary wide")}
            <p class="quiet-text" data-without-passkeys>
                "A passkey needs a browser that knows them, with scripts on. Please sign in again in one that does."
            </p>
        </div>
    }
    .into_any()
}

fn passkey_form(class: &'static str) -> impl IntoView {
    view! {
        <PasskeyForm
            form=form::ENROL_PASSKEY
            ask="/api/ask_first_passkey"
            ceremony=Ceremony::Make
            words="Make a passkey"
            class=class
        >
            {hidden("from", "/sign-in/enrol".to_owned())}
        </PasskeyForm>
    }
}

/// The first two steps of setting up an app: have one, and give it the secret.
#[component]
pub fn AppSetUp(
    /// The secret, as picture and as text.
    key: AppKey,
) -> impl IntoView {
    view! {
        <ol class="steps">
            <li>
                <strong>"1. Have an authenticator app on your phone"</strong>
                <p class="quiet-text">
                    "Any will do: the one in your password manager, Google Authenticator, Microsoft Authenticator, Aegis or 2FAS."
                </p>
            </li>
            <li>
                <strong>"2. Scan this square with the app"</strong>
                <Qr text=key.address.clone() label="A square for the camera of your authenticator app" />
                <p class="quiet-text">
                    "Reading this on the phone itself? "
                    <a href=key.address.clone()>"Open it in the app"</a> "."
                </p>
                <details class="other-way">
                    <summary>"Type a key instead"</summary>
                    <p class="quiet-text">"Choose “time-based” where the app asks. Spaces do not matter."</p>
                    <p class="app-key">{key.key}</p>
                </details>
            </li>
        </ol>
    }
}
