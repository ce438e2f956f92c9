//! The log of mails and text messages: what was queued for whom, and what became of it.
//!
//! A row has the id of the job that sends it. It is written when a job for a known person is queued, or at the latest when
//! the worker knows to whom it goes. What is written to an address that is nobody's is in no log.

mod note;

pub(crate) use note::{Fate, Note, note, queued};

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::Result,
    pages,
};
use domain::{
    ContactId, JobId, Moment,
    access::Action,
    mail::{MailList, MailRow, MailState, STATES, Way},
    office::contacts::InvitationMail,
};
use entity::firm::{contact, mail, staff};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Where a page begins in the list, and to which state it is narrowed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Narrowing {
    /// One state, or all.
    pub state: Option<MailState>,
    /// The page, from 0.
    pub page: u64,
}

/// A page of the log, newest first.
///
/// # Errors
/// The actor may not run the firm, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor, narrowing: Narrowing) -> Result<MailList> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let mut counts = [0; 5];
    for (count, state) in counts.iter_mut().zip(STATES) {
        *count = mail::Entity::find().filter(is(state)).count(firm.db()).await?;
    }
    let mut find = mail::Entity::find();
    if let Some(state) = narrowing.state {
        find = find.filter(is(state));
    }
    let mut found = find
        .order_by_desc(mail::Column::QueuedAt)
        .order_by_desc(mail::Column::Id)
        .offset(pages::before(narrowing.page))
        .limit(pages::ASKED)
        .all(firm.db())
        .await?;
    let more = pages::cut(&mut found);
    Ok(MailList {
        rows: views(firm, found).await?,
        state: narrowing.state,
        counts,
        page: narrowing.page,
        more,
        sends_mail: firm.sends_mail(),
        sends_texts: firm.sends_texts(),
        now: firm.now(),
    })
}

/// The newest mails and texts to one contact, for staff who see that contact.
///
/// # Errors
/// The actor may not use the office, or the database fails.
pub async fn of_contact(firm: &Firm, actor: &Actor, contact: ContactId, most: u64) -> Result<Vec<MailRow>> {
    allow(actor, Action::SeeOffice, &Nobodys)?;
    let found = mail::Entity::find()
        .filter(mail::Column::Person.eq(contact.uuid()))
        .order_by_desc(mail::Column::QueuedAt)
        .order_by_desc(mail::Column::Id)
        .limit(most)
        .all(firm.db())
        .await?;
    views(firm, found).await
}

/// What became of the mail or text of a job, and how often it was tried; `None` when nothing is known of it.
///
/// A page that waits for a code asks this, to offer another way when the gateway is down.
///
/// # Errors
/// The database fails.
pub(crate) async fn state(db: &impl ConnectionTrait, job: JobId) -> Result<Option<(MailState, u32)>> {
    let row = mail::Entity::find_by_id(job.uuid()).one(db).await?;
    Ok(row.map(|row| (state_of(&row), u32::try_from(row.tries).unwrap_or(0))))
}

/// The newest mail or text of one kind to a contact.
pub(crate) async fn newest_of(firm: &Firm, contact: ContactId, kind: &str) -> Result<Option<InvitationMail>> {
    let row = mail::Entity::find()
        .filter(mail::Column::Person.eq(contact.uuid()).and(mail::Column::Kind.eq(kind)))
        .order_by_desc(mail::Column::QueuedAt)
        .order_by_desc(mail::Column::Id)
        .one(firm.db())
        .await?;
    let found = views(firm, row.into_iter().collect()).await?.into_iter().next();
    Ok(found.map(|row| InvitationMail {
        state: row.state,
        queued: row.queued,
        settled: row.settled,
        tries: row.tries,
        reply: row.reply,
    }))
}

/// How many mails and how many texts wait.
///
/// # Errors
/// The database fails.
pub async fn waiting(firm: &Firm) -> Result<(u64, u64)> {
    let of = |way: &'static str| {
        mail::Entity::find()
            .filter(is(MailState::Waiting))
            .filter(mail::Column::Way.eq(way))
            .count(firm.db())
    };
    Ok((of(MAIL).await?, of(TEXT).await?))
}

