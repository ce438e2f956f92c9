//! Somebody of either side, where a verb is about both alike: a password, an address.

use crate::error::Result;
use domain::client::Side;
use entity::firm::{contact, staff};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

/// One of the firm's people or a contact, who was not removed.
pub(crate) struct Somebody {
    pub(crate) name: String,
    pub(crate) address: String,
    /// The hash of their password.
    pub(crate) password: Option<String>,
}

/// Whether somebody may come in at all: nobody removed them, nor suspended a contact's access.
pub(crate) async fn may_enter(db: &impl ConnectionTrait, side: Side, person: Uuid) -> Result<bool> {
    Ok(match side {
        Side::Staff => staff::Entity::find_by_id(person)
            .one(db)
            .await?
            .is_some_and(|row| row.removed_at.is_none()),
        Side::Contact => contact::Entity::find_by_id(person)
            .one(db)
            .await?
            .is_some_and(|row| row.removed_at.is_none() && row.suspended_at.is_none()),
    })
}

/// Looks somebody up; whoever was removed is nobody.
pub(crate) async fn find(db: &impl ConnectionTrait, side: Side, person: Uuid) -> Result<Option<Somebody>> {
    Ok(match side {
        Side::Staff => staff::Entity::find_by_id(person)
            .one(db)
            .await?
            .filter(|row| row.removed_at.is_none())
            .map(|row| Somebody {
                name: row.name,
                address: row.address,
                password: row.password,
            }),
        Side::Contact => contact::Entity::find_by_id(person)
            .one(db)
            .await?
            .filter(|row| row.removed_at.is_none())
            .map(|row| Somebody {
                name: row.name,
                address: row.address,
                password: row.password,
            }),
    })
}
