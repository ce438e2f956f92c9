//! A client's portal: enabled, suspended, opened again, closed. Each change is in the log, with who made it.

use crate::{
    Actor, Firm,
    actor::allow,
    clients,
    error::{Error, Result},
    events::Hint,
    sessions,
    tx::Tx,
};
use domain::{ClientId, Field, Reason, access::Action, client::PortalState};
use entity::firm::{client, client_contact, contact};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QuerySelect, RelationDef,
};
use uuid::Uuid;

/// What can be done to a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalStep {
    /// Let the client's contacts in.
    Enable,
    /// Keep them out for a while.
    Suspend,
    /// Let them in again after a suspension or a closing.
    Reopen,
    /// Keep them out for good; what was sent stays with the firm.
    Close,
}

/// Every step, its name in a form and in the log.
const STEPS: [(PortalStep, &str, &str); 4] = [
    (PortalStep::Enable, "enable", "client.enable_portal"),
    (PortalStep::Suspend, "suspend", "client.suspend_portal"),
    (PortalStep::Reopen, "reopen", "client.reopen_portal"),
    (PortalStep::Close, "close", "client.close_portal"),
];

impl PortalStep {
    /// The step that a form names.
    pub fn named(name: &str) -> Option<Self> {
        STEPS
            .iter()
            .find(|(_, known, _)| *known == name)
            .map(|(step, ..)| *step)
    }

    fn verb(self) -> &'static str {
        STEPS
            .iter()
            .find(|(step, ..)| *step == self)
            .map_or("client.change", |(.., verb)| verb)
    }
}

/// Takes a client's portal one step on. A step that was taken already changes nothing, so that a second press is
/// harmless. Contacts who are let in nowhere any more are signed out, and their event streams end, at once.
///
/// # Errors
/// The client is not in the actor's scope; there is nobody to let in; the step does not follow from where the portal is.
pub async fn step(firm: &Firm, actor: &Actor, id: ClientId, step: PortalStep) -> Result<PortalState> {
    allow(actor, Action::RunClients, &id)?;
    let now = firm.now().0;
    let mut tx = firm.begin().await?;
    let row = clients::row(tx.db(), id).await?;
    let people = contacts_of(&tx, id).await?;
    let state = clients::state(&row, people.iter().any(|contact| contact.activated_at.is_some()));
    let not_now = || Error::refused(Field::Form, Reason::NotOffered);
    let mut changed = client::ActiveModel {
        id: Set(row.id),
        ..Default::default()
    };
    match (step, state) {
        (PortalStep::Enable, PortalState::NotEnabled) if people.is_empty() => {
            return Err(Error::refused(Field::Form, Reason::NoContact));
        }
        (PortalStep::Enable, PortalState::NotEnabled) => changed.portal_enabled_at = Set(Some(now)),
        (PortalStep::Suspend, PortalState::Invited | PortalState::Active) => changed.suspended_at = Set(Some(now)),
        (PortalStep::Reopen, PortalState::Suspended | PortalState::Closed) => {
            changed.suspended_at = Set(None);
            changed.closed_at = Set(None);
        }
        (PortalStep::Close, open) if open != PortalState::Closed => changed.closed_at = Set(Some(now)),
        (PortalStep::Enable | PortalStep::Reopen, PortalState::Invited | PortalState::Active)
        | (PortalStep::Suspend, PortalState::Suspended)
        | (PortalStep::Close, PortalState::Closed) => return Ok(state),
        _ => return Err(not_now()),
    }
    let after = changed.update(tx.db()).await?;
    tx.audit(actor, step.verb(), Some(row.id)).await?;
    for contact in &people {
        rescope(&mut tx, contact.id).await?;
    }
    tx.commit().await?;
    Ok(clients::state(
        &after,
        people.iter().any(|contact| contact.activated_at.is_some()),
    ))
}

async fn contacts_of(tx: &Tx<'_>, id: ClientId) -> Result<Vec<contact::Model>> {
    let link: RelationDef = contact::Entity::belongs_to(client_contact::Entity)
        .from(contact::Column::Id)
        .to(client_contact::Column::Contact)
        .into();
    Ok(contact::Entity::find()
        .join(JoinType::InnerJoin, link)
        .filter(
            client_contact::Column::Client
                .eq(id.uuid())
                .and(contact::Column::RemovedAt.is_null()),
        )
        .all(tx.db())
        .await?)
}

/// After a change of what a contact sees: whoever sees nothing any more is signed out, everybody else's open pages look
/// again with what they may see now.
pub(crate) async fn rescope(tx: &mut Tx<'_>, contact: Uuid) -> Result<()> {
    if is_let_in(tx.db(), contact).await? {
        tx.hint(Hint::ScopeChanged { person: contact });
        Ok(())
    } else {
        sessions::end_all(tx, contact, None).await.map(|_| ())
    }
}

/// Whether the portal of one of a contact's clients is open.
pub(crate) async fn is_let_in(db: &impl ConnectionTrait, contact: Uuid) -> Result<bool> {
    let client_of: RelationDef = client_contact::Entity::belongs_to(client::Entity)
        .from(client_contact::Column::Client)
        .to(client::Column::Id)
        .into();
    let open = client_contact::Entity::find()
        .join(JoinType::InnerJoin, client_of)
        .filter(client_contact::Column::Contact.eq(contact))
        .filter(client::Column::PortalEnabledAt.is_not_null())
        .filter(client::Column::SuspendedAt.is_null())
        .filter(client::Column::ClosedAt.is_null())
        .one(db)
        .await?;
    Ok(open.is_some())
}
