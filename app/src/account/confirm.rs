//! Proving once more that it is you, before what signs you in is changed.

use crate::{
    desk::Told,
    plain::{flash_of, framed},
    sign_in::{hidden, next_page, with_next},
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
        icon::{Glyph, Icon},
        passkey::{Ceremony, PasskeyForm},
    },
};
use domain::{
    Field, Problem,
    factors::ConfirmWay,
    form::{self, Form},
};
use firm::confirm;
use leptos::prelude::*;

const HERE: &str = "/account/confirm";

/// `/account/confirm`.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let next = next_page();
    framed("Is it you?", |desk| async move {
        let way = confirm::way(&desk.firm, &desk.actor).await.told(&desk)?;
        let has_passkey = confirm::has_passkey(&desk.firm, &desk.actor, &desk.host)
            .await
            .told(&desk)?;
        let form = form_of(&way);
        let by_passkey = flash_of(&desk, &form::CONFIRM_BY_PASSKEY).await?;
        let problem = flash_of(&desk, &form).await?.or(by_passkey).map(|flash| flash.problem);
        let problem = problem.as_ref();
        let passkey = has_passkey.then(|| passkey_form(&next, way == ConfirmWay::Passkey));
        let field = match way {
            ConfirmWay::App => view! {
                <TextField
                    name="code"
                    label="Code from your app"
                    hint="Six digits, new every 30 seconds. A pasted code goes on by itself."
                    kind=Kind::AppCode
                    error=error_of(problem, Field::AppCode)
                    first=true
                />
                <button class="button primary">"Continue"</button>
            }
            .into_any(),
            ConfirmWay::Passkey => return Ok(page(problem, passkey, without_passkey(has_passkey).into_any())),
            ConfirmWay::Password => view! {
                <TextField
                    name="password"
                    label="Your password"
                    kind=Kind::Password
                    error=error_of(problem, Field::Password)
                    first=true
                />
                <button class="button primary">"Continue"</button>
            }
            .into_any(),
            ConfirmWay::Link { address } => view! {
                <p>"We email a link to " <strong>{address}</strong> ". It brings you back here."</p>
                <button class="button primary">
                    <Icon glyph=Glyph::Mail />
                    "Email me a link"
                </button>
            }
            .into_any(),
        };
        let typed = view! {
            <form class="stack narrow" method="post" action=form.action>
                {hidden("from", with_next(HERE, &next))}
                {hidden("next", next)}
                {field}
            </form>
        };
        Ok(page(problem, passkey, typed.into_any()))
    })
}

fn page(problem: Option<&Problem>, passkey: Option<AnyView>, typed: AnyView) -> AnyView {
    view! {
        <div class="page-head">
            <div>
                <h1>"Is it you?"</h1>
                <p class="lead">
                    "You signed in some time ago. Before anything changes in how you sign in, prove once more that it is you."
                </p>
            </div>
        </div>
        <ErrorBanner sentence=error_of_form(problem, &[Field::AppCode, Field::Password])
            .unwrap_or_default() />
        <div class="stack narrow">{passkey} {typed}</div>
    }
    .into_any()
}

fn passkey_form(next: &str, only: bool) -> AnyView {
    let (from, next) = (with_next(HERE, next), next.to_owned());
    view! {
        <PasskeyForm
            form=form::CONFIRM_BY_PASSKEY
            ask="/api/ask_own_passkey"
            ceremony=Ceremony::Sign
            words="Use a passkey"
            class=if only { "button primary" } else { "button" }
        >
            {hidden("from", from)}
            {hidden("next", next)}
        </PasskeyForm>
    }
    .into_any()
}

/// Whoever has a passkey and no app, and cannot use it here and now: signing in again is a proof as well.
fn without_passkey(here: bool) -> impl IntoView {
    let why = if here {
        "Passkey not at hand, or no scripts?"
    } else {
        "Your passkey was made at another address of ours and does not work here."
    };
    view! {
        <p class="quiet-text">
            {why}
            " Sign out, and sign in again with one of your recovery codes: then you are asked nothing for ten minutes."
        </p>
    }
}

fn form_of(way: &ConfirmWay) -> Form {
    match way {
        ConfirmWay::App => form::CONFIRM_BY_APP,
        ConfirmWay::Passkey => form::CONFIRM_BY_PASSKEY,
        ConfirmWay::Password => form::CONFIRM_BY_PASSWORD,
        ConfirmWay::Link { .. } => form::ASK_OWN_LINK,
    }
}
