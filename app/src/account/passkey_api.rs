//! Server functions of one's own passkeys. A script fetches what the authenticator is asked; its answer comes as a plain
//! form.

use super::factor_api::{CODES, FACTORS, on};
use crate::{
    desk::{Told, desk},
    error::AppError,
};
use domain::{PasskeyId, said::Said};
use firm::{confirm, passkeys};
use leptos::prelude::*;

/// Asks for a new passkey.
///
/// # Errors
/// The session did not prove itself lately.
#[server(prefix = "/api", endpoint = "ask_new_passkey")]
pub async fn ask_new_passkey() -> Result<String, AppError> {
    let desk = desk().await?;
    let challenge = passkeys::ask(
        &desk.firm,
        &desk.actor,
        desk.session()?,
        &desk.host,
        desk.browser.as_deref(),
    )
    .await
    .told(&desk)?;
    Ok(desk.ask(challenge))
}

/// Adds the new passkey.
///
/// # Errors
/// The answer does not hold, or the session did not prove itself lately.
#[server(prefix = "/api", endpoint = "add_passkey")]
pub async fn add_passkey(
    /// The browser's answer, as JSON.
    #[server(default)]
    answer: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let first = passkeys::make(
        &desk.firm,
        &desk.actor,
        desk.session()?,
        &answer,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.done(Said::PasskeyAdded, if first { CODES } else { FACTORS });
    Ok(())
}

/// Gives a passkey another name.
///
/// # Errors
/// It is not the reader's, or the name is empty or too long.
#[server(prefix = "/api", endpoint = "rename_passkey")]
pub async fn rename_passkey(
    /// Which.
    id: PasskeyId,
    /// The name.
    name: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    passkeys::rename(&desk.firm, &desk.actor, id, &name).await.told(&desk)?;
    desk.done(Said::Saved, FACTORS);
    Ok(())
}

/// Takes a passkey away.
///
/// # Errors
/// It is not the reader's, the session did not prove itself lately, or the firm asks for a factor that would be gone.
#[server(prefix = "/api", endpoint = "remove_passkey")]
pub async fn remove_passkey(
    /// Which.
    id: PasskeyId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    passkeys::remove(&desk.firm, &desk.actor, desk.session()?, id)
        .await
        .told(&desk)?;
    desk.done(Said::PasskeyRemoved, FACTORS);
    Ok(())
}

/// Asks for one of the reader's passkeys, to prove once more that it is they.
///
/// # Errors
/// They have none at this host.
#[server(prefix = "/api", endpoint = "ask_own_passkey")]
pub async fn ask_own_passkey() -> Result<String, AppError> {
    let desk = desk().await?;
    let challenge = confirm::ask_passkey(
        &desk.firm,
        &desk.actor,
        desk.session()?,
        &desk.host,
        desk.browser.as_deref(),
    )
    .await
    .told(&desk)?;
    Ok(desk.ask(challenge))
}

/// Proves once more who is signed in, by a passkey.
///
/// # Errors
/// The answer does not hold.
#[server(prefix = "/api", endpoint = "confirm_by_passkey")]
pub async fn confirm_by_passkey(
    /// The browser's answer, as JSON.
    #[server(default)]
    answer: String,
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let renewed = confirm::by_passkey(
        &desk.firm,
        &desk.actor,
        desk.session()?,
        &answer,
        desk.browser.as_deref(),
    )
    .await
    .told(&desk)?;
    desk.renew(&renewed);
    on(&next);
    Ok(())
}
