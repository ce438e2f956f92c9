//! Clients: the companies and people whom the firm serves.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::Result,
};
use domain::{ClientId, Field, access::Action, limits, text};
use entity::firm::client;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

/// Adds a client with the portal enabled. Its key is written first.
///
/// # Errors
/// The actor may not run the firm, or the name is empty or too long.
pub async fn add(firm: &Firm, actor: &Actor, name: &str) -> Result<ClientId> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let name = text::line(name, Field::Client, limits::NAME_CHARS)?;
    let id = ClientId::from(firm.random.id());
    firm.registry.make_client_key(firm, id).await?;
    let now = firm.now().0;
    let tx = firm.begin().await?;
    client::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name),
        created_at: Set(now),
        portal_enabled_at: Set(Some(now)),
        suspended_at: Set(None),
        closed_at: Set(None),
    }
    .insert(tx.db())
    .await?;
    tx.audit(actor, "client.add", Some(id.uuid())).await?;
    tx.commit().await?;
    Ok(id)
}
