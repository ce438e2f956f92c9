//! Contacts: the humans who sign in for clients.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    events::Hint,
    staff::claim_address,
};
use domain::{ClientId, ContactId, Field, Reason, access::Action, limits, text};
use entity::firm::{address, client, client_contact, contact, session};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

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

/// Adds a contact, who can sign in by mailed link from now on.
///
/// # Errors
/// The actor may not run the firm; the name or address is refused; the address is somebody's already; a client does
/// not exist.
pub async fn add(firm: &Firm, actor: &Actor, new: &NewContact) -> Result<ContactId> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let name = text::line(&new.name, Field::Form, limits::NAME_CHARS)?;
    let mail = text::address(&new.address)?;
    let id = ContactId::from(firm.random.id());
    let now = firm.now().0;
    let tx = firm.begin().await?;
    claim_address(&tx, &mail, "contact", id.uuid()).await?;
    contact::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name),
        address: Set(mail),
        password: Set(None),
        created_at: Set(now),
        removed_at: Set(None),
        removed_by: Set(None),
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

/// Removes a contact: their sessions and event streams end at once, and their address is free again.
///
/// # Errors
/// The actor may not run the firm, or there is no such contact.
pub async fn remove(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let now = firm.now().0;
    let mut tx = firm.begin().await?;
    let row = contact::Entity::find_by_id(id.uuid())
        .filter(contact::Column::RemovedAt.is_null())
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    address::Entity::delete_by_id(row.address.clone()).exec(tx.db()).await?;
    contact::ActiveModel {
        id: Set(row.id),
        removed_at: Set(Some(now)),
        removed_by: Set(actor.person()),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(
            session::Column::Person
                .eq(row.id)
                .and(session::Column::EndedAt.is_null()),
        )
        .exec(tx.db())
        .await?;
    tx.audit(actor, "contact.remove", Some(row.id)).await?;
    tx.hint(Hint::PersonOut { person: row.id });
    tx.commit().await
}
