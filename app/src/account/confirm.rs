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
        let mailed = flash_of(&desk, &form::ASK_OWN_LINK).await?;
        let problem = flash_of(&desk, &form).await?.or(by_passkey).or(mailed);
        let problem = problem.map(|flash| flash.problem);
        let problem = problem.as_ref();
        let passkey = has_passkey.then(|| passkey_form(&next, way == ConfirmWay::Passkey));
        let mut instead = None;
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
            ConfirmWay::Password { address } => {
                instead = Some(posted(
                    form::ASK_OWN_LINK,
                    &next,
                    by_link(address, "Email me a link instead", "button"),
                ));
                view! {
                    <TextField
                        name="password"
                        label="Your password"
                        kind=Kind::Password
                        error=error_of(problem, Field::Password)
                        first=true
                    />
                    <button class="button primary">"Continue"</button>
                }
                .into_any()
            }
            ConfirmWay::Link { address } => by_link(address, "Email me a link", "button primary"),
        };
        let typed = view! { {posted(form, &next, field)} {instead} };
        Ok(page(problem, passkey, typed.into_any()))
    })
}

/// One of the ways, as a form that comes back here.
fn posted(form: Form, next: &str, fields: AnyView) -> AnyView {
    view! {
        <form class="stack narrow" method="post" action=form.action>
            {hidden("from", with_next(HERE, next))}
            {hidden("next", next.to_owned())}
            {fields}
        </form>
    }
    .into_any()
}

fn by_link(address: String, words: &'static str, class: &'static str) -> AnyView {
    view! {
        <p>"We email a link to " <strong>{address}</strong> ". It brings you back here."</p>
        <button class=class>
            <Icon glyph=Glyph::Mail />
            {words}
        </button>
    }
    .into_any()
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
        ConfirmWay::Password { .. } => form::CONFIRM_BY_PASSWORD,
        ConfirmWay::Link { .. } => form::ASK_OWN_LINK,
    }
}