/// How many mails and texts do not get out: for those who can have it mended, and no statement for anybody else.
pub(crate) async fn stuck(firm: &Firm, actor: &Actor) -> Result<u32> {
    if allow(actor, Action::RunFirm, &Nobodys).is_err() {
        return Ok(0);
    }
    let tried = mail::Column::Tries.gt(0);
    let stuck = if firm.sends_mail() {
        tried
    } else {
        tried.or(mail::Column::Way.eq(MAIL))
    };
    let found = mail::Entity::find()
        .filter(is(MailState::Waiting))
        .filter(stuck)
        .count(firm.db())
        .await?;
    Ok(u32::try_from(found).unwrap_or(u32::MAX))
}

pub(crate) const MAIL: &str = "mail";
pub(crate) const TEXT: &str = "text";

fn is(state: MailState) -> Expr {
    match state {
        MailState::Sent => mail::Column::SentAt.is_not_null(),
        MailState::Bounced => mail::Column::BouncedAt.is_not_null(),
        MailState::GivenUp => mail::Column::GivenUpAt.is_not_null(),
        MailState::Dropped => mail::Column::DroppedAt.is_not_null(),
        MailState::Waiting => mail::Column::SentAt
            .is_null()
            .and(mail::Column::BouncedAt.is_null())
            .and(mail::Column::GivenUpAt.is_null())
            .and(mail::Column::DroppedAt.is_null()),
    }
}

fn state_of(row: &mail::Model) -> MailState {
    if row.sent_at.is_some() {
        MailState::Sent
    } else if row.bounced_at.is_some() {
        MailState::Bounced
    } else if row.given_up_at.is_some() {
        MailState::GivenUp
    } else if row.dropped_at.is_some() {
        MailState::Dropped
    } else {
        MailState::Waiting
    }
}

async fn views(firm: &Firm, rows: Vec<mail::Model>) -> Result<Vec<MailRow>> {
    let people: Vec<Uuid> = rows.iter().filter_map(|row| row.person).collect();
    let contacts: HashMap<Uuid, contact::Model> = contact::Entity::find()
        .filter(contact::Column::Id.is_in(people.clone()))
        .all(firm.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let staff: HashMap<Uuid, staff::Model> = staff::Entity::find()
        .filter(staff::Column::Id.is_in(people))
        .all(firm.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    rows.into_iter()
        .map(|row| {
            let contact = row.person.and_then(|id| contacts.get(&id));
            let name = contact
                .map(|row| row.name.clone())
                .or_else(|| row.person.and_then(|id| staff.get(&id)).map(|row| row.name.clone()));
            let reply = match &row.reply {
                Some(reply) => Some(reply.open(firm.at("mail", "reply", row.id))?),
                None => None,
            };
            Ok(MailRow {
                id: row.id.into(),
                way: if row.way == TEXT { Way::Text } else { Way::Mail },
                state: state_of(&row),
                to: row.shown_to,
                name,
                contact: contact.filter(|row| row.removed_at.is_none()).map(|row| row.id.into()),
                about: row.subject.unwrap_or_else(|| about(&row.kind).to_owned()),
                queued: Moment(row.queued_at),
                settled: row
                    .sent_at
                    .or(row.bounced_at)
                    .or(row.given_up_at)
                    .or(row.dropped_at)
                    .map(Moment),
                tries: u32::try_from(row.tries).unwrap_or(0),
                reply: reply.filter(|words| !words.is_empty()),
            })
        })
        .collect()
}

/// What it is, as long as it has no subject.
fn about(kind: &str) -> &'static str {
    match kind {
        "mail_link" => "Sign-in link",
        "mail_reset" => "Link to set a password",
        "invitation" => "Invitation",
        "proof_code" => "Code to activate access",
        "invite_staff" => "Invitation to the team",
        "received" => "Something came by an upload link",
        "notice" => "Something waits",
        "text" => "Text message with a code",
        _ => "Email",
    }
}

#[cfg(test)]
mod tests;
