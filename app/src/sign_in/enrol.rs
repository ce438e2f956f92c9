//! Setting up an authenticator app before the first session.

use super::{begin_again, flash_of, gated, hidden};
use crate::{
    desk::Told,
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
        qr::Qr,
    },
};
use domain::{Field, form};
use firm::{factors::AppKey, sign_in};
use leptos::prelude::*;

/// `/sign-in/enrol`.
#[component]
pub fn EnrolPage() -> impl IntoView {
    gated("Set up your second step", |desk| async move {
        let key = sign_in::enrol_page(&desk.firm, &desk.actor, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let problem = flash_of(&desk, &form::ENROL_APP).map(|flash| flash.problem);
        let problem = problem.as_ref();
        Ok(match key {
            Some(key) => {
                view! {
                    <div class="stack">
                        <div>
                            <h1>"Set up your second step"</h1>
                            <p class="lead">
                                "You look after other people’s papers. So from now on a code of your phone is asked for after your password."
                            </p>
                        </div>
                        <ErrorBanner sentence=error_of_form(problem, &[Field::AppCode])
                            .unwrap_or_default() />
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
