//! What a reset asks for beside the mailed link: answers to the security questions or, in their place, a code to the mobile.

use super::{hidden, reset::here, sent::clock};
use crate::{
    desk::{Told, desk},
    error::AppError,
    ui::{
        field::{Kind, TextField, error_of},
        icon::{Glyph, Icon},
        questions::ask,
    },
};
use domain::{Field, LinkId, Problem, form, reset::ProveStep, walk::Texts};
use firm::resets;
use leptos::prelude::*;

/// The questions with a field for each answer.
pub(super) fn questions_form(step: &ProveStep) -> impl IntoView + use<> {
    view! {
        <form class="stack" method="post" action=form::ANSWER_RESET.action>
            {hidden("from", here(step.id))}
            {hidden("id", step.id.to_string())}
            {ask(&step.questions)}
            <button class="button primary wide">"Continue"</button>
        </form>
    }
}

/// The ways in place of the answers: a code to the mobile, and somebody of the firm.
pub(super) fn another_way(step: &ProveStep, problem: Option<&Problem>) -> impl IntoView + use<> {
    let by_text = (step.texts == Texts::Go && !step.spent).then(|| text_way(step, problem));
    let ring = if by_text.is_some() {
        "Neither works? Ring us: once we are sure that it is you, we let you in without the questions."
    } else {
        "You do not remember the answers? Ring us: once we are sure that it is you, we let you in without the questions."
    };
    view! {
        {by_text}
        <p class="quiet-text">{ring}</p>
    }
}

fn text_way(step: &ProveStep, problem: Option<&Problem>) -> impl IntoView + use<> {
    let open = step.sent.is_some() || problem.is_some();
    let (id, mobile) = (step.id, step.mobile.clone());
    let (kind, hint) = Kind::of_sent(step.digits);
    let code = step.sent.as_ref().map(|sent| {
        view! {
            <form class="stack" method="post" action=form::GIVE_RESET_CODE.action>
                {hidden("from", here(id))}
                {hidden("id", id.to_string())}
                <p>
                    "We texted a code to the mobile ending " <strong>{mobile.clone()}</strong> ". It works until "
                    {clock(sent.until)} "."
                </p>
                <TextField
                    name="code"
                    label="Code from the text message"
                    hint=hint
                    kind=kind
                    error=error_of(problem, Field::SentCode)
                />
                <button class="button">"Use this code"</button>
            </form>
        }
    });
    let words = if code.is_some() {
        "Text another code"
    } else {
        "Text me a code"
    };
    view! {
        <details class="other-way" open=open>
            <summary>"Have a code texted instead"</summary>
            <div class="stack">
                {code}
                <form class="stack" method="post" action=form::TEXT_RESET_CODE.action>
                    {hidden("from", here(id))}
                    {hidden("id", id.to_string())}
                    <button class="button">
                        <Icon glyph=Glyph::Phone />
                        {format!("{words} to {mobile}")}
                    </button>
                </form>
            </div>
        </details>
    }
}

/// Gives the answers to the security questions.
///
/// # Errors
/// One of them is wrong, or there were too many tries; the reset is over or elsewhere.
#[server(prefix = "/api", endpoint = "answer_reset")]
pub async fn answer_reset(
    /// Which.
    id: LinkId,
    /// The answers, in the order of the questions.
    #[server(default)]
    answer: Vec<String>,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let browser = desk.browser.as_deref();
    resets::answer(&desk.firm, &desk.actor, id, &answer, browser, &desk.device)
        .await
        .told(&desk)?;
    leptos_axum::redirect(&here(id));
    Ok(())
}

/// Sends a code to the mobile on file, in place of the answers.
///
/// # Errors
/// It is too soon, or no text message can go; the reset is over or elsewhere.
#[server(prefix = "/api", endpoint = "text_reset_code")]
pub async fn text_reset_code(
    /// Which.
    id: LinkId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    resets::text_code(&desk.firm, &desk.actor, id, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    leptos_axum::redirect(&here(id));
    Ok(())
}

/// Gives that code.
///
/// # Errors
/// It is wrong, spent or too old; the reset is over or elsewhere.
#[server(prefix = "/api", endpoint = "give_reset_code")]
pub async fn give_reset_code(
    /// Which.
    id: LinkId,
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    resets::give_code(&desk.firm, &desk.actor, id, &code, desk.browser.as_deref())
        .await
        .told(&desk)?;
    leptos_axum::redirect(&here(id));
    Ok(())
}
