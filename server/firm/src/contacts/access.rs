//! What a contact may do, for which client, and whether they come in at all.

use super::{Rights, change::link, whole};
use crate::{
    Actor, Firm,
    actor::allow,
    clients,
    error::{Error, Result},
    sessions, sign_in, walks,
};
use domain::{ClientId, ContactId, access::Action, client::Side};
use entity::firm::{client_contact, contact};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// Lets a contact see a client with these rights, or changes the rights that they have for it.
///
/// # Errors
/// The client or the contact is not in the actor's scope.
pub async fn give(firm: &Firm, actor: &Actor, id: ContactId, client: ClientId, rights: Rights) -> Result<()> {
    allow(actor, Action::RunClients, &client)?;
    let mut tx = firm.begin().await?;
    super::list::seen(actor)
        .filter(contact::Column::Id.eq(id.uuid()))
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let row = clients::row(tx.db(), client).await?;
    let known = client_contact::Entity::find_by_id((client.uuid(), id.uuid()))
        .one(tx.db())
        .await?;
    let words = words(rights, &row.name);
    if let Some(known) = known {
        if (known.may_approve, known.may_see_financials) == (rights.may_approve, rights.may_see_financials) {
            return Ok(());
        }
        client_contact::ActiveModel {
            client: Set(client.uuid()),
            contact: Set(id.uuid()),
            may_approve: Set(rights.may_approve),
            may_see_financials: Set(rights.may_see_financials),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
        tx.audit_with(actor, "contact.rights", Some(id.uuid()), &words).await?;
    } else {
        link(&tx, id, client, rights).await?;
        tx.audit_with(actor, "contact.give_client", Some(id.uuid()), &words)
            .await?;
        clients::rescope(&mut tx, id.uuid()).await?;
    }
    tx.commit().await
}

/// Takes a client from a contact. It is gone from their pages at once; without any other they are signed out.
///
/// # Errors
/// The client is not in the actor's scope, or the contact does not see it.
pub async fn take(firm: &Firm, actor: &Actor, id: ContactId, client: ClientId) -> Result<()> {
    allow(actor, Action::RunClients, &client)?;
    let mut tx = firm.begin().await?;
    let row = clients::row(tx.db(), client).await?;
    let gone = client_contact::Entity::delete_by_id((client.uuid(), id.uuid()))
        .exec(tx.db())
        .await?;
    if gone.rows_affected == 0 {
        return Err(Error::not_found());
    }
    tx.audit_with(actor, "contact.take_client", Some(id.uuid()), &row.name)
        .await?;
    clients::rescope(&mut tx, id.uuid()).await?;
    tx.commit().await
}

/// Keeps a contact out until they are let in again: sessions, event streams and links end at once.
///
/// # Errors
/// The contact is not in the actor's scope, or reaches further than it.
pub async fn suspend(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    let mut tx = firm.begin().await?;
    let row = whole(tx.db(), actor, id).await?;
    if row.suspended_at.is_some() {
        return Ok(());
    }
    contact::ActiveModel {
        id: Set(row.id),
        suspended_at: Set(Some(firm.now().0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    walks::end_all(&tx, Side::Contact, row.id, &row.address).await?;
    sign_in::end_steps(&tx, row.id).await?;
    sessions::end_all(&mut tx, row.id, None).await?;
    tx.audit(actor, "contact.suspend", Some(row.id)).await?;
    tx.commit().await
}

/// Lets a suspended contact in again.
///
/// # Errors
/// As [`suspend`].
pub async fn reopen(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    let tx = firm.begin().await?;
    let row = whole(tx.db(), actor, id).await?;
    if row.suspended_at.is_none() {
        return Ok(());
    }
    contact::ActiveModel {
        id: Set(row.id),
        suspended_at: Set(None),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    tx.audit(actor, "contact.reopen", Some(row.id)).await?;
    tx.commit().await
}

/// Signs a contact out everywhere, for a lost phone. They can come in again.
///
/// # Errors
/// As [`suspend`].
pub async fn end_devices(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    let mut tx = firm.begin().await?;
    let row = whole(tx.db(), actor, id).await?;
    sign_in::end_steps(&tx, row.id).await?;
    sessions::end_all(&mut tx, row.id, None).await?;
    tx.audit(actor, "contact.end_devices", Some(row.id)).await?;
    tx.commit().await
}

fn words(rights: Rights, client: &str) -> String {
    let may = match (rights.may_approve, rights.may_see_financials) {
        (true, true) => "may approve and see reports",
        (true, false) => "may approve",
        (false, true) => "may see reports",
        (false, false) => "may write and send files",
    };
    format!("{client}: {may}")
}
