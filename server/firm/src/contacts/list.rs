//! The list of contacts: searched, sorted, one page at a time.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients, directory,
    error::Result,
    pages, search,
};
use domain::{
    ContactId, Moment,
    access::Action,
    client::ClientLabel,
    contact::{ContactFacts, ContactState},
    office::contacts::{ContactOrder, ContactQuery, ContactRow, ContactsView},
};
use entity::firm::{client, client_contact, contact};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
    sea_query::{Alias, Expr, NullOrdering, Query, SelectStatement},
};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    address: String,
    invited_at: Option<i64>,
    activated_at: Option<i64>,
    suspended_at: Option<i64>,
    last_seen: Option<i64>,
}

#[derive(FromQueryResult)]
struct Link {
    contact: Uuid,
    client: Uuid,
    client_name: String,
}

/// The contacts whom the actor sees, as asked for.
///
/// # Errors
/// The actor is not staff, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor, query: &ContactQuery) -> Result<ContactsView> {
    allow(actor, Action::SeeOffice, &Nobodys)?;
    let mut found = asked(actor, query)
        .offset(pages::before(query.page))
        .limit(pages::ASKED)
        .into_model::<Row>()
        .all(firm.db())
        .await?;
    let more = pages::cut(&mut found);
    let mut labels = labels(firm, actor, found.iter().map(|row| row.id).collect()).await?;
    let rows = found
        .into_iter()
        .map(|row| ContactRow {
            state: ContactState::of(ContactFacts {
                invited: row.invited_at.map(Moment),
                entered: row.activated_at.map(Moment),
                suspended: row.suspended_at.map(Moment),
            }),
            clients: labels.remove(&row.id).unwrap_or_default(),
            id: ContactId::from(row.id),
            name: row.name,
            address: row.address,
            last_seen: row.last_seen.map(Moment),
        })
        .collect();
    Ok(ContactsView {
        rows,
        query: query.clone(),
        more,
        now: firm.now(),
    })
}

/// The contacts whom the actor sees: a member who is kept off all of somebody's clients does not see that contact.
pub(crate) fn seen(actor: &Actor) -> Select<contact::Entity> {
    let all = contact::Entity::find().filter(contact::Column::RemovedAt.is_null());
    let kept_off = actor.kept_off();
    if kept_off.is_empty() {
        return all;
    }
    let hidden = || kept_off.iter().map(|id| id.uuid());
    let links = |which: Expr| -> SelectStatement {
        Query::select()
            .column(client_contact::Column::Contact)
            .from(client_contact::Entity)
            .and_where(which)
            .take()
    };
    all.filter(
        Condition::any()
            .add(contact::Column::Id.not_in_subquery(links(client_contact::Column::Client.is_in(hidden()))))
            .add(contact::Column::Id.in_subquery(links(client_contact::Column::Client.is_not_in(hidden())))),
    )
}

fn asked(actor: &Actor, query: &ContactQuery) -> Select<contact::Entity> {
    let mut select = seen(actor)
        .select_only()
        .columns([
            contact::Column::Id,
            contact::Column::Name,
            contact::Column::Address,
            contact::Column::InvitedAt,
            contact::Column::ActivatedAt,
            contact::Column::SuspendedAt,
        ])
        .expr_as(Expr::from(clients::last_seen()), "last_seen");
    for word in search::words(&query.words) {
        let named = search::has(contact::Column::Folded, &word);
        let reached = search::has(contact::Column::Address, &word);
        select = select.filter(Condition::any().add(named).add(reached));
    }
    if let Some(state) = query.state {
        select = select.filter(is_in(state));
    }
    match query.order {
        ContactOrder::Name => select,
        ContactOrder::Newest => select.order_by_desc(contact::Column::CreatedAt),
        ContactOrder::Seen => {
            select.order_by_with_nulls(Expr::col(Alias::new("last_seen")), Order::Desc, NullOrdering::Last)
        }
    }
    .order_by_asc(contact::Column::Folded)
    .order_by_asc(contact::Column::Id)
}

/// [`ContactState::of`] in SQL.
fn is_in(state: ContactState) -> Condition {
    let suspended = contact::Column::SuspendedAt;
    let entered = contact::Column::ActivatedAt;
    let invited = contact::Column::InvitedAt;
    let let_in = || Condition::all().add(suspended.is_null());
    match state {
        ContactState::Suspended => Condition::all().add(suspended.is_not_null()),
        ContactState::Active => let_in().add(entered.is_not_null()),
        ContactState::Invited => let_in().add(entered.is_null()).add(invited.is_not_null()),
        ContactState::NotInvited => let_in().add(entered.is_null()).add(invited.is_null()),
    }
}

/// The clients of some contacts, as far as the actor sees them.
async fn labels(firm: &Firm, actor: &Actor, contacts: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<ClientLabel>>> {
    let client_of: RelationDef = client_contact::Entity::belongs_to(client::Entity)
        .from(client_contact::Column::Client)
        .to(client::Column::Id)
        .into();
    let links = actor
        .narrow(client_contact::Entity::find(), client_contact::Column::Client)
        .join(JoinType::InnerJoin, client_of)
        .filter(client_contact::Column::Contact.is_in(contacts))
        .select_only()
        .columns([client_contact::Column::Contact, client_contact::Column::Client])
        .column_as(client::Column::Name, "client_name")
        .order_by_asc(client::Column::Folded)
        .into_model::<Link>()
        .all(firm.db())
        .await?;
    let mut labels: HashMap<Uuid, Vec<ClientLabel>> = HashMap::new();
    for link in links {
        labels
            .entry(link.contact)
            .or_default()
            .push(directory::label(link.client, link.client_name));
    }
    Ok(labels)
}
