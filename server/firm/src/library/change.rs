//! What is done to files, to several at once: all of it or nothing.

use super::{
    folders,
    list::{is_fresh, sent_at},
    trash::{erase, erase_version},
};
use crate::{
    Actor, Firm,
    actor::{allow, side_name},
    error::{Error, Result},
    events::Hint,
    files, messages,
    tx::Tx,
    uploads,
};
use domain::{
    ClientId, Field, FileId, FolderId, LibraryReason, Reason, ThreadId, access::Action, client::Side, library::Act,
    limits, text,
};
use entity::{
    Sealed,
    firm::{file, file_look, file_tag, file_version},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Does one or several things to files. One that cannot be changed so stops all of it.
///
/// # Errors
/// A file is not in the actor's scope; none was chosen, or too many; the act is not theirs, or its time is over.
pub async fn change(firm: &Firm, actor: &Actor, ids: &[FileId], acts: &[Act]) -> Result<()> {
    let ids = ticked(ids)?;
    let action = if acts == [Act::Withdraw] {
        Action::WithdrawFile
    } else {
        Action::KeepLibrary
    };
    let mut tx = firm.begin().await?;
    let rows = file::Entity::find()
        .filter(file::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .all(tx.db())
        .await?;
    if rows.len() != ids.len() {
        return Err(Error::not_found());
    }
    for row in &rows {
        allow(actor, action, &ClientId::from(row.client))?;
    }
    let mut told = BTreeSet::new();
    for row in &rows {
        let mut changed = false;
        for act in acts {
            changed |= one(&mut tx, actor, row, act).await?;
        }
        if changed {
            told.insert(ClientId::from(row.client));
            hint(&mut tx, actor, row)?;
        }
    }
    if acts.contains(&Act::Share) {
        for client in told {
            messages::notify_contacts(&mut tx, client, firm.now()).await?;
        }
    }
    tx.commit().await
}

/// The files that are ticked, each once.
///
/// # Errors
/// There is none, or there are too many.
pub(super) fn ticked(ids: &[FileId]) -> Result<BTreeSet<FileId>> {
    let ids: BTreeSet<FileId> = ids.iter().copied().collect();
    if ids.is_empty() {
        return Err(Error::refused(Field::Files, Reason::Empty));
    }
    if ids.len() > limits::FILES_AT_ONCE {
        return Err(Error::refused(
            Field::Files,
            Reason::Library(LibraryReason::FilesAtOnce),
        ));
    }
    Ok(ids)
}

/// Does it to one file, and says whether anything changed.
async fn one(tx: &mut Tx<'_>, actor: &Actor, row: &file::Model, act: &Act) -> Result<bool> {
    let (_, person) = actor.signed_in()?;
    let now = tx.firm.now().0;
    if row.withdrawn_at.is_some() && *act != Act::Withdraw {
        return Err(refused(tx, row, |name| {
            Reason::Library(LibraryReason::FileWithdrawn { name })
        })?);
    }
    if row.trashed_at.is_some() && !matches!(act, Act::Restore | Act::Trash) {
        return Err(Error::not_found());
    }
    let mut changed = file::ActiveModel {
        id: Unchanged(row.id),
        ..Default::default()
    };
    let verb = match act {
        Act::Share if row.shared_at.is_some() => return Ok(false),
        Act::Share => {
            changed.shared_at = Set(Some(now));
            changed.shared_by = Set(Some(person));
            "file.share"
        }
        Act::Hide if row.shared_at.is_none() => return Ok(false),
        Act::Hide => {
            may_hide(tx, row).await?;
            changed.shared_at = Set(None);
            changed.shared_by = Set(None);
            "file.hide"
        }
        Act::Withdraw => {
            may_withdraw(tx, actor, row).await?;
            if row.withdrawn_at.is_some() {
                return Ok(false);
            }
            if take_back(tx, row).await? {
                let name = name_of(tx, row)?;
                tx.audit_with(actor, "file.withdraw_version", Some(row.id), &name)
                    .await?;
                return Ok(true);
            }
            changed.withdrawn_at = Set(Some(now));
            changed.withdrawn_by = Set(Some(person));
            erase(tx, row.id).await?;
            "file.withdraw"
        }
        Act::Trash if row.trashed_at.is_some() => return Ok(false),
        Act::Trash => {
            changed.trashed_at = Set(Some(now));
            changed.trashed_by = Set(Some(person));
            "file.trash"
        }
        Act::Restore if row.trashed_at.is_none() => return Ok(false),
        Act::Restore => {
            changed.trashed_at = Set(None);
            changed.trashed_by = Set(None);
            "file.restore"
        }
        Act::Move(folder) => {
            if let Some(folder) = *folder
                && folders::own(tx, actor, folder).await?.client != row.client
            {
                return Err(Error::refused(
                    Field::Folder,
                    Reason::Library(LibraryReason::OtherClient),
                ));
            }
            changed.folder = Set(folder.map(FolderId::uuid));
            "file.move"
        }
        Act::Year(year) => {
            if year.is_some_and(|year| !limits::YEARS.contains(&year)) {
                let (least, most) = (limits::YEARS.start().unsigned_abs(), limits::YEARS.end().unsigned_abs());
                return Err(Error::refused(Field::Year, Reason::OutOfRange { least, most }));
            }
            changed.year = Set(*year);
            "file.year"
        }
        Act::Tag(typed) => {
            tag(tx, row, &tag_of(typed)?).await?;
            "file.tag"
        }
        Act::Untag(typed) => {
            file_tag::Entity::delete_by_id((row.id, tag_of(typed)?))
                .exec(tx.db())
                .await?;
            "file.untag"
        }
    };
    if changed.is_changed() {
        changed.update(tx.db()).await?;
    }
    let name = name_of(tx, row)?;
    tx.audit_with(actor, verb, Some(row.id), &name).await?;
    Ok(true)
}

/// What came with a message, or was opened by a contact, is not internal any more.
async fn may_hide(tx: &Tx<'_>, row: &file::Model) -> Result<()> {
    if row.message.is_some() {
        return Err(refused(tx, row, |name| {
            Reason::Library(LibraryReason::FileSent { name })
        })?);
    }
    if is_opened(tx, row, Side::Contact, uploads::FIRST_VERSION).await? {
        return Err(refused(tx, row, |name| {
            Reason::Library(LibraryReason::FileOpened { name })
        })?);
    }
    Ok(())
}

/// Its author alone, until staff have opened it or for half an hour.
async fn may_withdraw(tx: &Tx<'_>, actor: &Actor, row: &file::Model) -> Result<()> {
    let own = actor.person() == Some(row.author) && row.author_side == side_name(Side::Contact);
    if !(own && actor.is_contact() && row.shared_at.is_some()) {
        return Err(Error::not_found());
    }
    let newest = file_version::Entity::find_by_id((row.id, row.version))
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let sent = sent_at(row.version, row.created_at, newest.received_at);
    if !is_fresh(tx.firm, sent) && is_opened(tx, row, Side::Staff, row.version).await? {
        return Err(refused(tx, row, |name| {
            Reason::Library(LibraryReason::WithdrawOver { name })
        })?);
    }
    Ok(())
}

fn tag_of(typed: &str) -> Result<String> {
    Ok(text::line(typed, Field::Tags, limits::TAG_CHARS)?)
}

async fn tag(tx: &Tx<'_>, row: &file::Model, tag: &str) -> Result<()> {
    let known = file_tag::Entity::find().filter(file_tag::Column::File.eq(row.id));
    if known.count(tx.db()).await? >= limits::TAGS_A_FILE as u64 {
        let most = u32::try_from(limits::TAGS_A_FILE).unwrap_or(u32::MAX);
        return Err(Error::refused(Field::Tags, Reason::OutOfRange { least: 0, most }));
    }
    let new = file_tag::ActiveModel {
        file: Set(row.id),
        tag: Set(tag.to_owned()),
    };
    file_tag::Entity::insert(new)
        .on_conflict(
            OnConflict::columns([file_tag::Column::File, file_tag::Column::Tag])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

/// Whether somebody of a side opened this version or a later one.
async fn is_opened(tx: &Tx<'_>, row: &file::Model, by: Side, version: i32) -> Result<bool> {
    let looks = file_look::Entity::find()
        .filter(file_look::Column::File.eq(row.id))
        .filter(file_look::Column::ReaderSide.eq(side_name(by)))
        .filter(file_look::Column::Version.gte(version));
    Ok(looks.count(tx.db()).await? > 0)
}

fn name_of(tx: &Tx<'_>, row: &file::Model) -> Result<String> {
    Ok(row.name.open(tx.firm.at("file", "name", row.id))?)
}

fn refused(tx: &Tx<'_>, row: &file::Model, reason: impl FnOnce(String) -> Reason) -> Result<Error> {
    Ok(Error::refused(Field::Files, reason(name_of(tx, row)?)))
}

/// Takes the newest version back where there is one before it, which is then the newest again.
async fn take_back(tx: &mut Tx<'_>, row: &file::Model) -> Result<bool> {
    let firm = tx.firm;
    let before = file_version::Entity::find()
        .filter(file_version::Column::File.eq(row.id))
        .filter(file_version::Column::Version.lt(row.version))
        .order_by_desc(file_version::Column::Version)
        .one(tx.db())
        .await?;
    // Whoever has another one before them has its name and its sender (`library::renew`).
    let Some(file_version::Model {
        version,
        name: Some(name),
        author_side: Some(author_side),
        author: Some(author),
        ..
    }) = before
    else {
        return Ok(false);
    };
    erase_version(tx, row.id, row.version).await?;
    let name = name.open(files::version_place(firm, row.id, version))?;
    file::ActiveModel {
        id: Unchanged(row.id),
        version: Set(version),
        name: Set(Sealed::seal(&name, firm.at("file", "name", row.id), &firm.random)?),
        author_side: Set(author_side),
        author: Set(author),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    Ok(true)
}

/// Open pages of the thread read it again: the file may be only a record now.
pub(super) fn hint(tx: &mut Tx<'_>, actor: &Actor, row: &file::Model) -> Result<()> {
    let (_, author): (_, Uuid) = actor.signed_in()?;
    if let Some(thread) = row.thread {
        tx.hint(Hint::Thread {
            thread: ThreadId::from(thread),
            client: ClientId::from(row.client),
            author,
        });
    }
    Ok(())
}
