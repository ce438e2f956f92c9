//! The bytes of an upload.

use super::{Turns, intake::Intake, own};
use crate::{
    Actor, Firm,
    error::Error,
    networks::Tried,
    uploads::{length, turn::Turn},
};
use bytes::Bytes;
use domain::UploadId;
use futures::Stream;
use std::sync::Arc;
use vault::Checksum;

/// What is said of a request's bytes before they come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Append {
    /// Where they begin in the file.
    pub offset: u64,
    /// How many they are, if that is known.
    pub bytes: Option<u64>,
    /// How long the file is, said now because it was not when the upload began.
    pub length: Option<u64>,
    /// The digest that all of them shall have; otherwise none of them counts.
    pub checksum: Option<Checksum>,
}

impl Append {
    /// Bytes that begin here, of which nothing else is known.
    pub fn at(offset: u64) -> Self {
        Self {
            offset,
            ..Self::default()
        }
    }
}

/// Why bytes were not taken, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The bytes do not continue where the upload stands.
    #[error("the upload stands at {at}")]
    WrongOffset {
        /// Where it stands.
        at: u64,
    },
    /// The file's length was said before, and it was another, or fewer bytes than are there.
    #[error("the length was said before")]
    WrongLength,
    /// Another request writes to it and does not end, or a newer one came.
    #[error("another request writes to this upload")]
    Busy,
    /// More bytes than the file has. Those that belong to it are kept, unless a checksum was to hold for all.
    #[error("more bytes than declared")]
    TooLong,
    /// The bytes have another digest than was said. None of them is kept.
    #[error("the checksum does not hold")]
    WrongChecksum,
    /// The body ended with an error, or a newer request took over.
    #[error("the body was cut off; {durable} bytes are durable")]
    Cut {
        /// Bytes that are durable.
        durable: u64,
    },
    /// Anything else.
    #[error(transparent)]
    Error(#[from] Error),
}

/// Appends a body to an upload and says how much of it is durable in all. A request that still writes to it is ended first.
///
/// It must run in a task of its own: a handler is dropped when the client leaves, and what had come by then would be lost.
///
/// # Errors
/// See [`AppendError`], and `TooMany` after 1,200 requests a minute. Whatever is durable stays, and the upload can go on
/// from there.
pub async fn append<S, E>(
    firm: Arc<Firm>,
    actor: Actor,
    id: UploadId,
    said: Append,
    body: S,
) -> Result<u64, AppendError>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: std::fmt::Display,
{
    own(&firm, &actor, id).await?;
    firm.take(Tried::Append, &id.to_string())?;
    let turn = take_turn(&firm.uploads, id).await?;
    let mut row = own(&firm, &actor, id).await?;
    let at = row.received.unsigned_abs();
    if said.offset != at {
        return Err(AppendError::WrongOffset { at });
    }
    if let Some(length) = said.length {
        row = length::say(&firm, row, length).await?;
    }
    if row.completed_at.is_some() {
        return Ok(at);
    }
    let room = row.length.unsigned_abs() - at;
    if said.bytes.is_some_and(|bytes| bytes > room) {
        return Err(AppendError::TooLong);
    }
    let mut intake = Intake::new(&firm, row, said.bytes, said.checksum).await?;
    let ended = intake.take_in(body, turn.wanted()).await;
    finish(intake, ended).await
}

/// Appends a body that is the whole document, and says how long it was. An empty one completes nothing.
pub(super) async fn append_to_end<S, E>(
    firm: &Arc<Firm>,
    actor: &Actor,
    id: UploadId,
    body: S,
) -> Result<u64, AppendError>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: std::fmt::Display,
{
    let turn = take_turn(&firm.uploads, id).await?;
    let mut intake = Intake::new(firm, own(firm, actor, id).await?, None, None).await?;
    intake.ends_with_body();
    let ended = intake.take_in(body, turn.wanted()).await;
    finish(intake, ended).await
}

/// The turn to write to an upload.
pub(super) async fn take_turn(turns: &Turns, id: UploadId) -> Result<Turn<'_>, AppendError> {
    turns.take(id).await.ok_or(AppendError::Busy)
}

/// Whatever came is made durable, however the body ended; what does not count is removed.
async fn finish(mut intake: Intake, ended: Result<(), AppendError>) -> Result<u64, AppendError> {
    let landed = intake.land_all().await;
    intake.give_up().await;
    ended?;
    landed?;
    Ok(intake.settle().await?)
}
