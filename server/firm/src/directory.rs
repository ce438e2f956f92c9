//! Names for ids: who wrote, who read, whose it is.

use crate::{Actor, Firm, actor::author_side_of, error::Result};
use domain::{
    ClientId,
    client::{self, ClientLabel, Person, Side},
};
use entity::firm::{client as client_row, contact, guest, staff};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef, Select,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// People and clients of one page, looked up in at most three statements.
pub(crate) struct Directory {
    reader: Option<Uuid>,
    staff: HashMap<Uuid, (String, String)>,
    /// Of contacts, and of guests.
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
            contacts: client_side_names(db, actor, contact_ids).await?,
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
    if let Some(own) = actor.clients() {
        return Ok(own.to_vec());
    }
    let open = client_row::Entity::find().filter(client_row::Column::ClosedAt.is_null());
    let rows = actor.narrow(open, client_row::Column::Id).all(firm.db()).await?;
    Ok(by_name(rows.into_iter().map(|row| label(row.id, row.name)).collect()))
}

/// Labels in the order in which a person looks for a name.
pub(crate) fn by_name(mut labels: Vec<ClientLabel>) -> Vec<ClientLabel> {
    labels.sort_by_cached_key(|label| label.name.to_lowercase());
    labels
}

/// Who wrote a row of a list, read together with the row.
#[derive(FromQueryResult)]
pub(crate) struct Author {
    #[sea_orm(from_alias = "author_side")]
    side: String,
    #[sea_orm(from_alias = "author")]
    id: Uuid,
    staff_name: Option<String>,
    staff_title: Option<String>,
    contact_name: Option<String>,
    guest_name: Option<String>,
    guest_address: Option<String>,
}

impl Author {
    pub(crate) fn side(&self) -> Result<Side> {
        author_side_of(&self.side)
    }

    /// The author, as the reader sees them.
    pub(crate) fn person(&self, reader: &Actor) -> Result<Person> {
        let side = self.side()?;
        let (name, title) = match side {
            Side::Staff => (self.staff_name.clone(), self.staff_title.clone().unwrap_or_default()),
            Side::Contact => (
                self.contact_name.clone().or_else(|| self.guest_name.clone()),
                String::new(),
            ),
        };
        let name = name.unwrap_or_default();
        Ok(Person {
            initials: client::initials(&name),
            name: match &self.guest_address {
                Some(address) => guest_called(reader, &name, address),
                None => name,
            },
            side,
            own: reader.person() == Some(self.id),
            title,
        })
    }
}

/// Joins the author's name to a list whose rows have the given columns.
pub(crate) fn with_author<L: EntityTrait, A: EntityTrait + Default>(
    query: Select<L>,
    side: A::Column,
    author: A::Column,
) -> Select<L> {
    let staff_of: RelationDef = A::belongs_to(staff::Entity).from(author).to(staff::Column::Id).into();
    let contact_of: RelationDef = A::belongs_to(contact::Entity)
        .from(author)
        .to(contact::Column::Id)
        .into();
    let guest_of: RelationDef = A::belongs_to(guest::Entity).from(author).to(guest::Column::Id).into();
    query
        .join(JoinType::LeftJoin, staff_of)
        .join(JoinType::LeftJoin, contact_of)
        .join(JoinType::LeftJoin, guest_of)
        .column_as(guest::Column::Name, "guest_name")
        .column_as(guest::Column::Address, "guest_address")
        .column_as(side, "author_side")
        .column_as(author, "author")
        .column_as(staff::Column::Name, "staff_name")
        .column_as(staff::Column::Title, "staff_title")
        .column_as(contact::Column::Name, "contact_name")
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

/// Of contacts, and of guests where some are none.
async fn client_side_names(
    db: &impl ConnectionTrait,
    reader: &Actor,
    ids: HashSet<Uuid>,
) -> Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = contact::Entity::find()
        .filter(contact::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let mut names: HashMap<Uuid, String> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    if names.len() < ids.len() {
        let rows = guest::Entity::find()
            .filter(guest::Column::Id.is_in(ids))
            .all(db)
            .await?;
        let called = |row: guest::Model| Some((row.id, guest_called(reader, &row.name?, &row.address?)));
        names.extend(rows.into_iter().filter_map(called));
    }
    Ok(names)
}

/// How a guest of an upload-only link is called. The name is what they say; what is known of them is the address, so that nobody
/// passes for one of the firm's people or of a client's.
fn guest_called(reader: &Actor, name: &str, address: &str) -> String {
    if reader.is_staff() {
        format!("{name} ({address}, by an upload link)")
    } else {
        format!("{name} (by an upload link)")
    }
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
