//! A new password by a mailed link, step by step on one page.

use super::{
    flash_anywhere, gated, hidden,
    reset_proof::{another_way, questions_form},
    walk::{self, Door},
};
use crate::{
    desk::{Desk, Told, desk},
    error::AppError,
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form},
        icon::{Glyph, Icon},
        new_password::NewPassword,
    },
};
use domain::{
    Field, LinkId, Problem,
    form::{self, Form},
    reset::{PasswordStep, ProveStep, ResetStep},
    said::Said,
    sign_in::LinkState,
};
use firm::{
    resets,
    walks::{self, Purpose},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// `/reset/{id}`.
#[component]
pub fn ResetPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    gated("Set a new password", |desk| async move {
        let unknown = |_| desk.told(firm::Error::Problem(Problem::NotFound));
        let id: LinkId = id.parse().map_err(unknown)?;
        let browser = desk.browser.as_deref();
        let page = walks::page(&desk.firm, &desk.actor, Purpose::Reset, id, browser)
            .await
            .told(&desk)?;
        if page.state != LinkState::Live {
            return Ok(walk::over(&page, ask_anew()));
        }
        if page.begun.is_none() {
            let problem = problem_of(&desk, [form::BEGIN_RESET, form::BEGIN_RESET_BY_CODE]).await?;
            let door = Door {
                here: here(id),
                begin: form::BEGIN_RESET,
                type_code: form::BEGIN_RESET_BY_CODE,
                heading: "Set a new password".to_owned(),
                lead: "Your account stays as it is until you have set the password.".to_owned(),
                button: "Continue",
                at_once: false,
            };
            return Ok(walk::door(&page, &door, problem.as_ref()));
        }
        let step = resets::step(&desk.firm, &desk.actor, id, browser).await.told(&desk)?;
        match step {
            ResetStep::Prove(step) => prove(&desk, &step).await,
            ResetStep::Password(step) => {
                let problem = problem_of(&desk, [form::FINISH_RESET]).await?;
                Ok(set(step, problem.as_ref()))
            }
        }
    })
}

/// The page of one reset.
pub(super) fn here(id: LinkId) -> String {
    format!("/reset/{id}")
}

async fn problem_of<const N: usize>(desk: &Desk, forms: [Form; N]) -> Result<Option<Problem>, AppError> {
    for form in forms {
        if let Some(flash) = flash_anywhere(desk, &form).await? {
            return Ok(Some(flash.problem));
        }
    }
    Ok(None)
}

fn ask_anew() -> AnyView {
    view! {
        <div class="actions">
            <a class="button primary" href="/sign-in/help">
                <Icon glyph=Glyph::Mail />
                "Ask for a new link"
            </a>
            <a class="button" href="/sign-in">
                "Go to the sign-in page"
            </a>
        </div>
    }
    .into_any()
}

async fn prove(desk: &Desk, step: &ProveStep) -> Result<AnyView, AppError> {
    let answered = problem_of(desk, [form::ANSWER_RESET]).await?;
    let coded = problem_of(desk, [form::GIVE_RESET_CODE, form::TEXT_RESET_CODE]).await?;
    let problem = answered.as_ref().or(coded.as_ref());
    Ok(view! {
        <div class="stack">
            <div>
                <h1>"Is it you?"</h1>
                <p class="lead">
                    "Whoever reads your email could have opened this link. So we ask for something else that only you know or have."
                </p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::SentCode]).unwrap_or_default() />
            {questions_form(step)}
            {another_way(step, coded.as_ref())}
        </div>
    }
    .into_any())
}

fn set(step: PasswordStep, problem: Option<&Problem>) -> AnyView {
    view! {
        <div class="stack">
            <div>
                <h1>"Set a new password"</h1>
                <p class="lead">"You are signed in with it at once, and signed out everywhere else."</p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::NewPassword]).unwrap_or_default() />
            <form class="stack" method="post" action=form::FINISH_RESET.action>
                {hidden("from", here(step.id))}
                {hidden("id", step.id.to_string())}
                <NewPassword
                    rules=step.rules
                    address=step.address
                    error=error_of(problem, Field::NewPassword)
                    first=true
                />
                <button class="button primary wide">
                    <Icon glyph=Glyph::Key />
                    "Set password"
                </button>
            </form>
        </div>
    }
    .into_any()
}

/// Begins a reset with the secret of its link.
///
/// # Errors
/// The link is unknown, spent or too old, or goes on in another browser.
#[server(prefix = "/api", endpoint = "begin_reset")]
pub async fn begin_reset(
    /// Which.
    id: LinkId,
    /// The secret of the link.
    #[server(default)]
    secret: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let browser = desk.browser.as_deref();
    let begun = walks::take_secret(&desk.firm, &desk.actor, Purpose::Reset, id, &secret, browser)
        .await
        .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &begun.browser, begun.max_age);
    leptos_axum::redirect(&here(id));
    Ok(())
}

/// Begins a reset with the code of the same mail.
///
/// # Errors
/// The code is wrong or spent; else as [`begin_reset`].
#[server(prefix = "/api", endpoint = "begin_reset_by_code")]
pub async fn begin_reset_by_code(
    /// Which.
    id: LinkId,
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let browser = desk.browser.as_deref();
    let begun = walks::take_code(
        &desk.firm,
        &desk.actor,
        Purpose::Reset,
        id,
        &code,
        browser,
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &begun.browser, begun.max_age);
    leptos_axum::redirect(&here(id));
    Ok(())
}

/// Sets the new password and signs its owner in, by way of the second factor where there is one.
///
/// # Errors
/// The link is over or elsewhere, or lacks its second proof; the password breaks a rule.
#[server(prefix = "/api", endpoint = "finish_reset")]
pub async fn finish_reset(
    /// Which.
    id: LinkId,
    /// The new password.
    password: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let browser = desk.browser.as_deref();
    let entered = resets::finish(&desk.firm, &desk.actor, id, &password, browser, &desk.device)
        .await
        .told(&desk)?;
    desk.say(Said::PasswordSet);
    desk.enter(&entered);
    Ok(())
}
