//! What guests send: held to the room of their link, and put into the client's library, where staff alone see it.

use super::{find, find_with_standing, label_of, refuse_unless_open};
use crate::{
    Actor, Firm,
    actor::{GuestActor, allow},
    error::{Error, Result},
    files,
    jobs::Job,
    messages::QUIET,
    room,
    tx::Tx,
    uploads::{self, kept_since},
};
use domain::{
    ClientId, Field, FormId, Moment, Reason, UploadId,
    access::Action,
    limits,
    upload_link::{FILES, Receipt, Sending, UNSAID_AT_ONCE, UploadLinkReason},
};
use entity::firm::{file, file_version, guest, upload, upload_link};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, SelectStatement},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Receipts that a guest's page shows.
const RECEIPTS: u64 = 100;

/// Takes finished uploads of a guest in, and says how many. The same form posted twice finds what it made at first.
///
/// # Errors
/// Nothing was attached, or too much; the link is not open, or there is no room; an upload is gone or unfinished.
pub async fn receive(firm: &Firm, actor: &Actor, uploads: &[UploadId], once: FormId) -> Result<usize> {
    let guest = actor.guest().ok_or_else(Error::not_found)?;
    allow(actor, Action::Upload, &guest.client)?;
    if uploads.is_empty() {
        return Err(Error::refused(Field::Files, Reason::Empty));
    }
    if uploads.len() > limits::FILES_A_MESSAGE {
        return Err(Error::refused(Field::Files, Reason::TooManyFiles));
    }
    let now = firm.now();
    let mut tx = firm.begin().await?;
    let made = file::Entity::find()
        .filter(file::Column::Form.eq(once.uuid()))
        .filter(file::Column::Author.eq(guest.id.uuid()))
        .all(tx.db())
        .await?;
    if !made.is_empty() {
        return Ok(made.len());
    }
    let (link, standing) = find_with_standing(firm, tx.db(), guest.link).await?;
    refuse_unless_open(standing)?;
    let mut distinct = HashSet::new();
    let (mut files, mut bytes) = (0, 0);
    for upload in uploads.iter().filter(|upload| distinct.insert(**upload)) {
        let home = uploads::Home {
            client: link.client,
            place: files,
            form: Some(once.uuid()),
            ..uploads::Home::default()
        };
        bytes += uploads::finished(&tx, actor, *upload).await?.length;
        let file = uploads::settle(&tx, actor, *upload, &home).await?;
        tx.audit_with(actor, "file.drop", Some(file.uuid()), &label_of(firm, &link)?)
            .await?;
        files += 1;
    }
    let taken = i32::try_from(files)
        .unwrap_or(i32::MAX)
        .saturating_add(link.taken_files);
    if taken.unsigned_abs() > FILES || link.taken_bytes.saturating_add(bytes) > link.room {
        return Err(Error::refused(Field::Files, Reason::UploadLink(UploadLinkReason::Full)));
    }
    upload_link::ActiveModel {
        id: Set(link.id),
        taken_bytes: Set(link.taken_bytes + bytes),
        taken_files: Set(taken),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    let job = Job::Received {
        staff: link.made_by.into(),
        link: link.id.into(),
    };
    tx.job(&job, now.plus_seconds(QUIET)).await?;
    tx.commit().await?;
    Ok(files)
}

/// Refuses an upload of a guest for which their link has no room. `but` is an upload that does not count: the one that asks.
/// `said` is how long it is, if that is known.
///
/// # Errors
/// The link is not open, or there is no room.
pub(crate) async fn claim(tx: &Tx<'_>, guest: Uuid, said: Option<u64>, but: Option<Uuid>) -> Result<()> {
    let firm = tx.firm;
    let row = guest::Entity::find_by_id(guest).one(tx.db()).await?;
    let link = row.ok_or_else(Error::not_found)?.link;
    let (link, standing) = find_with_standing(firm, tx.db(), link.into()).await?;
    refuse_unless_open(standing)?;
    let coming = coming(firm, tx.db(), &link, but).await?;
    let count = coming.len() as u64 + u64::from(link.taken_files.unsigned_abs());
    let unsaid = coming.iter().filter(|row| row.length_deferred).count() as u64;
    if count >= u64::from(FILES) || (said.is_none() && unsaid >= UNSAID_AT_ONCE) {
        return Err(Error::refused(Field::Files, Reason::UploadLink(UploadLinkReason::Full)));
    }
    let left = left(&link, &coming);
    if said.unwrap_or(1) > left {
        return Err(Error::refused(Field::Files, Reason::RoomFull { left }));
    }
    Ok(())
}

/// Bytes that one file of a guest may have now.
pub(crate) async fn file_limit(firm: &Firm, guest: &GuestActor) -> Result<u64> {
    let link = find(firm.db(), guest.link).await?;
    limit(firm, &link).await.map(|(limit, _)| limit)
}

/// What one file may have, and what is left in all.
async fn limit(firm: &Firm, link: &upload_link::Model) -> Result<(u64, u64)> {
    let coming = coming(firm, firm.db(), link, None).await?;
    let left = left(link, &coming);
    let of_client = room::file_limit(firm, ClientId::from(link.client)).await?;
    Ok((Ord::min(of_client, left), left))
}

fn left(link: &upload_link::Model, coming: &[upload::Model]) -> u64 {
    let said = |row: &upload::Model| if row.length_deferred { row.received } else { row.length };
    let on_their_way: i64 = coming.iter().map(said).sum();
    Ord::max(link.room - link.taken_bytes - on_their_way, 0).unsigned_abs()
}

/// The uploads that are on their way by a link.
async fn coming(
    firm: &Firm,
    db: &impl ConnectionTrait,
    link: &upload_link::Model,
    but: Option<Uuid>,
) -> Result<Vec<upload::Model>> {
    let mut find = upload::Entity::find()
        .filter(upload::Column::AuthorSide.eq(GuestActor::KIND))
        .filter(upload::Column::Author.in_subquery(guests_of(link.id)))
        .filter(upload::Column::TouchedAt.gte(kept_since(firm)));
    if let Some(but) = but {
        find = find.filter(upload::Column::Id.ne(but));
    }
    Ok(find.all(db).await?)
}

/// Gives up what is on its way by a link: its room is the client's and the firm's again. A request that still writes finds nothing
/// to write to.
pub(super) async fn give_up(tx: &mut Tx<'_>, link: &upload_link::Model) -> Result<()> {
    for row in coming(tx.firm, tx.db(), link, None).await? {
        uploads::remove(tx, &row).await?;
    }
    Ok(())
}

fn guests_of(link: Uuid) -> SelectStatement {
    guest::Entity::find()
        .select_only()
        .column(guest::Column::Id)
        .filter(Expr::col((guest::Entity, guest::Column::Link)).eq(link))
        .into_query()
}

/// What the page of a guest who may send says.
pub(super) async fn sending(
    firm: &Firm,
    link: &upload_link::Model,
    guest: &guest::Model,
    address: String,
) -> Result<Sending> {
    let (file_limit, left) = limit(firm, link).await?;
    let sent = file::Entity::find()
        .filter(file::Column::AuthorSide.eq(GuestActor::KIND))
        .filter(file::Column::Author.eq(guest.id))
        .order_by_desc(file::Column::CreatedAt)
        .order_by_asc(file::Column::Place)
        .limit(RECEIPTS)
        .all(firm.db())
        .await?;
    let versions = file_version::Entity::find()
        .filter(file_version::Column::File.is_in(sent.iter().map(|row| row.id)))
        .filter(file_version::Column::Author.eq(guest.id))
        .all(firm.db())
        .await?;
    let versions: HashMap<Uuid, file_version::Model> = versions.into_iter().map(|row| (row.file, row)).collect();
    let mut receipts = Vec::new();
    for row in sent {
        if let Some(version) = versions.get(&row.id) {
            let place = files::version_place(firm, row.id, version.version);
            receipts.push(Receipt {
                name: match &version.name {
                    Some(name) => name.open(place)?,
                    None => row.name.open(firm.at("file", "name", row.id))?,
                },
                size: version.size.unsigned_abs(),
                sha256: files::hex(&version.sha256),
                received: Moment(version.received_at),
            });
        }
    }
    Ok(Sending {
        address,
        file_limit,
        left,
        receipts,
    })
}
