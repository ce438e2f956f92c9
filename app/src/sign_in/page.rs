//! Ask for a link.

use super::{door_passkey, flash_of, gated, hidden, next_page, passkey_problem, with_next};
use crate::{
    desk::Told,
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form, typed},
        icon::{Glyph, Icon},
    },
};
use domain::{Field, Problem, client::Side, form, sign_in::Remembered};
use firm::devices;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/sign-in`, and `/` for those who are not signed in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let asked_next = next_page();
    let other = use_query_map().read_untracked().get("other").is_some();
    // Whoever comes here by an address of the firm's former portal is told why it did not let them in.
    let old = use_query_map().read_untracked().get("old").is_some();
    gated("Sign in", move |desk| async move {
        let flash = flash_of(&desk, &form::ASK_LINK);
        let by_passkey = passkey_problem(&desk);
        let problem = flash.as_ref().map(|flash| &flash.problem).or(by_passkey.as_ref());
        let next = flash
            .as_ref()
            .and_then(|flash| flash.typed("next"))
            .map_or(asked_next, ToOwned::to_owned);
        let known = if other || flash.is_some() {
            None
        } else {
            devices::remembered(&desk.firm, &desk.device).await.told(&desk)?
        };
        if let Some(known) = known {
            let too_soon = flash_of(&desk, &form::ASK_AGAIN).map(|flash| flash.problem);
            return Ok(welcome_back(
                &known,
                &next,
                old,
                too_soon.as_ref().or(by_passkey.as_ref()),
            ));
        }
        let wanted = (!next.is_empty()).then_some("You come back to the page you wanted.");
        Ok(view! {
            <div class="stack">
                <div>
                    <h1>"Sign in to your portal"</h1>
                    <p class="lead">
                        "We email you a link and a code. There is no password to remember. " {wanted}
                    </p>
                </div>
                {old.then(old_link)}
                <ErrorBanner sentence=error_of_form(problem, &[Field::Address]).unwrap_or_default() />
                <form class="stack" method="post" action=form::ASK_LINK.action>
                    {hidden("from", with_next("/sign-in", &next))}
                    {hidden("next", next.clone())}
                    <TextField
                        name="address"
                        label="Your email address"
                        hint="The one we write to you at."
                        kind=Kind::Address
                        value=typed(flash.as_ref(), "address")
                        error=error_of(problem, Field::Address)
                    />
                    <button class="button primary wide">
                        <Icon glyph=Glyph::Mail />
                        "Email me a link"
                    </button>
                </form>
                {door_passkey("/sign-in", &next)}
                <p>
                    <a href=with_next("/sign-in/manually", &next)>"Sign in manually instead"</a>
                </p>
            </div>
        }
        .into_any())
    })
}

fn old_link() -> impl IntoView {
    view! {
        <div class="banner">
            <Icon glyph=Glyph::Info />
            <p>"That was a link of our former portal. Old links no longer sign in by themselves; a fresh one comes by email."</p>
        </div>
    }
}

/// Somebody signed in here before: one press sends the link. Staff are shown the way to their password.
fn welcome_back(known: &Remembered, next: &str, old: bool, problem: Option<&Problem>) -> AnyView {
    let another = if next.is_empty() {
        "/sign-in?other".to_owned()
    } else {
        format!("{}&other", with_next("/sign-in", next))
    };
    let way = match known.side {
        Side::Contact => view! {
            <form class="stack" method="post" action=form::ASK_AGAIN.action>
                {hidden("from", with_next("/sign-in", next))}
                {hidden("next", next.to_owned())}
                <button class="button primary wide">
                    <Icon glyph=Glyph::Mail />
                    "Email me a link"
                </button>
            </form>
            {door_passkey("/sign-in", next)}
            <p>
                <a href=with_next("/sign-in/manually", next)>"Sign in manually instead"</a>
            </p>
        }
        .into_any(),
        Side::Staff => view! {
            <a class="button primary wide" href=with_next("/sign-in/manually", next)>
                <Icon glyph=Glyph::Key />
                "Sign in with your password"
            </a>
            {door_passkey("/sign-in", next)}
        }
        .into_any(),
    };
    view! {
        <div class="stack">
            <div>
                <h1>"Welcome back"</h1>
                <p class="lead">
                    "On this device, " <strong>{known.masked.clone()}</strong> " signed in before."
                </p>
            </div>
            {old.then(old_link)}
            <ErrorBanner sentence=error_of_form(problem, &[]).unwrap_or_default() />
            {way}
            <div class="quiet-text">
                <p>
                    "Somebody else? " <a href=another>"Use another address"</a> "."
                </p>
                <form method="post" action=form::FORGET_DEVICE.action>
                    {hidden("from", "/sign-in".to_owned())}
                    <button class="button quiet">"Forget me on this device"</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}
