//! Contacts: the humans who sign in for clients.

mod access;
mod change;
pub(crate) mod list;
mod view;

pub use access::{end_devices, give, reopen, suspend, take};
pub use change::{ContactDraft, Rights, change, create};
pub use list::list;
pub use view::{blank, view};

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    questions, sessions, sign_in,
    staff::claim_address,
    walks,
};
use domain::{ClientId, ContactId, Field, Reason, access::Action, client::Side, limits, text};
use entity::firm::{address, client, client_contact, contact};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

/// A contact to be added.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// `Anwen Marlowe`.
    pub name: String,
    /// Where mail reaches them.
    pub address: String,
    /// The clients that they see.
    pub clients: Vec<ClientId>,
}

/// Adds a contact whose access is active from the start, as an import does: they sign in by mailed link from now on.
///
/// # Errors
/// The actor may not run clients; the name or address is refused; the address is somebody's already; a client does
/// not exist.
pub async fn add(firm: &Firm, actor: &Actor, new: &NewContact) -> Result<ContactId> {
    allow(actor, Action::RunClients, &Nobodys)?;
    let name = text::line(&new.name, Field::Form, limits::NAME_CHARS)?;
    let mail = text::address(&new.address)?;
    let id = ContactId::from(firm.random.id());
    let now = firm.now().0;
    let tx = firm.begin().await?;
    claim_address(&tx, &mail, "contact", id.uuid()).await?;
    contact::ActiveModel {
        id: Set(id.uuid()),
        folded: Set(text::folded(&name)),
        name: Set(name),
        address: Set(mail),
        created_at: Set(now),
        activated_at: Set(Some(now)),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    for client in &new.clients {
        if client::Entity::find_by_id(client.uuid()).one(tx.db()).await?.is_none() {
            return Err(Error::refused(Field::Client, Reason::NotOffered));
        }
        client_contact::ActiveModel {
            client: Set(client.uuid()),
            contact: Set(id.uuid()),
            may_approve: Set(true),
            may_see_financials: Set(true),
            created_at: Set(now),
        }
        .insert(tx.db())
        .await?;
    }
    tx.audit(actor, "contact.add", Some(id.uuid())).await?;
    tx.commit().await?;
    Ok(id)
}

/// A contact as a whole, for a verb that changes them for all their clients: their address, phone, password, sessions.
///
/// Every verb of staff on a contact begins here, because whoever can change where somebody's codes go can come in as
/// them. So all of the contact's clients must be in the actor's scope, not only one.
///
/// # Errors
/// The actor may not run clients, or sees none of the contact's clients: `NotFound`. They see some and not all: refused.
pub(crate) async fn whole(db: &impl ConnectionTrait, actor: &Actor, id: ContactId) -> Result<contact::Model> {
    allow(actor, Action::RunClients, &Nobodys)?;
    let row = contact::Entity::find_by_id(id.uuid())
        .filter(contact::Column::RemovedAt.is_null())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)?;
    let clients: Vec<Uuid> = client_contact::Entity::find()
        .select_only()
        .column(client_contact::Column::Client)
        .filter(client_contact::Column::Contact.eq(id.uuid()))
        .into_tuple()
        .all(db)
        .await?;
    let seen = clients
        .iter()
        .filter(|client| allow(actor, Action::RunClients, &ClientId::from(**client)).is_ok())
        .count();
    match seen {
        all if all == clients.len() => Ok(row),
        0 => Err(Error::not_found()),
        _ => Err(Error::refused(Field::Form, Reason::AskAdmin)),
    }
}

/// Removes a contact: their sessions and event streams end at once, and their address is free again.
///
/// # Errors
/// The actor may not run clients, or there is no such contact.
pub async fn remove(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    let now = firm.now().0;
    let mut tx = firm.begin().await?;
    let row = whole(tx.db(), actor, id).await?;
    address::Entity::delete_by_id(row.address.clone()).exec(tx.db()).await?;
    contact::ActiveModel {
        id: Set(row.id),
        removed_at: Set(Some(now)),
        removed_by: Set(actor.person()),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    questions::forget(&tx, id).await?;
    walks::end_all(&tx, Side::Contact, row.id, &row.address).await?;
    sign_in::end_steps(&tx, row.id).await?;
    sessions::end_all(&mut tx, row.id, None).await?;
    tx.audit(actor, "contact.remove", Some(row.id)).await?;
    tx.commit().await
}

/// Whether a contact has access: they came in once, and were neither suspended nor removed.
pub(crate) async fn is_active(db: &impl ConnectionTrait, id: ContactId) -> Result<bool> {
    let row = contact::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.is_some_and(|row| row.activated_at.is_some() && row.suspended_at.is_none() && row.removed_at.is_none()))
}

/// Where texts reach a contact, in the international form.
pub(crate) fn phone_of(firm: &Firm, row: &contact::Model) -> Result<Option<String>> {
    Ok(row
        .phone
        .as_ref()
        .map(|sealed| sealed.open(firm.at("contact", "phone", row.id)))
        .transpose()?)
}

#[cfg(test)]
mod tests;
