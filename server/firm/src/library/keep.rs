//! Staff put files into a client's library without a message.

use super::folders;
use crate::{
    Actor, Firm,
    actor::allow,
    error::{Error, Result},
    messages, uploads,
};
use domain::{ClientId, Field, FileId, FolderId, FormId, Reason, UploadId, access::Action, limits};
use entity::firm::file;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashSet;

/// Finished uploads that become files of a client.
#[derive(Clone, Debug)]
pub struct NewFiles {
    /// Whose they are from now on.
    pub client: ClientId,
    /// The uploads.
    pub uploads: Vec<UploadId>,
    /// Where they lie.
    pub folder: Option<FolderId>,
    /// Whether the client's contacts see them at once.
    pub shared: bool,
    /// The form's one-time id.
    pub form: FormId,
}

/// Puts files into the library. The same form posted twice finds what it made at first.
///
/// # Errors
/// The client is not the actor's to keep files for; nothing was attached, or too much; the folder is not the client's; an
/// upload is gone or unfinished.
pub async fn keep(firm: &Firm, actor: &Actor, new: &NewFiles) -> Result<Vec<FileId>> {
    allow(actor, Action::KeepLibrary, &new.client)?;
    let (_, author) = actor.signed_in()?;
    if new.uploads.is_empty() {
        return Err(Error::refused(Field::Files, Reason::Empty));
    }
    if new.uploads.len() > limits::FILES_A_MESSAGE {
        return Err(Error::refused(Field::Files, Reason::TooManyFiles));
    }
    let mut tx = firm.begin().await?;
    let made = file::Entity::find()
        .filter(file::Column::Form.eq(new.form.uuid()))
        .filter(file::Column::Author.eq(author))
        .all(tx.db())
        .await?;
    if !made.is_empty() {
        return Ok(made.into_iter().map(|row| row.id.into()).collect());
    }
    if let Some(folder) = new.folder
        && folders::own(&tx, actor, folder).await?.client != new.client.uuid()
    {
        return Err(Error::not_found());
    }
    let mut once = HashSet::new();
    let mut kept = Vec::new();
    for upload in new.uploads.iter().filter(|upload| once.insert(**upload)) {
        let home = uploads::Home {
            client: new.client.uuid(),
            place: kept.len(),
            shared: new.shared,
            folder: new.folder.map(FolderId::uuid),
            form: Some(new.form.uuid()),
            ..uploads::Home::default()
        };
        let id = uploads::settle(&tx, actor, *upload, &home).await?;
        let verb = if new.shared { "file.keep_shared" } else { "file.keep" };
        tx.audit(actor, verb, Some(id.uuid())).await?;
        kept.push(id);
    }
    if new.shared {
        messages::notify_contacts(&mut tx, new.client, firm.now()).await?;
    }
    tx.commit().await?;
    Ok(kept)
}
