//! The team's pages.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    staff::{joined, role_of},
};
use domain::{
    Moment, StaffId,
    access::{Action, Role, may},
    office::team::{MemberView, TeamRow, TeamView},
};
use entity::firm::{client, client_staff, session, staff};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, sea_query::Expr,
};
use std::{
    collections::{HashMap, HashSet},
    slice,
};
use uuid::Uuid;

/// Everybody of the team, by name.
pub(crate) async fn all(firm: &Firm) -> Result<Vec<staff::Model>> {
    let mut rows = staff::Entity::find()
        .filter(staff::Column::RemovedAt.is_null())
        .all(firm.db())
        .await?;
    rows.sort_by_cached_key(|row| domain::text::folded(&row.name));
    Ok(rows)
}

/// The team, as its members see it.
///
/// # Errors
/// The actor is not staff, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor) -> Result<TeamView> {
    allow(actor, Action::SeeOffice, &Nobodys)?;
    let rows = all(firm).await?;
    let seen = last_seen(firm, rows.iter().map(|row| row.id).collect()).await?;
    let joined = joined(firm.db(), &rows).await?;
    Ok(TeamView {
        rows: rows
            .iter()
            .map(|row| shown(actor, row, &seen, &joined))
            .collect::<Result<Vec<_>>>()?,
        may_run: may(actor.role(), Action::RunTeam),
        may_appoint: may(actor.role(), Action::AppointOwner),
        now: firm.now(),
    })
}

/// The page of somebody of the team.
///
/// # Errors
/// The actor may not run the team, or there is no such person.
pub async fn view(firm: &Firm, actor: &Actor, id: StaffId) -> Result<MemberView> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    let people = all(firm).await?;
    let row = people
        .iter()
        .find(|row| row.id == id.uuid())
        .ok_or_else(Error::not_found)?;
    let owners = people.iter().filter(|row| row.role == "owner").count();
    let seen = last_seen(firm, vec![row.id]).await?;
    let may_appoint = may(actor.role(), Action::AppointOwner);
    let role = role_of(&row.role)?;
    let client_of: RelationDef = client_staff::Entity::belongs_to(client::Entity)
        .from(client_staff::Column::Client)
        .to(client::Column::Id)
        .into();
    let named_on: Vec<String> = client_staff::Entity::find()
        .join(JoinType::InnerJoin, client_of)
        .filter(client_staff::Column::Staff.eq(row.id))
        .select_only()
        .column(client::Column::Name)
        .order_by_asc(client::Column::Folded)
        .into_tuple()
        .all(firm.db())
        .await?;
    let joined = joined(firm.db(), slice::from_ref(row)).await?;
    Ok(MemberView {
        row: shown(actor, row, &seen, &joined)?,
        invited: row.invited_at.map(Moment),
        added: Moment(row.created_at),
        may_change: may_appoint || role != Role::Owner,
        may_appoint,
        last_owner: role == Role::Owner && owners < 2,
        named_on,
        now: firm.now(),
    })
}

/// What the page that invites somebody needs to know.
pub struct Blank {
    /// Whether the reader may invite an owner.
    pub may_appoint: bool,
}

/// The page that invites somebody.
///
/// # Errors
/// The actor may not run the team.
pub fn blank(actor: &Actor) -> Result<Blank> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    Ok(Blank {
        may_appoint: may(actor.role(), Action::AppointOwner),
    })
}

fn shown(actor: &Actor, row: &staff::Model, seen: &HashMap<Uuid, i64>, joined: &HashSet<Uuid>) -> Result<TeamRow> {
    Ok(TeamRow {
        id: StaffId::from(row.id),
        name: row.name.clone(),
        title: row.title.clone(),
        address: row.address.clone(),
        role: role_of(&row.role)?,
        joined: joined.contains(&row.id),
        last_seen: seen.get(&row.id).copied().map(Moment),
        own: actor.person() == Some(row.id),
    })
}

/// When one of each person's browsers came last.
async fn last_seen(firm: &Firm, people: Vec<Uuid>) -> Result<HashMap<Uuid, i64>> {
    let rows: Vec<(Uuid, i64)> = session::Entity::find()
        .select_only()
        .column(session::Column::Person)
        .column_as(Expr::col((session::Entity, session::Column::SeenAt)).max(), "last_seen")
        .filter(session::Column::Person.is_in(people))
        .group_by(session::Column::Person)
        .into_tuple()
        .all(firm.db())
        .await?;
    Ok(rows.into_iter().collect())
}
