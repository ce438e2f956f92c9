//! The page of a client.

use super::need_to_know;
use crate::{Actor, Firm, actor::allow, clients, directory, error::Result, staff as team, threads};
use domain::{
    ClientId, ContactId, Moment,
    access::{Action, Role, may},
    client::{PortalFacts, PortalState},
    contact::{ContactFacts, ContactState},
    office::{
        Choice,
        clients::{ClientContact, ClientView, NeedToKnow},
    },
};
use entity::firm::{client, client_contact, client_staff, contact, session, staff};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    sea_query::{Expr, Query, SelectStatement},
};
use std::collections::HashSet;
use uuid::Uuid;

/// Threads that the page lists.
const THREADS: u64 = 5;
/// Contacts of other clients that can be chosen from.
const OTHERS: u64 = 500;

#[derive(FromQueryResult)]
struct Linked {
    id: Uuid,
    name: String,
    address: String,
    invited_at: Option<i64>,
    activated_at: Option<i64>,
    suspended_at: Option<i64>,
    may_approve: bool,
    may_see_financials: bool,
    last_seen: Option<i64>,
}

/// The page of a client.
///
/// # Errors
/// The client is not in the actor's scope: `NotFound`.
pub async fn view(firm: &Firm, actor: &Actor, id: ClientId) -> Result<ClientView> {
    allow(actor, Action::SeeOffice, &id)?;
    let row = clients::row(firm.db(), id).await?;
    let linked = contacts(firm, id).await?;
    let facts = PortalFacts {
        enabled: row.portal_enabled_at.map(Moment),
        entered: linked
            .iter()
            .filter_map(|contact| contact.activated_at)
            .min()
            .map(Moment),
        suspended: row.suspended_at.map(Moment),
        closed: row.closed_at.map(Moment),
    };
    let tags = super::list::tags_of(firm, vec![row.id]).await?;
    let notes = match &row.notes {
        Some(sealed) => sealed.open(firm.at("client", "notes", row.id))?,
        None => String::new(),
    };
    let people = team::all(firm).await?;
    let others = others(firm, actor, &linked).await?;
    Ok(ClientView {
        state: PortalState::of(facts),
        facts,
        added: Moment(row.created_at),
        tags: tags.into_values().flatten().collect(),
        notes,
        team: people
            .iter()
            .map(|member| Choice {
                id: member.id.simple().to_string(),
                name: member.name.clone(),
                chosen: row.responsible == Some(member.id),
            })
            .collect(),
        others,
        contacts: linked.into_iter().map(shown).collect(),
        need_to_know: need_to_know_of(firm, actor, &row, &people).await?,
        threads: threads::newest(firm, actor, Some(id), 0, THREADS).await?,
        label: directory::label(row.id, row.name),
        now: firm.now(),
    })
}

/// The empty form for a client: the team to choose from.
///
/// # Errors
/// The actor may not run clients, or the database fails.
pub async fn blank(firm: &Firm, actor: &Actor) -> Result<Vec<Choice>> {
    allow(actor, Action::RunClients, &crate::actor::Nobodys)?;
    let people = team::all(firm).await?;
    Ok(people
        .into_iter()
        .map(|member| Choice {
            id: member.id.simple().to_string(),
            chosen: actor.person() == Some(member.id),
            name: member.name,
        })
        .collect())
}

fn shown(row: Linked) -> ClientContact {
    ClientContact {
        id: ContactId::from(row.id),
        state: ContactState::of(ContactFacts {
            invited: row.invited_at.map(Moment),
            entered: row.activated_at.map(Moment),
            suspended: row.suspended_at.map(Moment),
        }),
        name: row.name,
        address: row.address,
        may_approve: row.may_approve,
        may_see_financials: row.may_see_financials,
        last_seen: row.last_seen.map(Moment),
    }
}

async fn contacts(firm: &Firm, id: ClientId) -> Result<Vec<Linked>> {
    let link: RelationDef = contact::Entity::belongs_to(client_contact::Entity)
        .from(contact::Column::Id)
        .to(client_contact::Column::Contact)
        .into();
    Ok(contact::Entity::find()
        .join(JoinType::InnerJoin, link)
        .filter(client_contact::Column::Client.eq(id.uuid()))
        .filter(contact::Column::RemovedAt.is_null())
        .select_only()
        .columns([
            contact::Column::Id,
            contact::Column::Name,
            contact::Column::Address,
            contact::Column::InvitedAt,
            contact::Column::ActivatedAt,
            contact::Column::SuspendedAt,
        ])
        .column(client_contact::Column::MayApprove)
        .column(client_contact::Column::MaySeeFinancials)
        .expr_as(Expr::from(last_seen()), "last_seen")
        .order_by_asc(contact::Column::Folded)
        .into_model::<Linked>()
        .all(firm.db())
        .await?)
}

/// When one of the browsers of a row's contact came last.
pub(crate) fn last_seen() -> SelectStatement {
    Query::select()
        .expr(Expr::col((session::Entity, session::Column::SeenAt)).max())
        .from(session::Entity)
        .and_where(Expr::col((session::Entity, session::Column::Person)).equals((contact::Entity, contact::Column::Id)))
        .take()
}

/// Contacts whom the actor sees and who do not see this client yet.
async fn others(firm: &Firm, actor: &Actor, linked: &[Linked]) -> Result<Vec<Choice>> {
    let known: HashSet<Uuid> = linked.iter().map(|contact| contact.id).collect();
    let rows = crate::contacts::list::seen(actor)
        .order_by_asc(contact::Column::Folded)
        .limit(OTHERS)
        .all(firm.db())
        .await?;
    Ok(rows
        .into_iter()
        .filter(|row| !known.contains(&row.id))
        .map(|row| Choice {
            id: row.id.simple().to_string(),
            name: format!("{} ({})", row.name, row.address),
            chosen: false,
        })
        .collect())
}

async fn need_to_know_of(
    firm: &Firm,
    actor: &Actor,
    row: &client::Model,
    people: &[staff::Model],
) -> Result<NeedToKnow> {
    let named: HashSet<Uuid> = client_staff::Entity::find()
        .select_only()
        .column(client_staff::Column::Staff)
        .filter(client_staff::Column::Client.eq(row.id))
        .into_tuple::<Uuid>()
        .all(firm.db())
        .await?
        .into_iter()
        .collect();
    let mut members = Vec::new();
    for member in people {
        if team::role_of(&member.role)? == Role::Member {
            members.push(Choice {
                id: member.id.simple().to_string(),
                name: member.name.clone(),
                chosen: named.contains(&member.id),
            });
        }
    }
    Ok(NeedToKnow {
        restricted: row.restricted_at.is_some(),
        members,
        may_change: may(actor.role(), Action::RunTeam),
    })
}

/// The members who see a client: of a restricted one those who are named, and owners and admins.
pub(crate) async fn seers(firm: &Firm, client: Uuid) -> Result<Vec<staff::Model>> {
    let people = team::all(firm).await?;
    let row = clients::row(firm.db(), ClientId::from(client)).await?;
    if row.restricted_at.is_none() {
        return Ok(people);
    }
    let mut seers = Vec::new();
    for member in people {
        let kept_off = team::role_of(&member.role)? == Role::Member
            && need_to_know::of(firm.db(), member.id)
                .await?
                .contains(&ClientId::from(client));
        if !kept_off {
            seers.push(member);
        }
    }
    Ok(seers)
}
