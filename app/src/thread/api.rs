//! Server functions of threads. The two that send are called by hydrated pages only; plain forms post the same to
//! `/uploads/form`, files included.

#[cfg(feature = "ssr")]
use crate::desk::{Told, desk};
use crate::error::AppError;
use domain::{
    ClientId, FormId, Moment, ThreadId, UploadId,
    message::MessageView,
    thread::{NewThreadView, ThreadView},
};
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

/// One thread, open; what was new in it counts as seen from now on.
///
/// # Errors
/// The thread is none that the reader may see.
#[server(prefix = "/api", endpoint = "thread", input = GetUrl)]
pub async fn thread(
    /// Which.
    id: ThreadId,
    /// Only messages before this number, for reading back; nothing counts as seen then.
    #[server(default)]
    before: Option<i64>,
) -> Result<ThreadView, AppError> {
    desk()
        .await?
        .read(async move |desk| firm::threads::open(&desk.firm, &desk.actor, id, before).await)
        .await
}

/// The form for a new thread.
///
/// # Errors
/// Nobody is signed in.
#[server(prefix = "/api", endpoint = "new_thread", input = GetUrl)]
pub async fn new_thread() -> Result<NewThreadView, AppError> {
    desk()
        .await?
        .read(async move |desk| firm::threads::blank(&desk.firm, &desk.actor).await)
        .await
}

/// Writes into a thread. The same `form` twice is the same message.
///
/// # Errors
/// The thread is none of the reader's, the text is empty or too long, or a file is gone.
#[server(prefix = "/api", endpoint = "post_message", input = Json)]
pub async fn post_message(
    /// Into which thread.
    thread: ThreadId,
    /// What was written.
    text: String,
    /// The files, already on the server.
    uploads: Vec<UploadId>,
    /// The form, so that a second press is the first.
    form: FormId,
) -> Result<MessageView, AppError> {
    let desk = desk().await?;
    let message = firm::messages::NewMessage { text, uploads, form };
    firm::messages::post(&desk.firm, &desk.actor, thread, &message)
        .await
        .told(&desk)
}

/// Begins a thread. The same `form` twice is the same thread.
///
/// # Errors
/// As [`post_message`], and when subject or client are refused.
#[server(prefix = "/api", endpoint = "start_thread", input = Json)]
pub async fn start_thread(
    /// Whom it is about.
    client: ClientId,
    /// What it is about.
    subject: String,
    /// What was written.
    text: String,
    /// The files, already on the server.
    uploads: Vec<UploadId>,
    /// The form, so that a second press is the first.
    form: FormId,
) -> Result<ThreadId, AppError> {
    let desk = desk().await?;
    let thread = firm::threads::NewThread {
        client,
        subject,
        text,
        uploads,
        form,
    };
    firm::threads::start(&desk.firm, &desk.actor, &thread).await.told(&desk)
}

/// Keeps what was begun to be written, and says when.
///
/// # Errors
/// The thread is none of the reader's, or the text is too long.
#[server(prefix = "/api", endpoint = "keep_draft", input = Json)]
pub async fn keep_draft(
    /// Into which thread.
    thread: ThreadId,
    /// What was written.
    text: String,
) -> Result<Moment, AppError> {
    let desk = desk().await?;
    firm::drafts::keep(&desk.firm, &desk.actor, thread, &text)
        .await
        .told(&desk)
}
