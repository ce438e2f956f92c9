//! Uploads: documents on their way in.
//!
//! An upload belongs to whoever began it until a message takes it along. Its bytes are sealed part by part as they
//! arrive, and those that do not fill a part as segments; the offset that is told is never ahead of what is durable. The last byte seals the manifest and the key
//! object, and the digest of the plaintext becomes the receipt.

mod append;
mod become_file;
mod complete;
mod intake;
mod land;
mod length;
mod segments;
mod turn;
mod waiting;
mod whole;

pub use append::{Append, AppendError, append};
pub(crate) use become_file::{Home, become_file, become_version, finished, settle};
pub(crate) use turn::Turns;
pub use waiting::waiting;
pub use whole::whole;

use crate::{
    Actor, Firm,
    actor::{GuestActor, allow},
    error::{Error, Result},
    files::wrapping,
    library, room, sweep, threads,
    tx::Tx,
    upload_links,
};
use bytes::Bytes;
use domain::{
    ClientId, Field, FileId, Moment, Problem, Reason, ThreadId, UploadId, access::Action, file as names, limits,
};
use entity::{
    Sealed,
    firm::{file_part, file_version, segment, upload},
};
use futures::stream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};
use std::{convert::Infallible, sync::Arc};
use uuid::Uuid;
use vault::FileKey;

/// The version that a new file begins with.
pub(crate) const FIRST_VERSION: i32 = 1;

/// Where an upload is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Into a thread.
    Thread(ThreadId),
    /// To a client, for a thread that does not exist yet.
    Client(ClientId),
    /// To a file, as its next version.
    Version(FileId),
}

/// What is said of a document before its bytes come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Its name, as given.
    pub name: String,
    /// Its bytes in number; `None` if they are said later.
    pub length: Option<u64>,
    /// When the sender's own copy was last changed, if they say so.
    pub modified: Option<Moment>,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadStatus {
    /// Bytes that are durable.
    pub offset: u64,
    /// Bytes in all, once that was said.
    pub length: Option<u64>,
    /// When it is swept if nothing more comes.
    pub expires: Moment,
    /// Whether it can go with a message.
    pub complete: bool,
}

