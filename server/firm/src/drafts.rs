//! Text that was begun and not sent.

use crate::{Actor, Firm, actor::allow, error::Result, threads};
use domain::{Field, Moment, Problem, Reason, ThreadId, access::Action, limits, thread::Draft};
use entity::{Sealed, firm::draft};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use uuid::Uuid;

/// Keeps what somebody is writing into a thread; empty text forgets it.
///
/// # Errors
/// The thread is not the actor's to write in, or the text is far too long to ever be sent.
pub async fn keep(firm: &Firm, actor: &Actor, thread: ThreadId, text: &str) -> Result<Moment> {
    let row = threads::row(firm.db(), thread).await?;
    allow(actor, Action::WriteThread, &threads::owner(&row))?;
    let (_, person) = actor.signed_in()?;
    // Over the limit is kept all the same: refused text must come back whole.
    let most = limits::FORM_BYTES;
    if text.len() > most {
        return Err(Problem::field(
            Field::Text,
            Reason::TooLong {
                limit: limits::MESSAGE_CHARS,
                found: text.chars().count(),
            },
        )
        .into());
    }
    let now = firm.now();
    let tx = firm.begin().await?;
    if text.trim().is_empty() {
        forget(tx.db(), thread, person).await?;
    } else {
        let row = draft::ActiveModel {
            thread: Set(thread.uuid()),
            author: Set(person),
            text: Set(Sealed::seal(
                &text.to_owned(),
                firm.at("draft", "text", place(thread, person)),
                &firm.random,
            )?),
            saved_at: Set(now.0),
        };
        draft::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([draft::Column::Thread, draft::Column::Author])
                    .update_columns([draft::Column::Text, draft::Column::SavedAt])
                    .to_owned(),
            )
            .exec_without_returning(tx.db())
            .await?;
    }
    tx.commit().await?;
    Ok(now)
}

pub(crate) async fn of(firm: &Firm, thread: ThreadId, person: Uuid) -> Result<Option<Draft>> {
    let row = draft::Entity::find_by_id((thread.uuid(), person))
        .one(firm.db())
        .await?;
    row.map(|row| {
        let text = row.text.open(firm.at("draft", "text", place(thread, person)))?;
        Ok(Draft {
            text,
            saved: Moment(row.saved_at),
        })
    })
    .transpose()
}

pub(crate) async fn forget(db: &impl ConnectionTrait, thread: ThreadId, person: Uuid) -> Result<()> {
    draft::Entity::delete_by_id((thread.uuid(), person)).exec(db).await?;
    Ok(())
}

/// A draft's row has two ids; both are bound into its seal.
fn place(thread: ThreadId, person: Uuid) -> Uuid {
    let (a, b) = (thread.uuid().as_u128(), person.as_u128());
    Uuid::from_u128(a ^ b.rotate_left(1))
}
