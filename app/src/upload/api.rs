//! Server functions of uploads. The bytes themselves go by tus.

#[cfg(feature = "ssr")]
use crate::desk::desk;
use crate::error::AppError;
use domain::{ClientId, ThreadId, file::WaitingUpload};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// What the reader began to send into a thread, or to a client for a new one, and has not sent with a message.
///
/// # Errors
/// Neither or both are given, or it is none that the reader may write to.
#[server(prefix = "/api", endpoint = "waiting_uploads", input = GetUrl)]
pub async fn waiting_uploads(
    /// Into which thread.
    #[server(default)]
    thread: Option<ThreadId>,
    /// To which client.
    #[server(default)]
    client: Option<ClientId>,
) -> Result<Vec<WaitingUpload>, AppError> {
    use firm::uploads::Destination;
    let to = match (thread, client) {
        (Some(id), None) => Destination::Thread(id),
        (None, Some(id)) => Destination::Client(id),
        _ => return Err(AppError(domain::Problem::NotFound)),
    };
    desk()
        .await?
        .read(async move |desk| firm::uploads::waiting(&desk.firm, &desk.actor, to).await)
        .await
}
