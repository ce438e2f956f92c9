//! What staff may read once: a copied link, a code to be read out. It rests sealed, for the session that made it alone, until
//! it is put away or ten minutes are over.

use crate::{
    Actor, Firm,
    error::{Fault, Result},
    tx::Tx,
};
use domain::{
    Moment, SessionId, limits,
    office::contacts::{Slip, SlipKind},
};
use entity::{Sealed, firm::slip};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

const LINK: &str = "link";
const CODE: &str = "code";

/// Writes a slip about `thing`, in place of an earlier one of that kind. `until` is how long what it says works.
pub(crate) async fn write(
    tx: &Tx<'_>,
    session: SessionId,
    thing: Uuid,
    kind: SlipKind,
    words: &str,
    until: Moment,
) -> Result<()> {
    let firm = tx.firm;
    let kind = match kind {
        SlipKind::Link => LINK,
        SlipKind::Code => CODE,
    };
    slip::Entity::delete_many()
        .filter(slip::Column::Session.eq(session.uuid()))
        .filter(slip::Column::Thing.eq(thing).and(slip::Column::Kind.eq(kind)))
        .exec(tx.db())
        .await?;
    let id = firm.random.id();
    slip::ActiveModel {
        id: Set(id),
        session: Set(session.uuid()),
        thing: Set(thing),
        kind: Set(kind.to_owned()),
        words: Set(Sealed::seal(
            &words.to_owned(),
            firm.at("slip", "words", id),
            &firm.random,
        )?),
        until: Set(until.0),
        expires_at: Set(firm.now().plus_seconds(limits::CODE_SHEET_SECONDS).0),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}

/// The slips of a session about `thing`.
pub(crate) async fn read(firm: &Firm, session: SessionId, thing: Uuid) -> Result<Vec<Slip>> {
    let rows = slip::Entity::find()
        .filter(slip::Column::Session.eq(session.uuid()))
        .filter(slip::Column::Thing.eq(thing))
        .filter(slip::Column::ExpiresAt.gt(firm.now().0))
        .order_by_asc(slip::Column::Kind)
        .all(firm.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Slip {
                kind: match row.kind.as_str() {
                    LINK => SlipKind::Link,
                    CODE => SlipKind::Code,
                    _ => return Err(Fault::Inconsistent("a slip of no kind").into()),
                },
                words: row.words.open(firm.at("slip", "words", row.id))?,
                until: Moment(row.until),
            })
        })
        .collect()
}

/// Puts a session's slips about `thing` away.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn put_away(firm: &Firm, actor: &Actor, session: SessionId, thing: Uuid) -> Result<()> {
    actor.signed_in()?;
    let tx = firm.begin().await?;
    forget(
        &tx,
        slip::Column::Session
            .eq(session.uuid())
            .and(slip::Column::Thing.eq(thing)),
    )
    .await?;
    tx.commit().await
}

/// Forgets whatever a condition names.
pub(crate) async fn forget(tx: &Tx<'_>, which: sea_orm::sea_query::Expr) -> Result<()> {
    slip::Entity::delete_many().filter(which).exec(tx.db()).await?;
    Ok(())
}
