//! Server functions of the signed-in pages: reads, by GET.

#[cfg(feature = "ssr")]
use crate::desk::{Told, desk};
use crate::error::AppError;
use domain::{
    ClientId,
    form::Flash,
    portal::{Frame, HomeView},
    thread::ThreadsView,
};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// What surrounds every page: the firm, the reader, the counts.
///
/// # Errors
/// Nobody is signed in.
#[server(name = ReadFrame, prefix = "/api", endpoint = "frame", input = GetUrl)]
pub async fn frame() -> Result<Frame, AppError> {
    desk()
        .await?
        .read(async move |desk| firm::portal::frame(&desk.firm, &desk.actor).await)
        .await
}

/// A contact's home, or the first page of staff's inbox.
///
/// # Errors
/// Nobody is signed in.
#[server(prefix = "/api", endpoint = "home", input = GetUrl)]
pub async fn home() -> Result<HomeView, AppError> {
    desk()
        .await?
        .read(async move |desk| firm::portal::home(&desk.firm, &desk.actor).await)
        .await
}

/// A page of the threads that the reader may see, of one client or of all.
///
/// # Errors
/// Nobody is signed in, or the client is none of the reader's.
#[server(prefix = "/api", endpoint = "threads", input = GetUrl)]
pub async fn threads(
    /// One client, or all.
    #[server(default)]
    client: Option<ClientId>,
    /// Which page, from 0.
    #[server(default)]
    page: u64,
) -> Result<ThreadsView, AppError> {
    desk()
        .await?
        .read(async move |desk| firm::threads::list(&desk.firm, &desk.actor, client, page).await)
        .await
}

/// What was typed into a form before it was refused. `form` is the flash's name: see `domain::form::Form::on`.
///
/// # Errors
/// Nobody is signed in.
#[server(name = ReadFlash, prefix = "/api", endpoint = "flash", input = GetUrl)]
pub async fn flash(
    /// The flash's name.
    form: String,
) -> Result<Option<Flash>, AppError> {
    let desk = desk().await?;
    let session = desk.session.ok_or(AppError(domain::Problem::SignedOut))?;
    firm::flashes::seen(&desk.firm, session, &form).await.told(&desk)
}
