//! Server functions of one's own second step. All are posted by plain forms.

use crate::{
    desk::{Desk, Told, desk},
    error::AppError,
    sign_in::api::BROWSER_SECONDS,
};
use domain::{said::Said, text};
use firm::{confirm, factors, sign_in};
use leptos::prelude::*;

pub(super) const FACTORS: &str = "/account/factors";
pub(super) const CODES: &str = "/account/factors/codes";

/// Makes the secret for a new authenticator app, which the next page shows.
///
/// # Errors
/// The session did not prove itself lately.
#[server(prefix = "/api", endpoint = "begin_app")]
pub async fn begin_app() -> Result<(), AppError> {
    let desk = desk().await?;
    factors::begin_app(&desk.firm, &desk.actor, desk.session()?)
        .await
        .told(&desk)?;
    leptos_axum::redirect("/account/factors/app");
    Ok(())
}

/// Puts the new app to use with its first code.
///
/// # Errors
/// The code is not the new app's, or the session did not prove itself lately.
#[server(prefix = "/api", endpoint = "confirm_app")]
pub async fn confirm_app(
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let first = factors::confirm_app(&desk.firm, &desk.actor, desk.session()?, &code)
        .await
        .told(&desk)?;
    desk.done(Said::AppSet, if first { CODES } else { FACTORS });
    Ok(())
}

/// Takes the app and its recovery codes away.
///
/// # Errors
/// The session did not prove itself lately, or the firm asks for a second factor.
#[server(prefix = "/api", endpoint = "remove_app")]
pub async fn remove_app() -> Result<(), AppError> {
    let desk = desk().await?;
    factors::remove_app(&desk.firm, &desk.actor, desk.session()?)
        .await
        .told(&desk)?;
    desk.done(Said::AppRemoved, FACTORS);
    Ok(())
}

/// Makes fresh recovery codes in place of all earlier ones.
///
/// # Errors
/// The session did not prove itself lately, or there is no app that they would stand in for.
#[server(prefix = "/api", endpoint = "new_codes")]
pub async fn new_codes() -> Result<(), AppError> {
    let desk = desk().await?;
    factors::new_codes(&desk.firm, &desk.actor, desk.session()?)
        .await
        .told(&desk)?;
    leptos_axum::redirect(CODES);
    Ok(())
}

/// Forgets the readable recovery codes: their owner has kept them.
///
/// # Errors
/// Nobody is signed in.
#[server(prefix = "/api", endpoint = "own_codes_kept")]
pub async fn own_codes_kept() -> Result<(), AppError> {
    let desk = desk().await?;
    factors::codes_kept(&desk.firm, &desk.actor, desk.session()?)
        .await
        .told(&desk)?;
    leptos_axum::redirect(FACTORS);
    Ok(())
}

/// Proves once more who is signed in, by the code of the app.
///
/// # Errors
/// The code is wrong or was used, or there were too many.
#[server(prefix = "/api", endpoint = "confirm_by_app")]
pub async fn confirm_by_app(
    /// The typed code.
    code: String,
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let renewed = confirm::by_app(&desk.firm, &desk.actor, desk.session()?, &code)
        .await
        .told(&desk)?;
    desk.renew(&renewed);
    on(&next);
    Ok(())
}

/// Proves once more who is signed in, by the password.
///
/// # Errors
/// It is not theirs, or there were too many tries.
#[server(prefix = "/api", endpoint = "confirm_by_password")]
pub async fn confirm_by_password(
    /// The password.
    password: String,
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let renewed = confirm::by_password(&desk.firm, &desk.actor, desk.session()?, &password)
        .await
        .told(&desk)?;
    desk.renew(&renewed);
    on(&next);
    Ok(())
}

/// Mails a link to whoever is signed in, which proves once more that it is they.
///
/// # Errors
/// It is too soon.
#[server(prefix = "/api", endpoint = "ask_own_link")]
pub async fn ask_own_link(
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk: Desk = desk().await?;
    let sent = sign_in::ask_own_link(&desk.firm, &desk.actor, &next, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &sent.browser, BROWSER_SECONDS);
    leptos_axum::redirect("/sign-in/sent");
    Ok(())
}

pub(super) fn on(next: &str) {
    leptos_axum::redirect(text::local_path(next).unwrap_or(FACTORS));
}
