//! Upload-only links: somebody without an account sends files to a client of the firm.
//!
//! A link has a powerless public id and a secret of 256 bits that stands in the fragment of its address. It may be opened by
//! many, until it expires, is full, or staff end it. Each browser that shows the secret, and the PIN where one was set, becomes a
//! [`guest`](guests), who proves an e-mail address before the first byte is taken. A guest reads nothing of the firm's, and
//! what they sent is internal until staff share it.

pub mod guests;
mod receive;
#[cfg(test)]
mod tests;

pub use receive::receive;
pub(crate) use receive::{claim, file_limit};

use crate::{
    Actor, Firm,
    actor::allow,
    clients, directory,
    error::{Error, Result},
    jobs::Job,
    people, slips,
};
use domain::{
    ClientId, Field, Moment, Reason, SessionId, UploadLinkId,
    access::Action,
    client::Side,
    office::contacts::{Slip, SlipKind},
    text,
    upload_link::{
        DAYS, FILES, GIGABYTES, LABEL_CHARS, PIN_DIGITS, PIN_TRIES, Standing, UploadLinkReason, UploadLinkRow,
        UploadLinks, path,
    },
};
use entity::{
    Sealed,
    firm::{client, staff, upload_link},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;
use vault::{Token, hmac_sha256};

/// What the MAC of a PIN is for.
const PIN: &str = "upload link PIN";
/// Seconds for which the office still lists a link that works no more: a month.
const LISTED: i64 = 30 * 24 * 60 * 60;
/// Links that work no more, as many as the office lists.
const ROWS: u64 = 50;
const DAY: i64 = 24 * 60 * 60;
const GIGABYTE: i64 = 1_000_000_000;

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewUploadLink {
    /// To whose files it adds.
    pub client: ClientId,
    /// What is asked for.
    pub label: String,
    /// Days for which it works: one of [`DAYS`].
    pub days: u32,
    /// Gigabytes that may come: one of [`GIGABYTES`].
    pub gigabytes: u32,
    /// Whether a PIN is asked for as well.
    pub pin: bool,
    /// To whom it is mailed; empty to hand it over another way.
    pub address: String,
}

/// Makes a link. Its address, and its PIN where there is one, are shown to this session alone, once.
///
/// # Errors
/// The client is not the actor's to keep files for, or closed; a field is refused.
pub async fn make(firm: &Firm, actor: &Actor, session: SessionId, new: &NewUploadLink) -> Result<UploadLinkId> {
    allow(actor, Action::KeepLibrary, &new.client)?;
    let (_, author) = actor.signed_in()?;
    let label = text::line(&new.label, Field::Label, LABEL_CHARS)?;
    if !(DAYS.contains(&new.days) && GIGABYTES.contains(&new.gigabytes)) {
        return Err(Error::refused(Field::Form, Reason::NotOffered));
    }
    let address = match new.address.trim() {
        "" => None,
        typed => Some(text::address(typed)?),
    };
    let now = firm.now();
    let tx = firm.begin().await?;
    if clients::row(tx.db(), new.client).await?.closed_at.is_some() {
        return Err(Error::not_found());
    }
    let id = UploadLinkId::from(firm.random.id());
    let secret = Token::generate(&firm.random);
    let pin = new.pin.then(|| firm.random.digits(PIN_DIGITS));
    let until = now.plus_seconds(i64::from(new.days) * DAY);
    upload_link::ActiveModel {
        id: Set(id.uuid()),
        client: Set(new.client.uuid()),
        label: Set(Sealed::seal(
            &label,
            firm.at("upload_link", "label", id.uuid()),
            &firm.random,
        )?),
        made_by: Set(author),
        created_at: Set(now.0),
        expires_at: Set(until.0),
        secret_hash: Set(secret.hash().to_vec()),
        pin_mac: Set(pin.as_deref().map(|pin| pin_mac(firm, id, pin))),
        pin_tries: Set(0),
        room: Set(i64::from(new.gigabytes) * GIGABYTE),
        taken_bytes: Set(0),
        taken_files: Set(0),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    let link = format!("{}{}#{}", firm.origin(), path(id), *secret.text());
    slips::write(&tx, session, id.uuid(), SlipKind::Link, &link, until).await?;
    if let Some(pin) = &pin {
        slips::write(&tx, session, id.uuid(), SlipKind::Code, pin, until).await?;
    }
    if let Some(address) = address {
        let by = people::find(tx.db(), Side::Staff, author).await?.map(|row| row.name);
        let job = Job::UploadLink {
            link: id,
            secret: secret.text().to_string(),
            address,
            by: by.unwrap_or_default(),
        };
        tx.follow_up(&job, now).await?;
    }
    tx.audit_with(actor, "upload_link.make", Some(new.client.uuid()), &label)
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// A client's links, and what may be read once of them.
///
/// # Errors
/// The client is not the actor's to keep files for.
pub async fn list(
    firm: &Firm,
    actor: &Actor,
    session: SessionId,
    client: ClientId,
) -> Result<(UploadLinks, Vec<(UploadLinkId, Slip)>)> {
    allow(actor, Action::KeepLibrary, &client)?;
    let whose = clients::row(firm.db(), client).await?;
    let now = firm.now();
    let newest = || {
        upload_link::Entity::find()
            .filter(upload_link::Column::Client.eq(client.uuid()))
            .order_by_desc(upload_link::Column::CreatedAt)
            .order_by_desc(upload_link::Column::Id)
    };
    // All that can be ended, and some of those that are over.
    let open = upload_link::Column::EndedAt
        .is_null()
        .and(upload_link::Column::ExpiresAt.gt(now.0));
    let month = now.plus_seconds(-LISTED).0;
    let over = upload_link::Column::EndedAt.gt(month).or(upload_link::Column::EndedAt
        .is_null()
        .and(upload_link::Column::ExpiresAt.between(month, now.0)));
    let mut found = newest().filter(open).all(firm.db()).await?;
    found.extend(newest().filter(over).limit(ROWS).all(firm.db()).await?);
    let names = staff_names(firm.db(), found.iter().map(|row| row.made_by).collect()).await?;
    let mut slips = Vec::new();
    let mut rows = Vec::new();
    for row in found {
        for slip in slips::read(firm, session, row.id).await? {
            slips.push((row.id.into(), slip));
        }
        rows.push(shown(firm, &whose, &names, &row)?);
    }
    let links = UploadLinks {
        client: directory::label(whose.id, whose.name),
        rows,
        sends_mail: firm.sends_mail(),
    };
    Ok((links, slips))
}

fn shown(
    firm: &Firm,
    whose: &client::Model,
    names: &HashMap<Uuid, String>,
    row: &upload_link::Model,
) -> Result<UploadLinkRow> {
    Ok(UploadLinkRow {
        id: row.id.into(),
        label: label_of(firm, row)?,
        by: names.get(&row.made_by).cloned().unwrap_or_default(),
        made: Moment(row.created_at),
        until: Moment(row.expires_at),
        standing: standing(row, whose.closed_at.is_some(), firm.now()),
        pin: row.pin_mac.is_some(),
        guessed: row.pin_tries >= PIN_TRIES,
        files: row.taken_files.unsigned_abs(),
        bytes: row.taken_bytes.unsigned_abs(),
        room: row.room.unsigned_abs(),
    })
}

/// Ends a link. What came by it stays; what is on its way is given up.
///
/// # Errors
/// There is none in the actor's scope.
pub async fn end(firm: &Firm, actor: &Actor, id: UploadLinkId) -> Result<ClientId> {
    let mut tx = firm.begin().await?;
    let row = find(tx.db(), id).await?;
    let client = ClientId::from(row.client);
    allow(actor, Action::KeepLibrary, &client)?;
    if row.ended_at.is_none() {
        upload_link::ActiveModel {
            id: Set(row.id),
            ended_at: Set(Some(firm.now().0)),
            ended_by: Set(actor.person()),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
        receive::give_up(&mut tx, &row).await?;
        tx.audit_with(actor, "upload_link.end", Some(row.client), &label_of(firm, &row)?)
            .await?;
        tx.commit().await?;
    }
    Ok(client)
}

/// Whose a link is, for the page that shows it to staff.
///
/// # Errors
/// There is none in the actor's scope.
pub async fn client_of(firm: &Firm, actor: &Actor, id: UploadLinkId) -> Result<ClientId> {
    let client = ClientId::from(find(firm.db(), id).await?.client);
    allow(actor, Action::KeepLibrary, &client)?;
    Ok(client)
}

pub(crate) async fn find(db: &impl ConnectionTrait, id: UploadLinkId) -> Result<upload_link::Model> {
    upload_link::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)
}

/// The link together with what it is good for.
pub(crate) async fn find_with_standing(
    firm: &Firm,
    db: &impl ConnectionTrait,
    id: UploadLinkId,
) -> Result<(upload_link::Model, Standing)> {
    let row = find(db, id).await?;
    let whose = clients::row(db, row.client.into()).await?;
    let standing = standing(&row, whose.closed_at.is_some(), firm.now());
    Ok((row, standing))
}

fn standing(row: &upload_link::Model, closed: bool, now: Moment) -> Standing {
    if row.ended_at.is_some() {
        Standing::Ended
    } else if closed {
        Standing::Closed
    } else if row.expires_at <= now.0 {
        Standing::Expired
    } else if row.taken_bytes >= row.room || row.taken_files.unsigned_abs() >= FILES {
        Standing::Full
    } else {
        Standing::Open
    }
}

/// Refuses what would come by a link that is not open.
///
/// # Errors
/// The reason.
pub(crate) fn refuse_unless_open(standing: Standing) -> Result<()> {
    let reason = match standing {
        Standing::Open => return Ok(()),
        Standing::Expired => UploadLinkReason::Expired,
        Standing::Ended | Standing::Closed => UploadLinkReason::Ended,
        Standing::Full => UploadLinkReason::Full,
    };
    Err(Error::refused(Field::Form, Reason::UploadLink(reason)))
}

pub(crate) fn label_of(firm: &Firm, row: &upload_link::Model) -> Result<String> {
    Ok(row.label.open(firm.at("upload_link", "label", row.id))?)
}

async fn staff_names(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>> {
    let rows = staff::Entity::find()
        .filter(staff::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The PIN is bound to its link: it opens no other.
fn pin_mac(firm: &Firm, id: UploadLinkId, pin: &str) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, PIN, &bound(id, pin)).to_vec()
}

fn is_pin(firm: &Firm, id: UploadLinkId, pin: &str, mac: &[u8]) -> bool {
    vault::verify_mac(&firm.keys.mac, PIN, &bound(id, pin), mac)
}

fn bound(id: UploadLinkId, pin: &str) -> Vec<u8> {
    [&id.bytes(), pin.as_bytes()].concat()
}
