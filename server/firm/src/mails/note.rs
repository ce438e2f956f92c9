//! Writing the log, always within a transaction of the queue.

use super::{MAIL, TEXT};
use crate::{actor::side_name, error::Result, jobs::Job, people, tx::Tx};
use domain::text;
use entity::{
    Sealed,
    firm::{address, mail},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use uuid::Uuid;

/// Characters of a reply that are kept.
const REPLY_CHARS: usize = 500;

/// What a run of a job has to say about its mail or text.
pub(crate) struct Note {
    pub(crate) text: bool,
    /// The address or number.
    pub(crate) to: String,
    /// The subject, unless it is a text, whose words may hold a code.
    pub(crate) subject: Option<String>,
    pub(crate) fate: Fate,
}

/// What became of it in this run.
pub(crate) enum Fate {
    /// It was taken, in these words.
    Sent(String),
    /// It was refused for good.
    Bounced(String),
    /// It could not go now.
    Later(String),
    /// Nothing is set up to carry it.
    Waits,
}

/// Writes the row of a job that was just queued, if it is for somebody whom we know.
pub(crate) async fn queued(tx: &Tx<'_>, id: Uuid, job: &Job) -> Result<()> {
    let Some((side, person)) = job.person() else {
        return Ok(());
    };
    let (way, shown_to) = if let Job::Text { to, .. } = job {
        (TEXT, text::masked_phone(to))
    } else {
        let owner = people::find(tx.db(), side, person).await?;
        (MAIL, owner.map(|owner| owner.address).unwrap_or_default())
    };
    mail::ActiveModel {
        id: Set(id),
        way: Set(way.to_owned()),
        kind: Set(job.kind().to_owned()),
        side: Set(Some(side_name(side).to_owned())),
        person: Set(Some(person)),
        shown_to: Set(shown_to),
        subject: Set(None),
        tries: Set(0),
        reply: Set(None),
        queued_at: Set(tx.firm.now().0),
        sent_at: Set(None),
        bounced_at: Set(None),
        given_up_at: Set(None),
        dropped_at: Set(None),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}

/// Notes how a run ended. Without a note the job turned out to have nothing to send.
pub(crate) async fn note(tx: &Tx<'_>, id: Uuid, job: &Job, note: Option<&Note>, given_up: bool) -> Result<()> {
    let row = mail::Entity::find_by_id(id).one(tx.db()).await?;
    let now = tx.firm.now().0;
    let Some(note) = note else {
        if row.is_some() {
            let dropped = mail::ActiveModel {
                id: Set(id),
                dropped_at: Set(Some(now)),
                ..Default::default()
            };
            dropped.update(tx.db()).await?;
        }
        return Ok(());
    };
    let known = row.is_some();
    let tries = row.as_ref().map_or(0, |row| row.tries);
    let mut change = match row {
        Some(row) => mail::ActiveModel {
            id: Set(row.id),
            ..Default::default()
        },
        None => fresh(tx, id, job, note).await?,
    };
    if !note.text {
        change.shown_to = Set(note.to.clone());
    }
    change.subject = Set(note.subject.clone());
    let (reply, more) = match &note.fate {
        Fate::Waits => (None, 0),
        Fate::Sent(reply) => {
            change.sent_at = Set(Some(now));
            (Some(reply), 1)
        }
        Fate::Bounced(reply) => {
            change.bounced_at = Set(Some(now));
            (Some(reply), 1)
        }
        Fate::Later(reply) => {
            if given_up {
                change.given_up_at = Set(Some(now));
            }
            (Some(reply), 1)
        }
    };
    change.tries = Set(tries.saturating_add(more));
    if let Some(reply) = reply {
        let shown: String = reply
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !text::is_deceptive(*c))
            .take(REPLY_CHARS)
            .collect();
        let sealed = Sealed::seal(&shown, tx.firm.at("mail", "reply", id), &tx.firm.random)?;
        change.reply = Set(Some(sealed));
    }
    if known {
        change.update(tx.db()).await?;
    } else {
        change.insert(tx.db()).await?;
    }
    Ok(())
}

/// A row for somebody whom only the worker came to know.
async fn fresh(tx: &Tx<'_>, id: Uuid, job: &Job, note: &Note) -> Result<mail::ActiveModel> {
    let owner = if note.text {
        None
    } else {
        address::Entity::find_by_id(note.to.clone()).one(tx.db()).await?
    };
    Ok(mail::ActiveModel {
        id: Set(id),
        way: Set(if note.text { TEXT } else { MAIL }.to_owned()),
        kind: Set(job.kind().to_owned()),
        side: Set(owner.as_ref().map(|row| row.kind.clone())),
        person: Set(owner.map(|row| row.person)),
        shown_to: Set(if note.text {
            text::masked_phone(&note.to)
        } else {
            note.to.clone()
        }),
        subject: Set(None),
        tries: Set(0),
        reply: Set(None),
        queued_at: Set(tx.firm.now().0),
        sent_at: Set(None),
        bounced_at: Set(None),
        given_up_at: Set(None),
        dropped_at: Set(None),
    })
}
