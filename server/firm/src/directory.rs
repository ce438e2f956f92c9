//! Names for ids: who wrote, who read, whose it is.

use crate::{Actor, Firm, error::Result};
use domain::{
    ClientId,
    client::{self, ClientLabel, Person, Side},
};
use entity::firm::{client as client_row, contact, staff};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// People and clients of one page, looked up in at most three statements.
pub(crate) struct Directory {
    reader: Option<Uuid>,
    staff: HashMap<Uuid, (String, String)>,
    contacts: HashMap<Uuid, String>,
    clients: HashMap<Uuid, String>,
}

impl Directory {
    /// Looks up those who are named on a page.
    pub(crate) async fn of(
        firm: &Firm,
        actor: &Actor,
        people: impl IntoIterator<Item = (Side, Uuid)>,
        clients: impl IntoIterator<Item = Uuid>,
    ) -> Result<Self> {
        let (mut staff_ids, mut contact_ids) = (HashSet::new(), HashSet::new());
        for (side, id) in people {
            match side {
                Side::Staff => staff_ids.insert(id),
                Side::Contact => contact_ids.insert(id),
            };
        }
        let db = firm.db();
        Ok(Self {
            reader: actor.person(),
            staff: staff_names(db, staff_ids).await?,
            contacts: contact_names(db, contact_ids).await?,
            clients: client_names(db, clients.into_iter().collect()).await?,
        })
    }

    /// Somebody, as the reader sees them. The contact's side sees the firm's people by name and title.
    pub(crate) fn person(&self, side: Side, id: Uuid) -> Person {
        let (name, title) = match side {
            Side::Staff => self.staff.get(&id).cloned().unwrap_or_default(),
            Side::Contact => (self.contacts.get(&id).cloned().unwrap_or_default(), String::new()),
        };
        Person {
            initials: client::initials(&name),
            name,
            side,
            own: self.reader == Some(id),
            title,
        }
    }

    /// Whose something is.
    pub(crate) fn client(&self, id: Uuid) -> ClientLabel {
        label(id, self.clients.get(&id).cloned().unwrap_or_default())
    }
}

/// The label of a client.
pub(crate) fn label(id: Uuid, name: String) -> ClientLabel {
    ClientLabel {
        id: ClientId::from(id),
        mark: client::mark(&name),
        name,
    }
}

/// The clients that an actor sees, by name.
pub(crate) async fn clients_of(firm: &Firm, actor: &Actor) -> Result<Vec<ClientLabel>> {
    let mut query = client_row::Entity::find().filter(client_row::Column::ClosedAt.is_null());
    if let Some(own) = actor.clients() {
        query = query.filter(client_row::Column::Id.is_in(own.iter().map(|id| id.uuid())));
    }
    let mut labels: Vec<ClientLabel> = query
        .all(firm.db())
        .await?
        .into_iter()
        .map(|row| label(row.id, row.name))
        .collect();
    labels.sort_by_key(|label| label.name.to_lowercase());
    Ok(labels)
}

async fn staff_names(db: &impl ConnectionTrait, ids: HashSet<Uuid>) -> Result<HashMap<Uuid, (String, String)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = staff::Entity::find()
        .filter(staff::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.name, row.title))).collect())
}

async fn contact_names(db: &impl ConnectionTrait, ids: HashSet<Uuid>) -> Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = contact::Entity::find()
        .filter(contact::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

async fn client_names(db: &impl ConnectionTrait, ids: HashSet<Uuid>) -> Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = client_row::Entity::find()
        .filter(client_row::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
