//! How much room files may take: for the firm, for any client, for one.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients, directory,
    error::{Fault, Result},
    room,
    uploads::kept_since,
};
use domain::{
    ClientId, Field,
    access::Action,
    client::ClientLabel,
    settings::{Rooms, room_typed},
    size,
};
use entity::firm::{client, setting};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

const FIRM: &str = "storage.firm";
const CLIENT: &str = "storage.client";
/// Clients that the page lists.
const LISTED: usize = 20;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageView {
    /// What was chosen.
    pub rooms: Rooms,
    /// Bytes that all files take.
    pub used: u64,
    /// Clients with the most of it, and what their files take.
    pub clients: Vec<(ClientLabel, u64)>,
}

/// A client's room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRoom {
    /// Bytes that their files take.
    pub used: u64,
    /// Their own limit.
    pub own: Option<u64>,
    /// What holds where they have none.
    pub usual: Option<u64>,
}

/// What was chosen.
pub(crate) async fn read(db: &impl ConnectionTrait) -> Result<Rooms> {
    let rows = setting::Entity::find()
        .filter(setting::Column::Name.is_in([FIRM, CLIENT]))
        .all(db)
        .await?;
    let room = |name: &str| {
        let row = rows.iter().find(|row| row.name == name && !row.value.is_empty());
        row.map(|row| row.value.parse())
            .transpose()
            .map_err(|_| Fault::Inconsistent("a setting that cannot be read"))
    };
    Ok(Rooms {
        firm: room(FIRM)?,
        client: room(CLIENT)?,
    })
}

/// The page of it.
///
/// # Errors
/// The actor may not change the firm's settings.
pub async fn view(firm: &Firm, actor: &Actor) -> Result<StorageView> {
    allow(actor, Action::RunSettings, &Nobodys)?;
    let known = directory::clients_of(firm, actor).await?;
    let largest = room::largest(firm.db(), LISTED).await?;
    let named = |(id, bytes): (uuid::Uuid, u64)| {
        let label = known.iter().find(|label| label.id.uuid() == id)?;
        Some((label.clone(), bytes))
    };
    Ok(StorageView {
        rooms: read(firm.db()).await?,
        used: room::used(firm.db(), kept_since(firm), None, None).await?,
        clients: largest.into_iter().filter_map(named).collect(),
    })
}

/// Keeps other limits, as typed in gigabytes. Files that are there already stay, whatever the limit.
///
/// # Errors
/// The actor may not change the firm's settings, or a number does not fit.
pub async fn keep(firm: &Firm, actor: &Actor, firm_room: &str, client_room: &str) -> Result<()> {
    allow(actor, Action::RunSettings, &Nobodys)?;
    let new = Rooms {
        firm: room_typed(firm_room, Field::FirmRoom)?,
        client: room_typed(client_room, Field::ClientRoom)?,
    };
    let tx = firm.begin().await?;
    let old = read(tx.db()).await?;
    for (name, new, old) in [(FIRM, new.firm, old.firm), (CLIENT, new.client, old.client)] {
        if new != old {
            let value = new.map(|bytes| bytes.to_string()).unwrap_or_default();
            super::keep(tx.db(), name, value).await?;
            tx.audit_with(actor, name, None, &words(new, old)).await?;
        }
    }
    tx.commit().await
}

/// A client's room.
///
/// # Errors
/// The client is not in the actor's scope.
pub async fn of_client(firm: &Firm, actor: &Actor, id: ClientId) -> Result<ClientRoom> {
    allow(actor, Action::SeeOffice, &id)?;
    let row = clients::row(firm.db(), id).await?;
    Ok(ClientRoom {
        used: room::used(firm.db(), kept_since(firm), Some(id), None).await?,
        own: row.room.map(i64::unsigned_abs),
        usual: read(firm.db()).await?.client,
    })
}

/// Gives a client a limit of their own, as typed in gigabytes; nothing typed is the firm's usual.
///
/// # Errors
/// As [`keep`], and the client is not in the actor's scope.
pub async fn keep_for(firm: &Firm, actor: &Actor, id: ClientId, typed: &str) -> Result<()> {
    allow(actor, Action::SeeOffice, &id)?;
    allow(actor, Action::RunSettings, &Nobodys)?;
    let new = room_typed(typed, Field::ClientRoom)?;
    let tx = firm.begin().await?;
    let row = clients::row(tx.db(), id).await?;
    let old = row.room.map(i64::unsigned_abs);
    if new != old {
        let room = new.map(i64::try_from).transpose();
        client::ActiveModel {
            id: Set(row.id),
            room: Set(room.map_err(|_| Fault::Inconsistent("room that no column holds"))?),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
        tx.audit_with(actor, "client.room", Some(row.id), &words(new, old))
            .await?;
    }
    tx.commit().await
}

/// `20 GB, before no limit`
fn words(new: Option<u64>, old: Option<u64>) -> String {
    let shown = |room: Option<u64>| room.map_or_else(|| "no limit".to_owned(), size::human);
    format!("{}, before {}", shown(new), shown(old))
}
