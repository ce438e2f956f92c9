//! Clients: the companies and people whom the firm serves.

mod change;
mod list;
pub mod need_to_know;
mod portal;
mod view;

pub use change::{ClientDraft, change, create};
pub use list::list;
pub use portal::{PortalStep, step};
pub(crate) use portal::{is_let_in, rescope};
pub use view::{blank, view};
pub(crate) use view::{last_seen, seers};

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
};
use domain::{
    ClientId, Field, Moment,
    access::Action,
    client::{PortalFacts, PortalState},
    limits, text,
};
use entity::firm::client;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};

pub(crate) use crate::directory::clients_of as all;

/// Tags that a list offers as a filter.
pub(crate) const TAGS_LISTED: u64 = 100;

/// Adds a client with the portal enabled. Its key is written first.
///
/// # Errors
/// The actor may not run clients, or the name is empty or too long.
pub async fn add(firm: &Firm, actor: &Actor, name: &str) -> Result<ClientId> {
    allow(actor, Action::RunClients, &Nobodys)?;
    let name = text::line(name, Field::Client, limits::NAME_CHARS)?;
    let id = ClientId::from(firm.random.id());
    firm.registry.make_client_key(firm, id).await?;
    let now = firm.now().0;
    let tx = firm.begin().await?;
    client::ActiveModel {
        id: Set(id.uuid()),
        folded: Set(text::folded(&name)),
        name: Set(name),
        created_at: Set(now),
        portal_enabled_at: Set(Some(now)),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    tx.audit(actor, "client.add", Some(id.uuid())).await?;
    tx.commit().await?;
    Ok(id)
}

/// A client's row; absent is `NotFound`. Whoever asks must still be let in.
pub(crate) async fn row(db: &impl ConnectionTrait, id: ClientId) -> Result<client::Model> {
    client::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)
}

/// Where a client's portal stands; `entered` says whether one of its contacts has come in.
pub(crate) fn state(row: &client::Model, entered: bool) -> PortalState {
    let moment = |at: Option<i64>| at.map(Moment);
    PortalState::of(PortalFacts {
        enabled: moment(row.portal_enabled_at),
        entered: entered.then_some(Moment(row.created_at)),
        suspended: moment(row.suspended_at),
        closed: moment(row.closed_at),
    })
}

#[cfg(test)]
mod tests;
