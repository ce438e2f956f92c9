//! Addresses of a portal that the firm had before.
//!
//! Mails of years and bookmarks lead to them. Each leads on to a place of this portal, where whoever comes signs in as
//! anybody does: an old address is worth nothing by itself, whatever it was worth before. Each time it is opened is in the
//! audit log, so that the firm sees which ones still circulate.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    networks::Tried,
    pages,
    sessions::Device,
    tx::Tx,
};
use domain::{
    Field, LegacyAddressId, Moment, Reason,
    access::Action,
    legacy::{self, Imported, LIST_LINES, LegacyFault, LegacyLine, LegacyList, LegacyRow},
};
use entity::{
    Sealed,
    firm::{contact, legacy_address},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use vault::hmac_sha256;

/// What the MAC of an old address is for.
const DOMAIN: &str = "legacy address";

/// Takes a list in, one address a line; empty lines and those that begin with `#` are passed over. All of it counts or
/// nothing, and the same list again changes nothing.
///
/// # Errors
/// The actor may not run the firm; a line is refused, and the first that is is told; the list is empty or too long.
pub async fn import(firm: &Firm, actor: &Actor, list: &str) -> Result<Imported> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let refused = |line: usize, fault| {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Error::refused(Field::LegacyList, Reason::LegacyLine { line, fault })
    };
    let mut lines: Vec<(usize, LegacyLine)> = Vec::new();
    let mut seen = HashSet::new();
    let written = list
        .lines()
        .zip(1..)
        .filter(|(text, _)| !text.trim().is_empty() && !text.starts_with('#'));
    for (text, number) in written {
        let line = legacy::line(text).map_err(|fault| refused(number, fault))?;
        if !seen.insert(line.address.clone()) {
            return Err(refused(number, LegacyFault::Twice));
        }
        lines.push((number, line));
    }
    if lines.is_empty() || lines.len() > LIST_LINES {
        let most = u32::try_from(LIST_LINES).unwrap_or(u32::MAX);
        return Err(Error::refused(Field::LegacyList, Reason::OutOfRange { least: 1, most }));
    }
    let tx = firm.begin().await?;
    let mut imported = Imported::default();
    for (number, line) in lines {
        let contact = match &line.contact {
            Some(address) => Some(
                contact_of(&tx, address)
                    .await?
                    .ok_or_else(|| refused(number, LegacyFault::Contact))?,
            ),
            None => None,
        };
        take(&tx, line, contact, &mut imported).await?;
    }
    if imported.added + imported.changed > 0 {
        let detail = format!("{} new, {} changed", imported.added, imported.changed);
        tx.audit_with(actor, "legacy.import", None, &detail).await?;
    }
    tx.commit().await?;
    Ok(imported)
}

async fn contact_of(tx: &Tx<'_>, address: &str) -> Result<Option<Uuid>> {
    let row = contact::Entity::find()
        .filter(contact::Column::Address.eq(address))
        .filter(contact::Column::RemovedAt.is_null())
        .one(tx.db())
        .await?;
    Ok(row.map(|row| row.id))
}

async fn take(tx: &Tx<'_>, line: LegacyLine, contact: Option<Uuid>, imported: &mut Imported) -> Result<()> {
    let firm = tx.firm;
    let mac = mac(firm, &line.address);
    let known = legacy_address::Entity::find()
        .filter(legacy_address::Column::Mac.eq(mac.clone()))
        .one(tx.db())
        .await?;
    match known {
        Some(row) if row.target == line.target && row.contact == contact => imported.same += 1,
        Some(row) => {
            imported.changed += 1;
            legacy_address::ActiveModel {
                id: Set(row.id),
                target: Set(line.target),
                contact: Set(contact),
                ..Default::default()
            }
            .update(tx.db())
            .await?;
        }
        None => {
            imported.added += 1;
            let id = firm.random.id();
            let place = firm.at("legacy_address", "address", id);
            legacy_address::ActiveModel {
                id: Set(id),
                mac: Set(mac),
                address: Set(Sealed::seal(&line.address, place, &firm.random)?),
                target: Set(line.target),
                contact: Set(contact),
                hits: Set(0),
                created_at: Set(firm.now().0),
                last_hit_at: Set(None),
            }
            .insert(tx.db())
            .await?;
        }
    }
    Ok(())
}

