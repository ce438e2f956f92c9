//! The log, as owners and admins read it.

use super::{row, words};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::Result,
};
use domain::{
    Moment,
    access::Action,
    limits,
    office::audit::{AuditQuery, AuditRow, AuditView},
};
use entity::firm::{audit_entry, client, contact, guest, staff};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Who or what an id is, and where they can be seen; those who were removed have no page any more.
struct Named {
    name: String,
    href: Option<String>,
}

/// One page of the log, the newest first.
///
/// # Errors
/// The actor may not read the log, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor, query: &AuditQuery) -> Result<AuditView> {
    allow(actor, Action::ReadAudit, &Nobodys)?;
    let mut select = audit_entry::Entity::find();
    if query.before > 0 {
        select = select.filter(audit_entry::Column::Number.lte(query.before));
    }
    if let Ok(person) = Uuid::try_parse(&query.who) {
        select = select.filter(audit_entry::Column::Actor.eq(person));
    }
    let nouns = words::nouns(&query.topic);
    if !nouns.is_empty() {
        let any = nouns.iter().fold(Condition::any(), |any, noun| {
            any.add(audit_entry::Column::Verb.starts_with(format!("{noun}.")))
        });
        select = select.filter(any);
    }
    let mut found = select
        .order_by_desc(audit_entry::Column::Number)
        .limit(limits::PAGE_ROWS + 1)
        .all(firm.db())
        .await?;
    let page = usize::try_from(limits::PAGE_ROWS).unwrap_or(usize::MAX);
    let older = found.get(page).map(|entry| entry.number);
    found.truncate(page);
    let ids = found
        .iter()
        .flat_map(|entry| [entry.actor, entry.thing])
        .flatten()
        .collect();
    let names = names(firm, ids).await?;
    let rows = found
        .iter()
        .map(|entry| shown(firm, &names, entry))
        .collect::<Result<Vec<_>>>()?;
    Ok(AuditView {
        rows,
        query: query.clone(),
        older,
        now: firm.now(),
    })
}

fn shown(firm: &Firm, names: &HashMap<Uuid, Named>, entry: &audit_entry::Model) -> Result<AuditRow> {
    let who = match (entry.actor.and_then(|id| names.get(&id)), entry.actor_kind.as_str()) {
        (Some(person), _) => person.name.clone(),
        (None, "operator") => "The command line".to_owned(),
        (None, "worker") => "The queue".to_owned(),
        (None, _) => "Somebody who has not signed in".to_owned(),
    };
    let (thing, href) = entry
        .thing
        .and_then(|id| names.get(&id))
        .map_or((String::new(), None), |found| (found.name.clone(), found.href.clone()));
    let detail = entry
        .detail
        .as_ref()
        .map(|sealed| sealed.open(firm.at("audit_entry", "detail", row(entry.number))))
        .transpose()?;
    Ok(AuditRow {
        number: entry.number,
        at: Moment(entry.at),
        who,
        who_id: entry.actor.map(|id| id.simple().to_string()).unwrap_or_default(),
        what: words::of(&entry.verb),
        thing,
        href,
        detail: detail.unwrap_or_default(),
    })
}

/// The names behind some ids, of people and clients that were removed as well.
async fn names(firm: &Firm, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Named>> {
    let db = firm.db();
    let clients = client::Entity::find()
        .filter(client::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let contacts = contact::Entity::find()
        .filter(contact::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let staff = staff::Entity::find()
        .filter(staff::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let guests = guest::Entity::find()
        .filter(guest::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let place = |folder: &str, id: Uuid| format!("/office/{folder}/{}", id.simple());
    let clients = clients.into_iter().map(|row| {
        let href = Some(place("clients", row.id));
        (row.id, Named { name: row.name, href })
    });
    let contacts = contacts.into_iter().map(|row| {
        let href = row.removed_at.is_none().then(|| place("contacts", row.id));
        (row.id, Named { name: row.name, href })
    });
    let staff = staff.into_iter().map(|row| {
        let href = row.removed_at.is_none().then(|| place("team", row.id));
        (row.id, Named { name: row.name, href })
    });
    // Of guests the address is proven, the name is what they say.
    let guests = guests.into_iter().filter_map(|row| {
        let name = format!("{} ({})", row.name?, row.address?);
        Some((row.id, Named { name, href: None }))
    });
    Ok(clients.chain(contacts).chain(staff).chain(guests).collect())
}
