//! Who a contact is and how they are reached, as staff keep it.

use super::whole;
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    passwords,
    staff::claim_address,
    tx::Tx,
    walks::{self, second},
};
use domain::{ClientId, ContactId, Field, Reason, access::Action, client::Side, limits, text};
use entity::{
    Sealed,
    firm::{address, client_contact, contact},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

/// A contact, as typed.
#[derive(Clone, Debug, Default)]
pub struct ContactDraft {
    /// `Anwen`: how letters address them.
    pub first_name: String,
    /// `Marlowe`; may be empty.
    pub last_name: String,
    /// Where mail reaches them.
    pub address: String,
    /// Where texts reach them; may be empty.
    pub phone: String,
}

/// What a contact may do for one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Approve documents.
    pub may_approve: bool,
    /// See reports.
    pub may_see_financials: bool,
}

struct Checked {
    first_name: String,
    name: String,
    address: String,
    phone: Option<String>,
}

/// Adds a contact, of one client to begin with if one is given. Nothing is sent before they are invited.
///
/// # Errors
/// The actor may not run clients; the client is not in their scope; first name, address or number are refused; the
/// address is somebody's already.
pub async fn create(
    firm: &Firm,
    actor: &Actor,
    draft: &ContactDraft,
    client: Option<(ClientId, Rights)>,
) -> Result<ContactId> {
    match client {
        Some((client, _)) => allow(actor, Action::RunClients, &client)?,
        None => allow(actor, Action::RunClients, &Nobodys)?,
    }
    let checked = check(draft)?;
    let id = ContactId::from(firm.random.id());
    let tx = firm.begin().await?;
    claim_address(&tx, &checked.address, "contact", id.uuid()).await?;
    contact::ActiveModel {
        id: Set(id.uuid()),
        name: Set(checked.name.clone()),
        folded: Set(text::folded(&checked.name)),
        first_name: Set(Some(checked.first_name.clone())),
        address: Set(checked.address.clone()),
        phone: Set(sealed(firm, id, checked.phone.as_ref())?),
        created_at: Set(firm.now().0),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    if let Some((client, rights)) = client {
        crate::clients::row(tx.db(), client).await?;
        link(&tx, id, client, rights).await?;
    }
    tx.audit(actor, "contact.add", Some(id.uuid())).await?;
    tx.commit().await?;
    Ok(id)
}

/// Keeps another name or number. The address is corrected here as long as nobody came in by it; afterwards a new address
/// must be proven first.
///
/// # Errors
/// As [`create`]; the contact is not in the actor's scope, or reaches further than it.
pub async fn change(firm: &Firm, actor: &Actor, id: ContactId, draft: &ContactDraft) -> Result<()> {
    let mut checked = check(draft)?;
    let tx = firm.begin().await?;
    let before = whole(tx.db(), actor, id).await?;
    if before.activated_at.is_some() {
        checked.address.clone_from(&before.address);
    }
    if checked.address != before.address {
        address::Entity::delete_by_id(before.address.clone())
            .exec(tx.db())
            .await?;
        claim_address(&tx, &checked.address, "contact", id.uuid()).await?;
        walks::end_all(&tx, Side::Contact, before.id, &before.address).await?;
        tx.audit(actor, "contact.address", Some(before.id)).await?;
        passwords::write(&tx, Side::Contact, before.id, None).await?;
    }
    let number = super::phone_of(firm, &before)?;
    if number != checked.phone {
        second::forget_code(&tx, &before).await?;
        tx.audit(actor, "contact.phone", Some(before.id)).await?;
    }
    contact::ActiveModel {
        id: Set(before.id),
        name: Set(checked.name.clone()),
        folded: Set(text::folded(&checked.name)),
        first_name: Set(Some(checked.first_name.clone())),
        address: Set(checked.address.clone()),
        phone: Set(sealed(firm, id, checked.phone.as_ref())?),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    if checked.name != before.name {
        tx.audit_with(actor, "contact.rename", Some(before.id), &before.name)
            .await?;
    }
    tx.commit().await
}

/// Lets a contact see a client, within the verb that decides it.
pub(super) async fn link(tx: &Tx<'_>, id: ContactId, client: ClientId, rights: Rights) -> Result<()> {
    client_contact::ActiveModel {
        client: Set(client.uuid()),
        contact: Set(id.uuid()),
        may_approve: Set(rights.may_approve),
        may_see_financials: Set(rights.may_see_financials),
        created_at: Set(tx.firm.now().0),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}

fn check(draft: &ContactDraft) -> Result<Checked> {
    let first_name = text::line(&draft.first_name, Field::FirstName, limits::NAME_CHARS / 2)?;
    let name = if draft.last_name.trim().is_empty() {
        first_name.clone()
    } else {
        let last = text::line(&draft.last_name, Field::LastName, limits::NAME_CHARS / 2)?;
        format!("{first_name} {last}")
    };
    let phone = match draft.phone.trim() {
        "" => None,
        typed => Some(text::phone(typed)?),
    };
    let address = text::address(&draft.address).map_err(|problem| match problem {
        domain::Problem::Refused {
            reason: Reason::Empty, ..
        } => Error::refused(Field::Address, Reason::NotAnAddress),
        other => other.into(),
    })?;
    Ok(Checked {
        first_name,
        name,
        address,
        phone,
    })
}

fn sealed(firm: &Firm, id: ContactId, phone: Option<&String>) -> Result<Option<Sealed<String>>> {
    Ok(phone
        .map(|number| Sealed::seal(number, firm.at("contact", "phone", id.uuid()), &firm.random))
        .transpose()?)
}
