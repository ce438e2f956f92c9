//! Keeping it: posted by plain forms.

use super::PAGE;
use crate::{
    desk::{Told, desk},
    error::AppError,
};
use domain::{ClientId, said::Said};
use firm::settings::storage;
use leptos::prelude::*;

/// Keeps how much room files may take.
///
/// # Errors
/// The actor may not change the firm's settings, or a number does not fit.
#[server(prefix = "/api", endpoint = "save_storage")]
pub async fn save_storage(
    /// Gigabytes of the firm.
    #[server(default)]
    firm_room: String,
    /// Gigabytes of any client.
    #[server(default)]
    client_room: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    storage::keep(&desk.firm, &desk.actor, &firm_room, &client_room)
        .await
        .told(&desk)?;
    desk.done(Said::Saved, PAGE);
    Ok(())
}

/// Keeps how much room the files of one client may take.
///
/// # Errors
/// As [`save_storage`], or the client is not in the actor's scope.
#[server(prefix = "/api", endpoint = "save_client_room")]
pub async fn save_client_room(
    /// Which client.
    id: ClientId,
    /// Gigabytes.
    #[server(default)]
    client_room: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    storage::keep_for(&desk.firm, &desk.actor, id, &client_room)
        .await
        .told(&desk)?;
    desk.done(Said::Saved, &format!("/office/clients/{id}"));
    Ok(())
}
