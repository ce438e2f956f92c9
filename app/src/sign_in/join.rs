//! Coming into the team: the link of an invitation, and the password that is set with it.

use super::{
    api::BROWSER_SECONDS,
    flash_of, gated, hidden,
    walk::{self, Door},
};
use crate::{
    desk::{Told, desk},
    error::AppError,
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form},
        icon::{Glyph, Icon},
        new_password::NewPassword,
    },
};
use domain::{
    Field, LinkId, Problem, form,
    join::{JoinPage as Invitation, Welcome},
    sign_in::LinkState,
};
use firm::{
    staff,
    walks::{self, Purpose},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// `/join/{id}`.
#[component]
pub fn JoinPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    gated("Join the team", |desk| async move {
        let unknown = |_| desk.told(firm::Error::Problem(Problem::NotFound));
        let id: LinkId = id.parse().map_err(unknown)?;
        let page = staff::join_page(&desk.firm, &desk.actor, id, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let firm = desk.firm.card().name;
        let problem = walk::problem_of([
            flash_of(&desk, &form::JOIN_TEAM),
            flash_of(&desk, &form::BEGIN_JOINING).or_else(|| flash_of(&desk, &form::TYPE_JOIN_CODE)),
        ]);
        Ok(match (page.walk.state, &page.welcome) {
            (LinkState::Live, Some(welcome)) => set_password(&page, welcome, &firm, problem.as_ref()),
            (LinkState::Live, None) => walk::door(&page.walk, &first(&page, &firm), problem.as_ref()),
            _ => walk::over(&page.walk, on()),
        })
    })
}

fn path(page: &Invitation) -> String {
    format!("/join/{}", page.walk.id)
}

fn first(page: &Invitation, firm: &str) -> Door {
    Door {
        here: path(page),
        begin: form::BEGIN_JOINING,
        type_code: form::TYPE_JOIN_CODE,
        heading: "Join the team".to_owned(),
        lead: format!("You are invited to the team of {firm}. You choose a password, and set up an authenticator app."),
        button: "Continue",
        at_once: false,
    }
}

fn set_password(page: &Invitation, welcome: &Welcome, firm: &str, problem: Option<&Problem>) -> AnyView {
    view! {
        <div class="stack">
            <div>
                <h1>{format!("Welcome, {}", welcome.first_name)}</h1>
                <p class="lead">
                    {format!("Choose the password with which you sign in to the portal of {firm}, as ")}
                    <strong>{welcome.address.clone()}</strong> "."
                </p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::NewPassword]).unwrap_or_default() />
            <form class="stack" method="post" action=form::JOIN_TEAM.action>
                {hidden("from", path(page))} {hidden("id", page.walk.id.to_string())}
                <NewPassword
                    rules=welcome.rules.clone()
                    address=welcome.address.clone()
                    error=error_of(problem, Field::NewPassword)
                    first=true
                />
                <button class="button primary wide">
                    "Set the password and continue"
                    <Icon glyph=Glyph::ArrowRight />
                </button>
            </form>
            <p class="quiet-text">"An authenticator app on your phone is next. Everybody of the team has one."</p>
        </div>
    }
    .into_any()
}

/// What is left when an invitation is over.
fn on() -> AnyView {
    view! {
        <p>"Whoever invited you can send the invitation again."</p>
        <div class="actions">
            <a class="button primary" href="/sign-in/manually">
                "Sign in with your password"
            </a>
        </div>
    }
    .into_any()
}

/// Begins to join, with the secret of the link.
///
/// # Errors
/// The link is unknown, or over.
#[server(prefix = "/api", endpoint = "begin_joining")]
pub async fn begin_joining(
    /// Which link.
    id: LinkId,
    /// Its secret, from the fragment.
    #[server(default)]
    secret: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let browser = desk.browser.as_deref();
    let begun = walks::take_secret(&desk.firm, &desk.actor, Purpose::Join, id, &secret, browser)
        .await
        .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &begun.browser, begun.max_age.min(BROWSER_SECONDS));
    leptos_axum::redirect(&format!("/join/{id}"));
    Ok(())
}

/// Begins to join, with the code of the same mail.
///
/// # Errors
/// The code is wrong or was tried too often, or the link is over.
#[server(prefix = "/api", endpoint = "type_join_code")]
pub async fn type_join_code(
    /// Which link.
    id: LinkId,
    /// The typed code.
    #[server(default)]
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (browser, device) = (desk.browser.as_deref(), &desk.device);
    let begun = walks::take_code(&desk.firm, &desk.actor, Purpose::Join, id, &code, browser, device)
        .await
        .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &begun.browser, begun.max_age.min(BROWSER_SECONDS));
    leptos_axum::redirect(&format!("/join/{id}"));
    Ok(())
}

/// Sets the first password of somebody who was invited. Their second factor is next.
///
/// # Errors
/// The password is refused, or the invitation is over.
#[server(prefix = "/api", endpoint = "join_team")]
pub async fn join_team(
    /// Which link.
    id: LinkId,
    /// The password.
    #[server(default)]
    password: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (browser, device) = (desk.browser.as_deref(), &desk.device);
    let entered = staff::join(&desk.firm, &desk.actor, id, &password, browser, device)
        .await
        .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}
