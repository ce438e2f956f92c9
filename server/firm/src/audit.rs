//! The firm's log of who did what.

use crate::{error::Result, tx::Tx};
use entity::firm::audit_entry;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Writes the next entry. The write lock is held, so numbers have no gap and no double.
pub(crate) async fn note(
    tx: &Tx<'_>,
    actor_kind: &str,
    actor: Option<Uuid>,
    verb: &str,
    thing: Option<Uuid>,
) -> Result<()> {
    let last: Option<i64> = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::Number)
        .order_by_desc(audit_entry::Column::Number)
        .limit(1)
        .into_tuple()
        .one(tx.db())
        .await?;
    audit_entry::ActiveModel {
        number: Set(last.unwrap_or(0) + 1),
        at: Set(tx.firm.now().0),
        actor_kind: Set(actor_kind.to_owned()),
        actor: Set(actor),
        verb: Set(verb.to_owned()),
        thing: Set(thing),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}
