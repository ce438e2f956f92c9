//! Whether somebody proved who they are a moment ago: asked before what signs them in is changed.

use crate::{Actor, Firm, error::Result};
use domain::{Moment, SessionId, limits};
use entity::firm::session;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::Deserialize;

#[derive(Deserialize)]
struct Proof {
    at: Moment,
}

/// Whether this session's newest proof (a link, a password, a second factor) is at most [`limits::FRESH_SECONDS`] old.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn is_fresh(firm: &Firm, actor: &Actor, session: SessionId) -> Result<bool> {
    is_fresh_at(firm.db(), firm, actor, session).await
}

/// As [`is_fresh`], also inside a verb's transaction.
pub(crate) async fn is_fresh_at(
    db: &impl ConnectionTrait,
    firm: &Firm,
    actor: &Actor,
    session: SessionId,
) -> Result<bool> {
    let (_, person) = actor.signed_in()?;
    let row = session::Entity::find_by_id(session.uuid())
        .filter(
            session::Column::Person
                .eq(person)
                .and(session::Column::EndedAt.is_null()),
        )
        .one(db)
        .await?;
    let proofs: Vec<Proof> = row.map_or_else(Vec::new, |row| serde_json::from_str(&row.factors).unwrap_or_default());
    let newest = proofs.iter().map(|proof| proof.at).max();
    Ok(newest.is_some_and(|at| firm.now().seconds_since(at) <= limits::FRESH_SECONDS))
}
