//! A document whose length nobody knows before its end, as in a plain form.

use super::{AppendError, Declared, Destination, append::append_to_end, begin, cancel, own};
use crate::{Actor, Firm, error::Result};
use bytes::Bytes;
use domain::{Field, Problem, Reason, UploadId, limits};
use futures::Stream;
use std::sync::Arc;

/// Takes a body in to its end; what it holds is the whole document. It must run in a task of its own, as
/// [`append`](super::append) must.
///
/// # Errors
/// As [`begin`], and the document is empty, too large or was cut off. Nothing is left of it then.
pub async fn whole<S, E>(firm: Arc<Firm>, actor: Actor, to: Destination, name: String, body: S) -> Result<UploadId>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: std::fmt::Display,
{
    let declared = Declared {
        name: name.clone(),
        ..Declared::default()
    };
    let id = begin(&firm, &actor, to, &declared).await?;
    let refused = |reason| Problem::field(Field::Files, reason).into();
    let error = match append_to_end(&firm, &actor, id, body).await {
        Ok(length) if length > 0 => return Ok(id),
        Ok(_) => refused(Reason::FileEmpty { name }),
        Err(AppendError::TooLong) => match own(&firm, &actor, id).await?.length.unsigned_abs() {
            limits::FILE_BYTES => refused(Reason::FileTooLarge {
                name,
                limit: limits::FILE_BYTES,
            }),
            // The most that it might have is what there was room for when it began.
            left => refused(Reason::RoomFull { left }),
        },
        Err(AppendError::Error(error)) => error,
        Err(_) => refused(Reason::FileCut { name }),
    };
    cancel(&firm, &actor, id).await?;
    Err(error)
}
