//! Server functions of passkeys at the door. A script fetches what the authenticator is asked; its answer comes as a plain
//! form.

use crate::{
    desk::{Told, desk},
    error::AppError,
};
use firm::sign_in;
use leptos::prelude::*;

/// Asks for whichever passkey of this host the browser finds. It is the same for everybody.
///
/// # Errors
/// There were too many tries.
#[server(prefix = "/api", endpoint = "ask_passkey")]
pub async fn ask_passkey() -> Result<String, AppError> {
    let desk = desk().await?;
    let challenge = sign_in::ask_passkey(
        &desk.firm,
        &desk.actor,
        &desk.host,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    Ok(desk.ask(challenge))
}

/// Signs in with a passkey alone.
///
/// # Errors
/// The answer does not hold.
#[server(prefix = "/api", endpoint = "sign_in_by_passkey")]
pub async fn sign_in_by_passkey(
    /// The browser's answer, as JSON.
    #[server(default)]
    answer: String,
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::with_passkey(
        &desk.firm,
        &desk.actor,
        &answer,
        &next,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Asks for a passkey of whoever stands before their second proof.
///
/// # Errors
/// The step is over, or they have none at this host.
#[server(prefix = "/api", endpoint = "ask_step_passkey")]
pub async fn ask_step_passkey() -> Result<String, AppError> {
    let desk = desk().await?;
    let challenge = sign_in::ask_step_passkey(&desk.firm, &desk.actor, &desk.host, desk.browser.as_deref())
        .await
        .told(&desk)?;
    Ok(desk.ask(challenge))
}

/// Gives a passkey as the second proof.
///
/// # Errors
/// The answer does not hold, or the step is over.
#[server(prefix = "/api", endpoint = "give_passkey")]
pub async fn give_passkey(
    /// The browser's answer, as JSON.
    #[server(default)]
    answer: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::give_passkey(&desk.firm, &desk.actor, &answer, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Asks for a first passkey of whoever must set a second factor up.
///
/// # Errors
/// The step is over, or there is a factor.
#[server(prefix = "/api", endpoint = "ask_first_passkey")]
pub async fn ask_first_passkey() -> Result<String, AppError> {
    let desk = desk().await?;
    let challenge = sign_in::ask_first_passkey(&desk.firm, &desk.actor, &desk.host, desk.browser.as_deref())
        .await
        .told(&desk)?;
    Ok(desk.ask(challenge))
}

/// Takes the first passkey; recovery codes follow, or the first page.
///
/// # Errors
/// The answer does not hold, or the step is over.
#[server(prefix = "/api", endpoint = "enrol_passkey")]
pub async fn enrol_passkey(
    /// The browser's answer, as JSON.
    #[server(default)]
    answer: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::enrol_passkey(&desk.firm, &desk.actor, &answer, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    match entered {
        Some(entered) => desk.enter(&entered),
        None => leptos_axum::redirect("/sign-in/codes"),
    }
    Ok(())
}
