//! Server functions of upload-only links, for guests. All are posted by plain forms; the hidden field `from`, which they carry
//! for a refusal, is read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Told, desk},
    error::AppError,
};
use domain::{UploadLinkId, upload_link::path};
use firm::upload_links::guests;
use leptos::prelude::*;

/// Opens a link with its secret, or with the whole of it as pasted.
///
/// # Errors
/// It is not this link's, or nothing may come by it any more.
#[server(prefix = "/api", endpoint = "open_upload_link")]
pub async fn open_upload_link(
    /// Which.
    id: UploadLinkId,
    /// The secret.
    #[server(default)]
    secret: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let opened = guests::open(&desk.firm, &desk.actor, id, &secret, desk.guest.as_deref())
        .await
        .told(&desk)?;
    desk.set_cookie(desk.cookies.guest(), &opened.browser, opened.max_age);
    leptos_axum::redirect(&path(id));
    Ok(())
}

/// Gives a link's PIN.
///
/// # Errors
/// It is wrong or was tried too often; this browser has not opened the link.
#[server(prefix = "/api", endpoint = "give_upload_pin")]
pub async fn give_upload_pin(
    /// Which.
    id: UploadLinkId,
    /// The PIN.
    #[server(default)]
    pin: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    guests::give_pin(&desk.firm, &desk.actor, id, &pin, desk.guest.as_deref(), &desk.device)
        .await
        .told(&desk)?;
    leptos_axum::redirect(&path(id));
    Ok(())
}

/// Says who one is; a code goes to the address.
///
/// # Errors
/// Name or address is refused; it is too soon; this browser has not come so far.
#[server(prefix = "/api", endpoint = "introduce_guest")]
pub async fn introduce_guest(
    /// Which link.
    id: UploadLinkId,
    /// The name.
    #[server(default)]
    name: String,
    /// The address.
    #[server(default)]
    address: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    guests::introduce(
        &desk.firm,
        &desk.actor,
        id,
        &name,
        &address,
        desk.guest.as_deref(),
        &desk.device,
    )
    .await
    .told(&desk)?;
    leptos_axum::redirect(&path(id));
    Ok(())
}

/// Gives the mailed code.
///
/// # Errors
/// The code is wrong, too old or tried too often; this browser has not come so far.
#[server(prefix = "/api", endpoint = "prove_guest")]
pub async fn prove_guest(
    /// Which link.
    id: UploadLinkId,
    /// The code.
    #[server(default)]
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    guests::prove(&desk.firm, &desk.actor, id, &code, desk.guest.as_deref())
        .await
        .told(&desk)?;
    leptos_axum::redirect(&path(id));
    Ok(())
}