/// Begins an upload: its file key is made and wrapped, its bytes may come.
///
/// # Errors
/// The destination is not the actor's; the name cannot be shown; the length is zero or over the limit.
pub async fn begin(firm: &Firm, actor: &Actor, to: Destination, declared: &Declared) -> Result<UploadId> {
    let (client, thread) = match to {
        Destination::Thread(id) => {
            let client = threads::owner(&threads::row(firm.db(), id).await?);
            allow(actor, Action::WriteThread, &client)?;
            (client, Some(id))
        }
        Destination::Client(id) => (id, None),
        Destination::Version(id) => (library::renewable(firm.db(), actor, id).await?.client.into(), None),
    };
    allow(actor, Action::Upload, &client)?;
    let (kind, author) = actor.author()?;
    let name = names::name(&declared.name)?;
    let length = match declared.length {
        Some(length) => check_length(&name, length)?,
        // The most that it may have, until it is said.
        None => land::column(match actor.guest() {
            Some(guest) => upload_links::file_limit(firm, guest).await?,
            None => room::file_limit(firm, client).await?,
        })?,
    };
    let (client_key_version, client_key) = firm.client_key(client).await?;
    let store = firm.stores.for_new(firm.id)?.name().as_str().to_owned();
    let id = UploadId::from(firm.random.id());
    let now = firm.now().0;
    let tx = firm.begin().await?;
    claim(&tx, client, (kind, author), declared.length, None).await?;
    let (file, version) = match to {
        Destination::Version(file) => (file, next_version(tx.db(), file).await?),
        Destination::Thread(_) | Destination::Client(_) => (FileId::from(firm.random.id()), FIRST_VERSION),
    };
    let file_key = FileKey::generate(&firm.random);
    let wrapped = client_key.wrap(file_key.key(), &wrapping(firm, file, version), &firm.random);
    upload::ActiveModel {
        id: Set(id.uuid()),
        client: Set(client.uuid()),
        thread: Set(thread.map(ThreadId::uuid)),
        author_side: Set(kind.to_owned()),
        author: Set(author),
        file: Set(file.uuid()),
        name: Set(Sealed::seal(&name, firm.at("upload", "name", id.uuid()), &firm.random)?),
        length: Set(length),
        received: Set(0),
        client_key_version: Set(client_key_version),
        wrapped_key: Set(wrapped),
        digest_state: Set(None),
        sha256: Set(None),
        store: Set(store),
        manifest_object: Set(None),
        key_object: Set(None),
        created_at: Set(now),
        touched_at: Set(now),
        completed_at: Set(None),
        length_deferred: Set(declared.length.is_none()),
        segments: Set(0),
        version: Set(version),
        modified_at: Set(declared.modified.map(|at| at.0)),
    }
    .insert(tx.db())
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// The number after those that the file's versions have, and those of uploads that are to become one. What was given up or taken
/// back frees its number: each version has a key of its own, so nothing is sealed twice in one context.
async fn next_version(db: &impl ConnectionTrait, file: FileId) -> Result<i32> {
    let there: Option<i32> = file_version::Entity::find()
        .select_only()
        .column_as(file_version::Column::Version.max(), "most")
        .filter(file_version::Column::File.eq(file.uuid()))
        .into_tuple()
        .one(db)
        .await?
        .flatten();
    let coming: Option<i32> = upload::Entity::find()
        .select_only()
        .column_as(upload::Column::Version.max(), "most")
        .filter(upload::Column::File.eq(file.uuid()))
        .into_tuple()
        .one(db)
        .await?
        .flatten();
    Ok(there.into_iter().chain(coming).max().unwrap_or_default() + 1)
}

/// How far an upload is. Somebody else's is as good as absent, and so is one that nobody touched for too long.
///
/// # Errors
/// `NotFound`.
pub async fn status(firm: &Firm, actor: &Actor, id: UploadId) -> Result<UploadStatus> {
    let row = own(firm, actor, id).await?;
    Ok(UploadStatus {
        offset: row.received.unsigned_abs(),
        length: (!row.length_deferred).then_some(row.length.unsigned_abs()),
        expires: Moment(row.touched_at).plus_seconds(limits::UPLOAD_KEPT_SECONDS),
        complete: row.completed_at.is_some(),
    })
}

/// As [`status`], for somebody who is about to go on. A request that still writes to the upload is ended first, and what it
/// brought counts. An upload whose last byte is durable but whose seal is missing, because the server ended between the two,
/// is sealed: whoever sees the full offset has nothing left to send.
///
/// # Errors
/// `NotFound`, and when the store or the database fails.
pub async fn standing(firm: Arc<Firm>, actor: Actor, id: UploadId) -> Result<UploadStatus> {
    own(&firm, &actor, id).await?;
    // Whoever keeps the turn for too long is writing to a slow disk: then the offset is what is durable by now.
    drop(firm.uploads.take(id).await);
    let stands = status(&firm, &actor, id).await?;
    if stands.complete || stands.length != Some(stands.offset) {
        return Ok(stands);
    }
    let said = Append::at(stands.offset);
    let nothing = stream::empty::<std::result::Result<Bytes, Infallible>>();
    match append(Arc::clone(&firm), actor.clone(), id, said, nothing).await {
        Err(AppendError::Error(error)) => Err(error),
        // Busy: whoever is at it seals it.
        _ => status(&firm, &actor, id).await,
    }
}

/// Gives an upload up: its rows go now, its objects by a job. A request that still writes to it is ended first.
///
/// # Errors
/// `NotFound` for somebody else's.
pub async fn cancel(firm: &Firm, actor: &Actor, id: UploadId) -> Result<()> {
    own(firm, actor, id).await?;
    let turn = firm.uploads.take(id).await;
    let row = own(firm, actor, id).await?;
    let mut tx = firm.begin().await?;
    remove(&mut tx, &row).await?;
    tx.commit().await?;
    drop(turn);
    Ok(())
}

/// Gives up an upload that nobody touched since `before`.
pub(crate) async fn abandon(firm: &Firm, id: UploadId, before: i64) -> Result<()> {
    let mut tx = firm.begin().await?;
    let stale = upload::Entity::find_by_id(id.uuid())
        .filter(upload::Column::TouchedAt.lt(before))
        .one(tx.db())
        .await?;
    if let Some(row) = stale {
        remove(&mut tx, &row).await?;
    }
    tx.commit().await
}

/// Takes an upload's rows away, and lets its objects go by a job.
pub(crate) async fn remove(tx: &mut Tx<'_>, row: &upload::Model) -> Result<()> {
    let of_part = file_part::Column::File
        .eq(row.file)
        .and(file_part::Column::Version.eq(row.version));
    let of_segment = segment::Column::File
        .eq(row.file)
        .and(segment::Column::Version.eq(row.version));
    let parts = file_part::Entity::find().filter(of_part.clone()).all(tx.db()).await?;
    let staged = segment::Entity::find().filter(of_segment.clone()).all(tx.db()).await?;
    let ends = row.manifest_object.into_iter().chain(row.key_object);
    let objects: Vec<(String, Uuid)> = parts
        .into_iter()
        .map(|part| (part.store, part.object))
        .chain(staged.into_iter().map(|segment| (segment.store, segment.object)))
        .chain(ends.map(|object| (row.store.clone(), object)))
        .collect();
    file_part::Entity::delete_many().filter(of_part).exec(tx.db()).await?;
    segment::Entity::delete_many().filter(of_segment).exec(tx.db()).await?;
    upload::Entity::delete_by_id(row.id).exec(tx.db()).await?;
    sweep::let_go(tx, objects).await
}

/// An upload that the actor began.
pub(crate) async fn own(firm: &Firm, actor: &Actor, id: UploadId) -> Result<upload::Model> {
    let (kind, author) = actor.author()?;
    let row = upload::Entity::find_by_id(id.uuid())
        .filter(
            upload::Column::Author
                .eq(author)
                .and(upload::Column::AuthorSide.eq(kind))
                .and(upload::Column::TouchedAt.gte(kept_since(firm))),
        )
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    allow(actor, Action::Upload, &ClientId::from(row.client))?;
    Ok(row)
}

/// Refuses what there is no room for: for the client's files, and by a guest's link. `said` is the length, if it is known.
async fn claim(
    tx: &Tx<'_>,
    client: ClientId,
    (kind, author): (&str, Uuid),
    said: Option<u64>,
    but: Option<Uuid>,
) -> Result<()> {
    room::claim(tx, client, said.unwrap_or(1), but).await?;
    if kind == GuestActor::KIND {
        upload_links::claim(tx, author, said, but).await?;
    }
    Ok(())
}

/// What was touched before this is given up.
pub(crate) fn kept_since(firm: &Firm) -> i64 {
    firm.now().plus_seconds(-limits::UPLOAD_KEPT_SECONDS).0
}

fn check_length(name: &str, length: u64) -> Result<i64, Problem> {
    let refused = |reason| Problem::field(Field::Files, reason);
    if length == 0 {
        return Err(refused(Reason::FileEmpty { name: name.to_owned() }));
    }
    let too_large = || {
        refused(Reason::FileTooLarge {
            name: name.to_owned(),
            limit: limits::FILE_BYTES,
        })
    };
    if length > limits::FILE_BYTES {
        return Err(too_large());
    }
    i64::try_from(length).map_err(|_| too_large())
}

#[cfg(test)]
mod tests;
