//! What staff keep about a client: name, who looks after them, tags, and notes that no contact ever sees.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients,
    error::{Error, Result},
    tx::Tx,
};
use domain::{ClientId, Field, Reason, StaffId, access::Action, limits, text};
use entity::{
    Sealed,
    firm::{client, client_tag, staff},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// What is kept about a client, as typed.
#[derive(Clone, Debug, Default)]
pub struct ClientDraft {
    /// `Marlowe Ceramics Ltd`.
    pub name: String,
    /// Who of the team looks after them.
    pub responsible: Option<StaffId>,
    /// Words by which staff group them, with commas between.
    pub tags: String,
    /// What only staff may read.
    pub notes: String,
}

/// What is kept about a client, checked.
struct Checked {
    name: String,
    tags: BTreeSet<String>,
    notes: String,
}

/// Adds a client. Its portal stays off until it is enabled; its key is written first.
///
/// # Errors
/// The actor may not run clients; the name is empty; something is too long; nobody of the team is named so.
pub async fn create(firm: &Firm, actor: &Actor, draft: &ClientDraft) -> Result<ClientId> {
    allow(actor, Action::RunClients, &Nobodys)?;
    let checked = check(draft)?;
    let id = ClientId::from(firm.random.id());
    firm.registry.make_client_key(firm, id).await?;
    let tx = firm.begin().await?;
    client::ActiveModel {
        id: Set(id.uuid()),
        created_at: Set(firm.now().0),
        folded: Set(text::folded(&checked.name)),
        name: Set(checked.name.clone()),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    keep(&tx, id, draft.responsible, &checked).await?;
    tx.audit(actor, "client.add", Some(id.uuid())).await?;
    tx.commit().await?;
    Ok(id)
}

/// Keeps something else about a client.
///
/// # Errors
/// As [`create`], or the client is not in the actor's scope.
pub async fn change(firm: &Firm, actor: &Actor, id: ClientId, draft: &ClientDraft) -> Result<()> {
    allow(actor, Action::RunClients, &id)?;
    let checked = check(draft)?;
    let tx = firm.begin().await?;
    let before = clients::row(tx.db(), id).await?;
    keep(&tx, id, draft.responsible, &checked).await?;
    if before.name == checked.name {
        tx.audit(actor, "client.change", Some(id.uuid())).await?;
    } else {
        tx.audit_with(actor, "client.rename", Some(id.uuid()), &before.name)
            .await?;
    }
    tx.commit().await
}

fn check(draft: &ClientDraft) -> Result<Checked> {
    let mut tags = BTreeSet::new();
    for typed in draft.tags.split(',').filter(|typed| !typed.trim().is_empty()) {
        let tag = text::line(typed, Field::Tags, limits::TAG_CHARS)?;
        if !tags
            .iter()
            .any(|known: &String| text::folded(known) == text::folded(&tag))
        {
            tags.insert(tag);
        }
    }
    if tags.len() > limits::TAGS_A_CLIENT {
        let most = u32::try_from(limits::TAGS_A_CLIENT).unwrap_or(u32::MAX);
        return Err(Error::refused(Field::Tags, Reason::OutOfRange { least: 0, most }));
    }
    Ok(Checked {
        name: text::line(&draft.name, Field::Name, limits::NAME_CHARS)?,
        tags,
        notes: text::note(&draft.notes)?,
    })
}

async fn keep(tx: &Tx<'_>, id: ClientId, responsible: Option<StaffId>, checked: &Checked) -> Result<()> {
    if let Some(member) = responsible {
        let found = staff::Entity::find_by_id(member.uuid())
            .filter(staff::Column::RemovedAt.is_null())
            .one(tx.db())
            .await?;
        if found.is_none() {
            return Err(Error::refused(Field::Responsible, Reason::NotOffered));
        }
    }
    let firm = tx.firm;
    let notes = (!checked.notes.is_empty())
        .then(|| Sealed::seal(&checked.notes, firm.at("client", "notes", id.uuid()), &firm.random))
        .transpose()?;
    client::ActiveModel {
        id: Set(id.uuid()),
        name: Set(checked.name.clone()),
        folded: Set(text::folded(&checked.name)),
        responsible: Set(responsible.map(StaffId::uuid)),
        notes: Set(notes),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    client_tag::Entity::delete_many()
        .filter(client_tag::Column::Client.eq(id.uuid()))
        .exec(tx.db())
        .await?;
    for tag in &checked.tags {
        client_tag::ActiveModel {
            client: Set(id.uuid()),
            tag: Set(tag.clone()),
        }
        .insert(tx.db())
        .await?;
    }
    Ok(())
}
