//! One's own second step: an authenticator app, passkeys, and the codes for the day they are lost.

use super::passkeys;
use crate::{
    desk::{Desk, Told},
    error::AppError,
    plain::{flash_of, framed},
    sign_in::{codes::CodeSheet, enrol::AppSetUp, hidden},
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
    },
};
use domain::{
    Field, Problem,
    factors::FactorsView,
    form::{self, Form},
};
use firm::factors;
use leptos::prelude::*;

pub(super) const HERE: &str = "/account/factors";
const CHANGES: [Form; 6] = [
    form::BEGIN_APP,
    form::REMOVE_APP,
    form::NEW_CODES,
    form::ADD_PASSKEY,
    form::REMOVE_PASSKEY,
    form::RENAME_PASSKEY,
];

/// `/account/factors`.
#[component]
pub fn FactorsPage() -> impl IntoView {
    framed("Second step", |desk| async move {
        let own = factors::own(&desk.firm, &desk.actor, desk.session()?)
            .await
            .told(&desk)?;
        let problem = first_problem(&desk).await?;
        let banner = error_of_form(problem.as_ref(), &[Field::Name]).unwrap_or_default();
        let renamed = flash_of(&desk, &form::RENAME_PASSKEY).await?;
        let passkeys = passkeys::section(&own, &desk.host, renamed.as_ref(), desk.now());
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Second step"</h1>
                    <p class="lead">
                        {if own.required {
                            "After your first proof, a second is asked for. Your firm’s rules ask for one."
                        } else {
                            "After your first proof, a second can be asked for: whoever reads your email or knows your password still does not get in."
                        }}
                    </p>
                </div>
            </div>
            <ErrorBanner sentence=banner />
            {passkeys}
            {app_section(&own)}
            {codes_section(&own)}
            {alone(&own)}
        }
        .into_any())
    })
}

async fn first_problem(desk: &Desk) -> Result<Option<Problem>, AppError> {
    for form in CHANGES {
        if let Some(flash) = flash_of(desk, &form).await? {
            return Ok(Some(flash.problem));
        }
    }
    Ok(None)
}

fn app_section(own: &FactorsView) -> impl IntoView + use<> {
    let fresh = own.fresh;
    let (words, actions) = match own.app {
        Some(since) => (
            format!("In use since {}.", since.long_day()),
            view! {
                {change(fresh, form::BEGIN_APP, "Use another app or phone", "button")}
                {own.app_may_go().then(|| change(fresh, form::REMOVE_APP, "Remove it", "button"))}
            }
            .into_any(),
        ),
        None => (
            "Not set up. You need a phone with an authenticator app, and two minutes.".to_owned(),
            change(
                fresh,
                form::BEGIN_APP,
                "Set it up",
                if own.any() { "button" } else { "button primary" },
            ),
        ),
    };
    view! {
        <section class="section" aria-labelledby="app">
            <div class="section-head">
                <h2 id="app">"Authenticator app"</h2>
            </div>
            <div class="stack">
                <p>{words}</p>
                <div class="actions">{actions}</div>
            </div>
        </section>
    }
}

fn codes_section(own: &FactorsView) -> Option<impl IntoView + use<>> {
    let (fresh, left) = (own.fresh, own.recovery_codes);
    own.any().then(|| {
        let words = match left {
            0 => "None is left. Make new ones, so that a lost phone does not lock you out.".to_owned(),
            1 => "One is unused. Make new ones soon.".to_owned(),
            many => format!("{many} are unused. Each lets you in once, without the app or a passkey."),
        };
        view! {
            <section class="section" aria-labelledby="codes">
                <div class="section-head">
                    <h2 id="codes">"Recovery codes"</h2>
                </div>
                <div class="stack">
                    <p>{words}</p>
                    <div class="actions">{change(fresh, form::NEW_CODES, "Make new codes", "button")}</div>
                </div>
            </section>
        }
    })
}

/// What becomes of the password when the last of it is taken away.
fn alone(own: &FactorsView) -> Option<impl IntoView + use<>> {
    own.alone.filter(|_| own.any()).map(|least| {
        view! {
            <p class="quiet-text">
                "Before you remove the last of these, look at your password: without a second step it needs "
                {least} " characters. A shorter one then signs you in no more, and you set a new one by email. "
                <a href="/account/password">"Change your password"</a>
            </p>
        }
    })
}

/// A change's button; without a fresh proof it leads to the page that asks for one first.
pub(super) fn change(fresh: bool, form: Form, words: &'static str, class: &'static str) -> AnyView {
    if fresh {
        view! {
            <form method="post" action=form.action>
                {hidden("from", HERE.to_owned())}
                <button class=class>{words}</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <a class=class href="/account/confirm?next=/account/factors">
                {words}
            </a>
        }
        .into_any()
    }
}

/// `/account/factors/app`.
#[component]
pub fn NewAppPage() -> impl IntoView {
    framed("Authenticator app", |desk| async move {
        let key = factors::app_key(&desk.firm, &desk.actor, desk.session()?)
            .await
            .told(&desk)?;
        let flash = flash_of(&desk, &form::CONFIRM_APP).await?;
        let problem = flash.as_ref().map(|flash| &flash.problem);
        let content = match key {
            Some(key) => view! {
                <ErrorBanner sentence=error_of_form(problem, &[Field::AppCode]).unwrap_or_default() />
                <AppSetUp key=key />
                <form class="stack" method="post" action=form::CONFIRM_APP.action>
                    {hidden("from", "/account/factors/app".to_owned())}
                    <TextField
                        name="code"
                        label="3. Type the code that the app shows"
                        hint="Six digits, new every 30 seconds."
                        kind=Kind::AppCode
                        error=error_of(problem, Field::AppCode)
                    />
                    <div class="actions">
                        <button class="button primary">"Use this app"</button>
                        <a class="button" href=HERE>
                            "Cancel"
                        </a>
                    </div>
                </form>
            }
            .into_any(),
            None => view! {
                <p>
                    "There is nothing to be set up. " <a href=HERE>"Back to your second step"</a> "."
                </p>
            }
            .into_any(),
        };
        Ok(view! {
            <div class="stack narrow">
                <div class="page-head">
                    <h1>"Authenticator app"</h1>
                </div>
                {content}
            </div>
        }
        .into_any())
    })
}

/// `/account/factors/codes`.
#[component]
pub fn OwnCodesPage() -> impl IntoView {
    framed("Recovery codes", |desk| async move {
        let codes = factors::codes(&desk.firm, &desk.actor, desk.session()?)
            .await
            .told(&desk)?;
        let content = match codes {
            Some(codes) => view! {
                <p>"If your phone is ever lost, one of these codes lets you in, each of them once. Earlier codes no longer work."</p>
                <CodeSheet codes=codes />
                <form method="post" action=form::OWN_CODES_KEPT.action>
                    {hidden("from", "/account/factors/codes".to_owned())}
                    <button class="button primary">"I have kept them"</button>
                </form>
            }
            .into_any(),
            None => view! {
                <p>
                    "Codes are shown once, when they are made. " <a href=HERE>"Back to your second step"</a> "."
                </p>
            }
            .into_any(),
        };
        Ok(view! {
            <div class="stack narrow">
                <div class="page-head">
                    <h1>"Recovery codes"</h1>
                </div>
                {content}
            </div>
        }
        .into_any())
    })
}
