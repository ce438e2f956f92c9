//! Server functions of signing in and out. All are posted by plain forms; the hidden field `from`, which they carry
//! for a refusal, is read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Told, desk},
    error::AppError,
};
use domain::LinkId;
use firm::{sessions, sign_in};
use leptos::prelude::*;

/// Seconds for which a browser may redeem the link that it asked for: longer than any link lives.
pub(crate) const BROWSER_SECONDS: i64 = 24 * 60 * 60;

/// Asks for a sign-in link. The answer is the same for a known and an unknown address.
///
/// # Errors
/// The address is empty or none, or there were too many tries.
#[server(prefix = "/api", endpoint = "ask_link")]
pub async fn ask_link(
    /// The e-mail address.
    address: String,
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let sent = sign_in::ask_link(
        &desk.firm,
        &desk.actor,
        &address,
        &next,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &sent.browser, BROWSER_SECONDS);
    leptos_axum::redirect("/sign-in/sent");
    Ok(())
}

/// Asks for a sign-in link for whoever signed in in this browser before.
///
/// # Errors
/// This browser is not remembered, or it is too soon.
#[server(prefix = "/api", endpoint = "ask_again")]
pub async fn ask_again(
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let sent = sign_in::ask_again(&desk.firm, &desk.actor, &next, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    desk.set_cookie(desk.cookies.link(), &sent.browser, BROWSER_SECONDS);
    leptos_axum::redirect("/sign-in/sent");
    Ok(())
}

/// Forgets who signed in in this browser before.
///
/// # Errors
/// Never: without anything to forget the answer is the same.
#[server(prefix = "/api", endpoint = "forget_device")]
pub async fn forget_device() -> Result<(), AppError> {
    let desk = desk().await?;
    desk.set_cookie(desk.cookies.device(), "", 0);
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Mails the code that a second proof asks for on top, after many wrong ones.
///
/// # Errors
/// It is too soon, or this browser has no step that asks for one.
#[server(prefix = "/api", endpoint = "mail_step_code")]
pub async fn mail_step_code() -> Result<(), AppError> {
    let desk = desk().await?;
    sign_in::mail_step_code(&desk.firm, &desk.actor, desk.browser.as_deref())
        .await
        .told(&desk)?;
    leptos_axum::redirect("/sign-in/factor");
    Ok(())
}

/// Gives the mailed code that a second proof asks for on top.
///
/// # Errors
/// The code is wrong or spent, or this browser has no open step.
#[server(prefix = "/api", endpoint = "give_mailed_code")]
pub async fn give_mailed_code(
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    sign_in::give_mailed_code(&desk.firm, &desk.actor, &code, desk.browser.as_deref())
        .await
        .told(&desk)?;
    leptos_axum::redirect("/sign-in/factor");
    Ok(())
}

/// Signs in with the mailed code, typed in the browser that asked.
///
/// # Errors
/// The code is wrong, spent or too old.
#[server(prefix = "/api", endpoint = "type_code")]
pub async fn type_code(
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::type_code(&desk.firm, &desk.actor, &code, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Signs in with the secret of a mailed link, in the browser that asked.
///
/// # Errors
/// The link is unknown, spent or too old, or another browser asked for it.
#[server(prefix = "/api", endpoint = "redeem_link")]
pub async fn redeem_link(
    /// Which.
    id: LinkId,
    /// The secret of the link.
    #[server(default)]
    secret: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::redeem_link(
        &desk.firm,
        &desk.actor,
        id,
        &secret,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Signs in with the code of the same mail, typed on the link's page.
///
/// # Errors
/// As [`type_code`].
#[server(prefix = "/api", endpoint = "redeem_code")]
pub async fn redeem_code(
    /// Which.
    id: LinkId,
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::redeem_code(
        &desk.firm,
        &desk.actor,
        id,
        &code,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Signs in with address and password.
///
/// # Errors
/// They do not belong together (also for an unknown address), or there were too many tries.
#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn with_password(
    /// The e-mail address.
    address: String,
    /// The password.
    password: String,
    /// Where to go afterwards.
    #[server(default)]
    next: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::with_password(&desk.firm, &desk.actor, &address, &password, &next, &desk.device)
        .await
        .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Gives the code of an authenticator app as the second proof.
///
/// # Errors
/// The code is wrong or was used, or this browser has no open step.
#[server(prefix = "/api", endpoint = "give_code")]
pub async fn give_code(
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::give_code(&desk.firm, &desk.actor, &code, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Gives a recovery code as the second proof.
///
/// # Errors
/// As [`give_code`].
#[server(prefix = "/api", endpoint = "give_recovery_code")]
pub async fn give_recovery_code(
    /// The typed code.
    recovery: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::give_recovery_code(
        &desk.firm,
        &desk.actor,
        &recovery,
        desk.browser.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Sets an authenticator app up before the first session.
///
/// # Errors
/// As [`give_code`].
#[server(prefix = "/api", endpoint = "enrol_app")]
pub async fn enrol_app(
    /// The app's first code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    sign_in::enrol_app(&desk.firm, &desk.actor, &code, desk.browser.as_deref())
        .await
        .told(&desk)?;
    leptos_axum::redirect("/sign-in/codes");
    Ok(())
}

/// Goes on into the portal, with the fresh recovery codes kept.
///
/// # Errors
/// This browser has no open step.
#[server(prefix = "/api", endpoint = "codes_kept")]
pub async fn codes_kept() -> Result<(), AppError> {
    let desk = desk().await?;
    let entered = sign_in::codes_kept(&desk.firm, &desk.actor, desk.browser.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    desk.enter(&entered);
    Ok(())
}

/// Ends the session of this browser. Without one there is nothing to end, and the answer is the same.
///
/// # Errors
/// The database cannot take it.
#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    let desk = desk().await?;
    if let Some(session) = desk.session {
        sessions::end(&desk.firm, &desk.actor, session).await.told(&desk)?;
    }
    desk.leave();
    Ok(())
}