/// A page of the list, those that were opened last first.
///
/// # Errors
/// The actor may not run the firm, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor, page: u64) -> Result<LegacyList> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let total = legacy_address::Entity::find().count(firm.db()).await?;
    let mut found = legacy_address::Entity::find()
        .order_by_desc(Expr::col(legacy_address::Column::LastHitAt).if_null(0))
        .order_by_desc(legacy_address::Column::CreatedAt)
        .order_by_asc(legacy_address::Column::Id)
        .offset(pages::before(page))
        .limit(pages::ASKED)
        .all(firm.db())
        .await?;
    let more = pages::cut(&mut found);
    let names = names(firm, found.iter().filter_map(|row| row.contact)).await?;
    let rows = found
        .into_iter()
        .map(|row| {
            let address = row.address.open(firm.at("legacy_address", "address", row.id))?;
            Ok(LegacyRow {
                id: row.id.into(),
                shown: legacy::shown(&address),
                target: row.target,
                contact: row.contact.and_then(|id| names.get(&id).cloned()),
                hits: row.hits.unsigned_abs(),
                last: row.last_hit_at.map(Moment),
            })
        })
        .collect::<Result<_>>()?;
    Ok(LegacyList {
        rows,
        total,
        page,
        more,
        now: firm.now(),
    })
}

async fn names(firm: &Firm, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>> {
    let rows = contact::Entity::find()
        .filter(contact::Column::Id.is_in(ids))
        .all(firm.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Lets an old address lead nowhere from now on.
///
/// # Errors
/// The actor may not run the firm, or it is not there.
pub async fn remove(firm: &Firm, actor: &Actor, id: LegacyAddressId) -> Result<()> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let tx = firm.begin().await?;
    let row = legacy_address::Entity::find_by_id(id.uuid())
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let address = row.address.open(firm.at("legacy_address", "address", row.id))?;
    legacy_address::Entity::delete_by_id(row.id).exec(tx.db()).await?;
    tx.audit_with(actor, "legacy.remove", row.contact, &legacy::shown(&address))
        .await?;
    tx.commit().await
}

/// Somebody asked for an address that is none of the portal's: where it leads, if it is an old one. The address counts with its
/// query; one that was listed without a query counts with any. It is in the audit log, whoever asked and however.
///
/// # Errors
/// `TooMany` for a network that opens many of them, or the database fails.
pub async fn open(firm: &Firm, device: &Device, address: &str) -> Result<Option<String>> {
    let path = address.split('?').next().unwrap_or_default();
    let macs = [mac(firm, address), mac(firm, path)];
    let found = legacy_address::Entity::find()
        .filter(legacy_address::Column::Mac.is_in(macs.clone()))
        .all(firm.db())
        .await?;
    let exact = found.iter().find(|row| row.mac == macs[0]);
    let Some(row) = exact.or_else(|| found.first()) else {
        return Ok(None);
    };
    firm.take_try(Tried::OldAddress, device)?;
    let tx = firm.begin().await?;
    let counted = legacy_address::Entity::update_many()
        .col_expr(
            legacy_address::Column::Hits,
            Expr::col(legacy_address::Column::Hits).add(1),
        )
        .col_expr(legacy_address::Column::LastHitAt, Expr::value(firm.now().0))
        .filter(legacy_address::Column::Id.eq(row.id))
        .exec(tx.db())
        .await?;
    if counted.rows_affected == 0 {
        // Removed since it was read.
        return Ok(None);
    }
    let known = row.address.open(firm.at("legacy_address", "address", row.id))?;
    let detail = format!("{} to {}", legacy::shown(&known), row.target);
    let verb = if row.contact.is_some() {
        "legacy.open_of"
    } else {
        "legacy.open"
    };
    tx.audit_with(&Actor::Visitor, verb, row.contact, &detail).await?;
    tx.commit().await?;
    Ok(Some(row.target.clone()))
}

fn mac(firm: &Firm, address: &str) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, DOMAIN, address.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests;
