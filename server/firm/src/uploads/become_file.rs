//! A finished upload goes with a message, or into the library, and is a file from then on.

use super::FIRST_VERSION;
use crate::{
    Actor,
    error::{Error, Result},
    files, scan,
    tx::Tx,
};
use domain::{Field, FileId, MessageId, Reason, UploadId};
use entity::{
    Sealed,
    firm::{file, file_version, thread, upload},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use uuid::Uuid;

/// Where a file has its place once its upload is finished.
#[derive(Default)]
pub(crate) struct Home {
    pub(crate) client: Uuid,
    /// The thread and the message that it comes with; neither for what goes into the library itself.
    pub(crate) with: Option<(Uuid, Uuid)>,
    /// Its place among the files of its message, from 0.
    pub(crate) place: usize,
    /// Whether the client's contacts see it.
    pub(crate) shared: bool,
    pub(crate) folder: Option<Uuid>,
    pub(crate) form: Option<Uuid>,
}

/// Moves an upload's rows over to a message. Its parts stand under the file's id since the first byte.
///
/// # Errors
/// As [`settle`].
pub(crate) async fn become_file(
    tx: &Tx<'_>,
    actor: &Actor,
    id: UploadId,
    thread: &thread::Model,
    message: MessageId,
    place: usize,
) -> Result<()> {
    let home = Home {
        client: thread.client,
        with: Some((thread.id, message.uuid())),
        place,
        shared: true,
        ..Home::default()
    };
    settle(tx, actor, id, &home).await.map(|_| ())
}

/// As [`become_file`], wherever the file has its place.
///
/// # Errors
/// The upload is not the actor's, not for this client, not finished, a further version, or gone: to whoever sends, all are
/// "attach again".
pub(crate) async fn settle(tx: &Tx<'_>, actor: &Actor, id: UploadId, home: &Home) -> Result<FileId> {
    let firm = tx.firm;
    let row = finished(tx, actor, id).await?;
    if row.client != home.client || row.version != FIRST_VERSION {
        return Err(gone());
    }
    let name = row.name.open(firm.at("upload", "name", row.id))?;
    let now = firm.now().0;
    file::ActiveModel {
        id: Set(row.file),
        client: Set(row.client),
        thread: Set(home.with.map(|(thread, _)| thread)),
        message: Set(home.with.map(|(_, message)| message)),
        author_side: Set(row.author_side.clone()),
        author: Set(row.author),
        name: Set(Sealed::seal(&name, firm.at("file", "name", row.file), &firm.random)?),
        version: Set(row.version),
        place: Set(i32::try_from(home.place).unwrap_or(i32::MAX)),
        created_at: Set(now),
        shared_at: Set(home.shared.then_some(now)),
        shared_by: Set(home.shared.then_some(row.author)),
        folder: Set(home.folder),
        form: Set(home.form),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    let file = row.file.into();
    become_version(tx, row, &name, home.form).await?;
    Ok(file)
}

/// An upload of the actor's whose bytes are all there.
///
/// # Errors
/// There is none: attach again.
pub(crate) async fn finished(tx: &Tx<'_>, actor: &Actor, id: UploadId) -> Result<upload::Model> {
    let (kind, author) = actor.author()?;
    let row = upload::Entity::find_by_id(id.uuid()).one(tx.db()).await?;
    row.filter(|row| row.author == author && row.author_side == kind && row.completed_at.is_some())
        .ok_or_else(gone)
}

/// Turns a finished upload's row into one of a version; its parts stand under file and number since the first byte.
pub(crate) async fn become_version(tx: &Tx<'_>, row: upload::Model, name: &str, once: Option<Uuid>) -> Result<()> {
    let firm = tx.firm;
    let (Some(received), Some(sha256), Some(manifest), Some(key)) =
        (row.completed_at, row.sha256, row.manifest_object, row.key_object)
    else {
        return Err(gone());
    };
    let place = files::version_place(firm, row.file, row.version);
    file_version::ActiveModel {
        file: Set(row.file),
        version: Set(row.version),
        client_key_version: Set(row.client_key_version),
        wrapped_key: Set(row.wrapped_key),
        size: Set(row.length),
        sha256: Set(sha256),
        store: Set(row.store),
        manifest_object: Set(manifest),
        key_object: Set(key),
        received_at: Set(received),
        name: Set(Some(Sealed::seal(&name.to_owned(), place, &firm.random)?)),
        author_side: Set(Some(row.author_side)),
        author: Set(Some(row.author)),
        form: Set(once),
        scan: Set(firm.scanner.is_some().then(|| scan::HELD.to_owned())),
        found: Set(None),
    }
    .insert(tx.db())
    .await?;
    if let Some(scanner) = &firm.scanner {
        scanner.rouse(firm.id);
    }
    upload::Entity::delete_by_id(row.id).exec(tx.db()).await?;
    Ok(())
}

fn gone() -> Error {
    Error::refused(Field::Files, Reason::FileGone)
}
