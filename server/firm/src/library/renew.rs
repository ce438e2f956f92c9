//! A new version of a file. The ones before it stay, each with its own name, sender and receipt.

use super::change::hint;
use crate::{
    Actor, Firm,
    actor::{allow, side_name},
    error::{Error, Result},
    files, messages,
    tx::Tx,
    uploads,
};
use domain::{ClientId, FileId, FormId, UploadId, access::Action, client::Side};
use entity::{
    Sealed,
    firm::{file, file_version},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// A file that the actor may give a new version: staff any that they keep, contacts any that they see. A client sends back
/// what the firm gave them to fill in, and the other way round.
///
/// # Errors
/// `NotFound` for one that is not in their scope, or is gone.
pub(crate) async fn renewable(db: &impl ConnectionTrait, actor: &Actor, id: FileId) -> Result<file::Model> {
    let row = file::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)?;
    allow(actor, Action::WriteThread, &ClientId::from(row.client))?;
    files::openable(actor, &row)?;
    Ok(row)
}

/// Makes a finished upload the newest version of a file. The same form posted twice makes one.
///
/// # Errors
/// As [`renewable`]; the upload is gone, unfinished or for something else.
pub async fn renew(firm: &Firm, actor: &Actor, id: FileId, upload: UploadId, once: FormId) -> Result<()> {
    let (side, author) = actor.signed_in()?;
    let mut tx = firm.begin().await?;
    let row = renewable(tx.db(), actor, id).await?;
    let made = file_version::Entity::find()
        .filter(file_version::Column::Form.eq(once.uuid()))
        .filter(file_version::Column::File.eq(row.id))
        .filter(file_version::Column::Author.eq(author))
        .one(tx.db())
        .await?;
    if made.is_some() {
        return Ok(());
    }
    let new = uploads::finished(&tx, actor, upload).await?;
    if new.file != row.id {
        return Err(Error::not_found());
    }
    let (version, name) = (new.version, new.name.open(firm.at("upload", "name", new.id))?);
    uploads::become_version(&tx, new, &name, Some(once.uuid())).await?;
    tx.audit(actor, "file.renew", Some(row.id)).await?;
    if version < row.version {
        // It began before one that is there already, and stands among the older ones.
        return tx.commit().await;
    }
    name_first(&tx, &row).await?;
    file::ActiveModel {
        id: Set(row.id),
        version: Set(version),
        name: Set(Sealed::seal(&name, firm.at("file", "name", row.id), &firm.random)?),
        author_side: Set(side_name(side).to_owned()),
        author: Set(author),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    hint(&mut tx, actor, &row)?;
    if side == Side::Staff && row.shared_at.is_some() {
        messages::notify_contacts(&mut tx, row.client.into(), firm.now()).await?;
    }
    tx.commit().await
}

/// A version that came before there were further ones has its name and sender on the file alone, which now gets others.
async fn name_first(tx: &Tx<'_>, row: &file::Model) -> Result<()> {
    let firm = tx.firm;
    let first = file_version::Entity::find_by_id((row.id, row.version))
        .filter(file_version::Column::Author.is_null())
        .one(tx.db())
        .await?;
    let Some(first) = first else { return Ok(()) };
    let name = row.name.open(firm.at("file", "name", row.id))?;
    let place = files::version_place(firm, row.id, first.version);
    file_version::ActiveModel {
        file: Set(first.file),
        version: Set(first.version),
        name: Set(Some(Sealed::seal(&name, place, &firm.random)?)),
        author_side: Set(Some(row.author_side.clone())),
        author: Set(Some(row.author)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    Ok(())
}
