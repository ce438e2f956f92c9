//! The page of a contact.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients, directory,
    error::{Error, Result},
};
use domain::{
    ClientId, ContactId, Moment,
    access::Action,
    client::ClientLabel,
    contact::{ContactFacts, ContactState, first_name},
    office::{
        Choice,
        contacts::{ContactClient, ContactView},
    },
};
use entity::firm::{client, client_contact, contact, session};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Link {
    client: Uuid,
    name: String,
    may_approve: bool,
    may_see_financials: bool,
    portal_enabled_at: Option<i64>,
    suspended_at: Option<i64>,
    closed_at: Option<i64>,
}

/// The page of a contact.
///
/// # Errors
/// The contact is not in the actor's scope: `NotFound`.
pub async fn view(firm: &Firm, actor: &Actor, id: ContactId) -> Result<ContactView> {
    allow(actor, Action::SeeOffice, &Nobodys)?;
    let row = super::list::seen(actor)
        .filter(contact::Column::Id.eq(id.uuid()))
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let client_of: RelationDef = client_contact::Entity::belongs_to(client::Entity)
        .from(client_contact::Column::Client)
        .to(client::Column::Id)
        .into();
    let links = client_contact::Entity::find()
        .join(JoinType::InnerJoin, client_of)
        .filter(client_contact::Column::Contact.eq(row.id))
        .select_only()
        .columns([
            client_contact::Column::Client,
            client_contact::Column::MayApprove,
            client_contact::Column::MaySeeFinancials,
        ])
        .columns([
            client::Column::Name,
            client::Column::PortalEnabledAt,
            client::Column::SuspendedAt,
            client::Column::ClosedAt,
        ])
        .order_by_asc(client::Column::Folded)
        .into_model::<Link>()
        .all(firm.db())
        .await?;
    let all = links.len();
    let shown: Vec<ContactClient> = links
        .into_iter()
        .filter(|link| allow(actor, Action::SeeOffice, &ClientId::from(link.client)).is_ok())
        .map(|link| ContactClient {
            open: link.portal_enabled_at.is_some() && link.suspended_at.is_none() && link.closed_at.is_none(),
            label: directory::label(link.client, link.name),
            may_approve: link.may_approve,
            may_see_financials: link.may_see_financials,
        })
        .collect();
    let now = firm.now();
    let sessions = session::Entity::find().filter(session::Column::Person.eq(row.id));
    let devices = sessions
        .clone()
        .filter(session::Column::EndedAt.is_null())
        .filter(
            session::Column::IdleUntil
                .gt(now.0)
                .and(session::Column::EndsAt.gt(now.0)),
        )
        .count(firm.db())
        .await?;
    let last_seen: Option<i64> = sessions
        .select_only()
        .column(session::Column::SeenAt)
        .order_by_desc(session::Column::SeenAt)
        .into_tuple()
        .one(firm.db())
        .await?;
    let given = first_name(row.first_name.as_deref(), &row.name).to_owned();
    let last_name = row.name.strip_prefix(&given).unwrap_or_default().trim().to_owned();
    Ok(ContactView {
        id,
        last_name,
        first_name: given,
        phone: super::phone_of(firm, &row)?.unwrap_or_default(),
        state: ContactState::of(ContactFacts {
            invited: row.invited_at.map(Moment),
            entered: row.activated_at.map(Moment),
            suspended: row.suspended_at.map(Moment),
        }),
        invited: row.invited_at.map(Moment),
        activated: row.activated_at.map(Moment),
        suspended: row.suspended_at.map(Moment),
        has_password: row.password.is_some(),
        others: others(firm, actor, &shown).await?,
        whole: shown.len() == all,
        clients: shown,
        last_seen: last_seen.map(Moment),
        devices: u32::try_from(devices).unwrap_or(u32::MAX),
        name: row.name,
        address: row.address,
        now,
    })
}

/// The clients to choose from for somebody new.
///
/// # Errors
/// The actor may not run clients, or the database fails.
pub async fn blank(firm: &Firm, actor: &Actor) -> Result<Vec<ClientLabel>> {
    allow(actor, Action::RunClients, &Nobodys)?;
    clients::all(firm, actor).await
}

async fn others(firm: &Firm, actor: &Actor, known: &[ContactClient]) -> Result<Vec<Choice>> {
    Ok(clients::all(firm, actor)
        .await?
        .into_iter()
        .filter(|label| !known.iter().any(|own| own.label.id == label.id))
        .map(|label| Choice {
            id: label.id.to_string(),
            name: label.name,
            chosen: false,
        })
        .collect())
}
