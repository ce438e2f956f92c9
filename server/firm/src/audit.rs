//! The firm's log of who did what.

mod read;
mod words;

pub use read::list;

use crate::{Firm, error::Result, tx::Tx};
use domain::Moment;
use entity::{Sealed, firm::audit_entry};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};
use uuid::Uuid;

/// When the newest entry was written.
///
/// # Errors
/// The database fails.
pub async fn newest(firm: &Firm) -> Result<Option<Moment>> {
    let last: Option<i64> = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::At)
        .order_by_desc(audit_entry::Column::Number)
        .limit(1)
        .into_tuple()
        .one(firm.db())
        .await?;
    Ok(last.map(Moment))
}

/// Writes the next entry. The write lock is held, so numbers have no gap and no double.
pub(crate) async fn note(
    tx: &Tx<'_>,
    actor_kind: &str,
    actor: Option<Uuid>,
    verb: &str,
    thing: Option<Uuid>,
    detail: Option<&str>,
) -> Result<()> {
    let last: Option<i64> = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::Number)
        .order_by_desc(audit_entry::Column::Number)
        .limit(1)
        .into_tuple()
        .one(tx.db())
        .await?;
    let number = last.unwrap_or(0) + 1;
    let firm = tx.firm;
    let detail = detail
        .map(|text| {
            Sealed::seal(
                &text.to_owned(),
                firm.at("audit_entry", "detail", row(number)),
                &firm.random,
            )
        })
        .transpose()?;
    audit_entry::ActiveModel {
        number: Set(number),
        at: Set(tx.firm.now().0),
        actor_kind: Set(actor_kind.to_owned()),
        actor: Set(actor),
        verb: Set(verb.to_owned()),
        thing: Set(thing),
        detail: Set(detail),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}

/// An entry's place for what is sealed in it: its number.
fn row(number: i64) -> Uuid {
    Uuid::from_u128(u128::from(number.unsigned_abs()))
}
