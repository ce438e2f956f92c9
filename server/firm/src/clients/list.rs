//! The list of clients: searched, sorted, one page at a time.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients, directory,
    error::Result,
    pages, search,
};
use domain::{
    Moment,
    access::Action,
    client::{PortalFacts, PortalState},
    office::clients::{ClientOrder, ClientQuery, ClientRow, ClientsView},
};
use entity::firm::{client, client_contact, client_tag, contact, staff};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, JoinType, Order, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
    sea_query::{CaseStatement, Expr, Query, SelectStatement},
};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    portal_enabled_at: Option<i64>,
    suspended_at: Option<i64>,
    closed_at: Option<i64>,
    restricted_at: Option<i64>,
    responsible_name: Option<String>,
    entered: Option<i64>,
    contacts: i64,
}

/// The clients that the actor sees, as asked for.
///
/// # Errors
/// The actor is not staff, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor, query: &ClientQuery) -> Result<ClientsView> {
    allow(actor, Action::SeeOffice, &Nobodys)?;
    let mut found = asked(actor, query)
        .offset(pages::before(query.page))
        .limit(pages::ASKED)
        .into_model::<Row>()
        .all(firm.db())
        .await?;
    let more = pages::cut(&mut found);
    let mut tags = tags_of(firm, found.iter().map(|row| row.id).collect()).await?;
    let rows = found
        .into_iter()
        .map(|row| ClientRow {
            state: PortalState::of(facts(&row)),
            responsible: row.responsible_name,
            tags: tags.remove(&row.id).unwrap_or_default(),
            contacts: u32::try_from(row.contacts).unwrap_or(u32::MAX),
            restricted: row.restricted_at.is_some(),
            label: directory::label(row.id, row.name),
        })
        .collect();
    Ok(ClientsView {
        rows,
        query: query.clone(),
        more,
        tags: all_tags(firm, actor).await?,
    })
}

fn asked(actor: &Actor, query: &ClientQuery) -> Select<client::Entity> {
    let responsible: RelationDef = client::Entity::belongs_to(staff::Entity)
        .from(client::Column::Responsible)
        .to(staff::Column::Id)
        .into();
    let mut select = actor
        .narrow(client::Entity::find(), client::Column::Id)
        .join(JoinType::LeftJoin, responsible)
        .select_only()
        .columns([
            client::Column::Id,
            client::Column::Name,
            client::Column::PortalEnabledAt,
            client::Column::SuspendedAt,
            client::Column::ClosedAt,
            client::Column::RestrictedAt,
        ])
        .column_as(staff::Column::Name, "responsible_name")
        .expr_as(
            Expr::from(people(Expr::col((contact::Entity, contact::Column::ActivatedAt)).min())),
            "entered",
        )
        .expr_as(
            Expr::from(people(Expr::col((contact::Entity, contact::Column::Id)).count())),
            "contacts",
        );
    for word in search::words(&query.words) {
        select = select.filter(search::has(client::Column::Folded, &word));
    }
    if !query.tag.is_empty() {
        let tagged = Query::select()
            .column(client_tag::Column::Client)
            .from(client_tag::Entity)
            .and_where(client_tag::Column::Tag.eq(query.tag.as_str()))
            .take();
        select = select.filter(client::Column::Id.in_subquery(tagged));
    }
    if let Some(state) = query.state {
        select = select.filter(is_in(state));
    }
    match query.order {
        ClientOrder::Name => select,
        ClientOrder::Newest => select.order_by_desc(client::Column::CreatedAt),
        ClientOrder::State => {
            let place = PortalState::ALL
                .into_iter()
                .zip(0_i32..)
                .fold(CaseStatement::new(), |case, (state, place)| {
                    case.case(is_in(state), place)
                });
            select.order_by(Into::<Expr>::into(place), Order::Asc)
        }
    }
    .order_by_asc(client::Column::Folded)
    .order_by_asc(client::Column::Id)
}

/// Something about the contacts of the client of a row.
fn people(what: Expr) -> SelectStatement {
    Query::select()
        .expr(what)
        .from(client_contact::Entity)
        .inner_join(
            contact::Entity,
            Expr::col((contact::Entity, contact::Column::Id))
                .equals((client_contact::Entity, client_contact::Column::Contact)),
        )
        .and_where(
            Expr::col((client_contact::Entity, client_contact::Column::Client))
                .equals((client::Entity, client::Column::Id)),
        )
        .and_where(Expr::col((contact::Entity, contact::Column::RemovedAt)).is_null())
        .take()
}

/// [`PortalState::of`] in SQL; a test holds the two equal.
fn is_in(state: PortalState) -> Condition {
    let closed = client::Column::ClosedAt;
    let suspended = client::Column::SuspendedAt;
    let enabled = client::Column::PortalEnabledAt;
    let entered = Query::select()
        .column((client_contact::Entity, client_contact::Column::Client))
        .from(client_contact::Entity)
        .inner_join(
            contact::Entity,
            Expr::col((contact::Entity, contact::Column::Id))
                .equals((client_contact::Entity, client_contact::Column::Contact)),
        )
        .and_where(Expr::col((contact::Entity, contact::Column::ActivatedAt)).is_not_null())
        .and_where(Expr::col((contact::Entity, contact::Column::RemovedAt)).is_null())
        .take();
    let open = || Condition::all().add(closed.is_null()).add(suspended.is_null());
    match state {
        PortalState::Closed => Condition::all().add(closed.is_not_null()),
        PortalState::Suspended => Condition::all().add(closed.is_null()).add(suspended.is_not_null()),
        PortalState::NotEnabled => open().add(enabled.is_null()),
        PortalState::Active => open()
            .add(enabled.is_not_null())
            .add(client::Column::Id.in_subquery(entered)),
        PortalState::Invited => open()
            .add(enabled.is_not_null())
            .add(client::Column::Id.not_in_subquery(entered)),
    }
}

fn facts(row: &Row) -> PortalFacts {
    PortalFacts {
        enabled: row.portal_enabled_at.map(Moment),
        entered: row.entered.map(Moment),
        suspended: row.suspended_at.map(Moment),
        closed: row.closed_at.map(Moment),
    }
}

/// The tags of some clients.
pub(crate) async fn tags_of(firm: &Firm, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<String>>> {
    let rows = client_tag::Entity::find()
        .filter(client_tag::Column::Client.is_in(ids))
        .order_by_asc(client_tag::Column::Tag)
        .all(firm.db())
        .await?;
    let mut tags: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.client).or_default().push(row.tag);
    }
    Ok(tags)
}

/// Every tag of a client that the actor sees.
async fn all_tags(firm: &Firm, actor: &Actor) -> Result<Vec<String>> {
    Ok(actor
        .narrow(client_tag::Entity::find(), client_tag::Column::Client)
        .select_only()
        .column(client_tag::Column::Tag)
        .distinct()
        .order_by_asc(client_tag::Column::Tag)
        .limit(clients::TAGS_LISTED)
        .into_tuple()
        .all(firm.db())
        .await?)
}
