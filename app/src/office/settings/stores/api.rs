//! Testing it: posted by a plain form.

use super::PAGE;
use crate::{
    desk::{Told, desk},
    error::AppError,
};
use domain::said::Said;
use firm::stores;
use leptos::prelude::*;

/// Writes, reads and deletes a small object in the firm's store.
///
/// # Errors
/// The actor may not change the firm's settings, or the store does not work.
#[server(prefix = "/api", endpoint = "probe_store")]
pub async fn probe_store() -> Result<(), AppError> {
    let desk = desk().await?;
    stores::probe(&desk.firm, &desk.actor).await.told(&desk)?;
    desk.done(Said::StoreWorks, PAGE);
    Ok(())
}
