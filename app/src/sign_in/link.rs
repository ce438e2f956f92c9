//! The page of a mailed link.
//!
//! Invariant: showing it changes nothing, whoever opens it: mail scanners open links, and some run scripts. The secret
//! stands in the fragment, which no server sees; `doors.js` moves it into the form, and a person presses the button.

use super::{
    flash_of, gated, hidden,
    sent::{CodeField, clock},
};
use crate::{
    desk::Told,
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form},
        icon::{Glyph, Icon},
    },
};
use domain::{
    Field, LinkId, Problem, form,
    sign_in::{LinkPage as Link, LinkState},
};
use firm::sign_in;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// `/link/{id}`.
#[component]
pub fn LinkPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    gated("Continue to your portal", |desk| async move {
        let unknown = |_| desk.told(firm::Error::Problem(Problem::NotFound));
        let id: LinkId = id.parse().map_err(unknown)?;
        let link = sign_in::link_page(&desk.firm, &desk.actor, id, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let flash = flash_of(&desk, &form::REDEEM_LINK).or_else(|| flash_of(&desk, &form::REDEEM_CODE));
        let problem = flash.map(|flash| flash.problem);
        Ok(match (link.state, link.same_browser) {
            (LinkState::Live, true) => live(&link, problem.as_ref()),
            (LinkState::Live, false) => elsewhere(&link),
            (LinkState::Expired, _) => over(&link, "This link has expired", Over::Expired),
            (LinkState::Used, _) => over(&link, "This link was used already", Over::Used),
            (LinkState::Replaced, _) => over(&link, "A later link took its place", Over::Replaced),
        })
    })
}

fn live(link: &Link, problem: Option<&Problem>) -> AnyView {
    let from = format!("/link/{}", link.id);
    view! {
        <div class="stack">
            <div>
                <h1>"Welcome back"</h1>
                <p class="lead">"You asked at " {clock(link.asked)} " to sign in."</p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::Code]).unwrap_or_default() />
            <form class="stack" method="post" action=form::REDEEM_LINK.action data-secret-form hidden>
                {hidden("from", from.clone())}
                {hidden("id", link.id.to_string())}
                <input type="hidden" name="secret" value="" />
                <p>"Press the button to carry on to the page you wanted."</p>
                <button class="button primary wide" disabled>
                    "Sign in"
                    <Icon glyph=Glyph::ArrowRight />
                </button>
            </form>
            <details class="other-way" data-code-form open>
                <summary>"Type the code from the email"</summary>
                <form class="stack" method="post" action=form::REDEEM_CODE.action>
                    {hidden("from", from)}
                    {hidden("id", link.id.to_string())}
                    <CodeField error=error_of(problem, Field::Code) />
                    <button class="button">"Continue"</button>
                </form>
            </details>
            <p class="quiet-text">
                "The link works once, in the browser that asked for it, until " {clock(link.until)}
                ". If you did not ask, close this page: nothing happens."
            </p>
        </div>
    }
    .into_any()
}

fn elsewhere(link: &Link) -> AnyView {
    view! {
        <div class="stack">
            <div>
                <h1>"Go back to the window that asked"</h1>
                <p class="lead">
                    "This link was asked for in another browser or on another device, at "
                    {clock(link.asked)} ". Type the code from the email there: it works until "
                    {clock(link.until)} "."
                </p>
            </div>
            <p class="quiet-text">
                "A link never signs in a browser that did not ask for it. That keeps you safe when an email goes astray."
            </p>
            <div class="actions">
                <a class="button" href="/sign-in">
                    <Icon glyph=Glyph::Mail />
                    "Ask for a new link here"
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// Why a link works no more.
#[derive(Clone, Copy)]
enum Over {
    Expired,
    Used,
    Replaced,
}

fn over(link: &Link, heading: &'static str, why: Over) -> AnyView {
    let minutes = link.until.seconds_since(link.asked) / 60;
    let day = link.asked.long_day();
    let sent = view! { "It was sent on " {day} " at " {clock(link.asked)} };
    let words = match why {
        Over::Expired => view! {
            {sent}
            {format!(" and worked for {minutes} minutes. Nothing is lost: a new one takes you to the same place.")}
        }
        .into_any(),
        Over::Used => view! {
            {sent}
            " and signed somebody in since. If that was you, go to the portal. If it was not, ring us."
        }
        .into_any(),
        Over::Replaced => view! {
            {sent} ". You asked again after that: open the latest email, or ask for a new link."
        }
        .into_any(),
    };
    view! {
        <div class="stack">
            <div>
                <h1>{heading}</h1>
                <p class="lead">{words}</p>
            </div>
            <div class="actions">
                <a class="button primary" href="/sign-in">
                    <Icon glyph=Glyph::Mail />
                    "Email me a new link"
                </a>
                {matches!(why, Over::Used)
                    .then(|| {
                        view! {
                            <a class="button" href="/">
                                "Go to the portal"
                            </a>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}
