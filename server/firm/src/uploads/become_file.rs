//! A finished upload goes with a message and is a file from then on.

use crate::{
    Actor,
    actor::side_name,
    error::{Error, Result},
    tx::Tx,
};
use domain::{Field, MessageId, Reason, UploadId};
use entity::{
    Sealed,
    firm::{file, file_version, thread, upload},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

/// Moves an upload's rows over. Its parts stand under the file's id since the first byte.
///
/// # Errors
/// The upload is not the actor's, not for this client, not finished, or gone: to whoever sends, all are "attach again".
pub(crate) async fn become_file(
    tx: &Tx<'_>,
    actor: &Actor,
    id: UploadId,
    thread: &thread::Model,
    message: MessageId,
    place: usize,
) -> Result<()> {
    let firm = tx.firm;
    let (side, author) = actor.signed_in()?;
    let gone = || Error::refused(Field::Files, Reason::FileGone);
    let row = upload::Entity::find_by_id(id.uuid())
        .one(tx.db())
        .await?
        .ok_or_else(gone)?;
    let own = row.author == author && row.author_side == side_name(side) && row.client == thread.client;
    let (true, Some(received), Some(sha256), Some(manifest), Some(key)) =
        (own, row.completed_at, row.sha256, row.manifest_object, row.key_object)
    else {
        return Err(gone());
    };
    let name = row.name.open(firm.at("upload", "name", row.id))?;
    file::ActiveModel {
        id: Set(row.file),
        client: Set(row.client),
        thread: Set(thread.id),
        message: Set(message.uuid()),
        author_side: Set(row.author_side),
        author: Set(author),
        name: Set(Sealed::seal(&name, firm.at("file", "name", row.file), &firm.random)?),
        version: Set(row.version),
        place: Set(i32::try_from(place).unwrap_or(i32::MAX)),
        created_at: Set(firm.now().0),
    }
    .insert(tx.db())
    .await?;
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
    }
    .insert(tx.db())
    .await?;
    upload::Entity::delete_by_id(row.id).exec(tx.db()).await?;
    Ok(())
}
