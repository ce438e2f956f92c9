//! Server functions of activation. All are posted by plain forms; the hidden field `from`, which they carry for a refusal, is
//! read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Desk, Told, desk},
    error::AppError,
};
use domain::{
    Field, LinkId, Problem, Reason,
    said::Said,
    walk::{CodeWay, Step},
};
use firm::{
    activation::{self, Next},
    invitations,
    walks::{self, Begun, Purpose, second},
};
use leptos::prelude::*;

/// The page of an invitation.
pub(super) fn path(id: LinkId) -> String {
    format!("/activate/{id}")
}

/// The page of one of its steps.
pub(super) fn step_path(id: LinkId, step: Step) -> String {
    format!("{}/{}", path(id), step.name())
}

/// Leads to the step that is open in this browser.
async fn on(desk: &Desk, id: LinkId) -> Result<(), AppError> {
    let step = activation::step(&desk.firm, &desk.actor, id, desk.browser.as_deref())
        .await
        .told(desk)?;
    leptos_axum::redirect(&step_path(id, step));
    Ok(())
}

fn begun(desk: &Desk, id: LinkId, begun: &Begun) {
    desk.set_cookie(desk.cookies.link(), &begun.browser, begun.max_age);
    leptos_axum::redirect(&format!("{}/code", path(id)));
}

/// Begins with the secret of an invitation's link.
///
/// # Errors
/// The link is unknown, used, replaced or too old, or goes on in another browser.
#[server(prefix = "/api", endpoint = "begin_activation")]
pub async fn begin_activation(
    /// Which.
    id: LinkId,
    /// The secret of the link.
    #[server(default)]
    secret: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let taken = activation::begin(
        &desk.firm,
        &desk.actor,
        id,
        &secret,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    begun(&desk, id, &taken);
    Ok(())
}

/// Begins with the code of the same mail.
///
/// # Errors
/// The code is wrong or spent; else as [`begin_activation`].
#[server(prefix = "/api", endpoint = "type_invitation_code")]
pub async fn type_invitation_code(
    /// Which.
    id: LinkId,
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let taken = walks::take_code(
        &desk.firm,
        &desk.actor,
        Purpose::Activate,
        id,
        &code,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    begun(&desk, id, &taken);
    Ok(())
}

/// Asks for a fresh invitation in place of one that works no more. The answer is the same for everybody.
///
/// # Errors
/// There is no such link, or it is too soon.
#[server(prefix = "/api", endpoint = "ask_invitation")]
pub async fn ask_invitation(
    /// The old one.
    id: LinkId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    invitations::ask_again(&desk.firm, &desk.actor, id, &desk.device)
        .await
        .told(&desk)?;
    desk.done(Said::InvitationAsked, &path(id));
    Ok(())
}

/// Has the code of the second proof sent, or another.
///
/// # Errors
/// It is too soon, the way is not open, or this browser has not begun.
#[server(prefix = "/api", endpoint = "send_activation_code")]
pub async fn send_activation_code(
    /// Which.
    id: LinkId,
    /// `text` or `mail`.
    way: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let way = CodeWay::named(&way).ok_or_else(|| AppError(Problem::field(Field::Form, Reason::NotOffered)))?;
    second::send(
        &desk.firm,
        &desk.actor,
        Purpose::Activate,
        id,
        way,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    leptos_axum::redirect(&format!("{}/code", path(id)));
    Ok(())
}

/// Gives the code of the second proof.
///
/// # Errors
/// The code is wrong, spent or too old, or this browser has not begun.
#[server(prefix = "/api", endpoint = "give_activation_code")]
pub async fn give_activation_code(
    /// Which.
    id: LinkId,
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    second::give(
        &desk.firm,
        &desk.actor,
        Purpose::Activate,
        id,
        &code,
        desk.browser.as_deref(),
    )
    .await
    .told(&desk)?;
    on(&desk, id).await
}

/// Sets the first password, or does without one.
///
/// # Errors
/// The password is refused, or the code was not given yet.
#[server(prefix = "/api", endpoint = "set_first_password")]
pub async fn set_first_password(
    /// Which.
    id: LinkId,
    /// The password.
    #[server(default)]
    password: String,
    /// `yes` to do without.
    #[server(default)]
    without: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let password = (without != "yes").then_some(password.as_str());
    let next = activation::set_password(
        &desk.firm,
        &desk.actor,
        id,
        password,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    match next {
        Next::In(entered) => desk.enter(&entered),
        Next::Questions => leptos_axum::redirect(&format!("{}/questions", path(id))),
    }
    Ok(())
}

/// Keeps the chosen security questions with their answers, and goes on into the portal.
///
/// # Errors
/// A choice or an answer is refused, or the steps before were not taken.
#[server(prefix = "/api", endpoint = "answer_first_questions")]
pub async fn answer_first_questions(
    /// Which.
    id: LinkId,
    /// The chosen questions.
    #[server(default)]
    question: Vec<String>,
    /// The answers, in the same order.
    #[server(default)]
    answer: Vec<String>,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let answers: Vec<(String, String)> = question.into_iter().zip(answer).collect();
    let entered = activation::answer(
        &desk.firm,
        &desk.actor,
        id,
        &answers,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}
