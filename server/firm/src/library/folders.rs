//! Folders of a client's files. Their names rest sealed, so whoever compares them opens them.

use crate::{
    Actor, Firm,
    actor::allow,
    clients,
    error::{Error, Result},
    tx::Tx,
};
use domain::{ClientId, Field, FolderId, LibraryReason, Reason, access::Action, library::FolderName, limits, text};
use entity::{
    Sealed,
    firm::{file, folder},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The folders of some clients, with their names open.
pub(super) struct Tree {
    nodes: HashMap<Uuid, Node>,
}

struct Node {
    parent: Option<Uuid>,
    name: String,
}

impl Tree {
    pub(super) async fn of(firm: &Firm, db: &impl ConnectionTrait, clients: Vec<Uuid>) -> Result<Self> {
        let mut nodes = HashMap::new();
        if !clients.is_empty() {
            let rows = folder::Entity::find()
                .filter(folder::Column::Client.is_in(clients))
                .all(db)
                .await?;
            for row in rows {
                let name = row.name.open(firm.at("folder", "name", row.id))?;
                let parent = row.parent;
                nodes.insert(row.id, Node { parent, name });
            }
        }
        Ok(Self { nodes })
    }

    /// Leaves the folders in which something lies, and those around them.
    pub(super) fn only(mut self, used: &HashSet<Uuid>) -> Self {
        let kept: HashSet<Uuid> = used.iter().flat_map(|id| self.above(*id)).collect();
        self.nodes.retain(|id, _| kept.contains(id));
        self
    }

    pub(super) fn has(&self, id: Uuid) -> bool {
        self.nodes.contains_key(&id)
    }

    /// A folder and those around it, the innermost first.
    fn above(&self, id: Uuid) -> Vec<Uuid> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some((id, node)) = next.and_then(|id| Some((id, self.nodes.get(&id)?))) {
            path.push(id);
            next = node.parent;
        }
        path
    }

    /// The folders from the top to this one.
    pub(super) fn path(&self, id: Uuid) -> Vec<FolderName> {
        let path = self.above(id).into_iter().rev();
        path.map(|id| FolderName {
            id: id.into(),
            name: self.nodes[&id].name.clone(),
        })
        .collect()
    }

    /// A folder, with those around it in its name.
    pub(super) fn full(&self, id: Uuid) -> Option<FolderName> {
        let names: Vec<String> = self.path(id).into_iter().map(|folder| folder.name).collect();
        (!names.is_empty()).then(|| FolderName {
            id: id.into(),
            name: names.join(" / "),
        })
    }

    /// The folders within one, or at the top, by name.
    pub(super) fn within(&self, parent: Option<Uuid>) -> Vec<FolderName> {
        let found = self.nodes.iter().filter(|(_, node)| node.parent == parent);
        by_name(found.map(|(id, node)| FolderName {
            id: (*id).into(),
            name: node.name.clone(),
        }))
    }

    /// A folder and all within it, however deep.
    pub(super) fn under(&self, id: Uuid) -> Vec<Uuid> {
        self.nodes
            .keys()
            .copied()
            .filter(|inner| self.above(*inner).contains(&id))
            .collect()
    }

    /// Every folder, with those around it in its name.
    pub(super) fn all(&self) -> Vec<FolderName> {
        by_name(self.nodes.keys().filter_map(|id| self.full(*id)))
    }

    /// Whether another folder there has this name.
    fn is_taken(&self, parent: Option<Uuid>, name: &str, but: Option<Uuid>) -> bool {
        self.nodes.iter().any(|(id, node)| {
            node.parent == parent && Some(*id) != but && text::folded(&node.name) == text::folded(name)
        })
    }
}

fn by_name(folders: impl Iterator<Item = FolderName>) -> Vec<FolderName> {
    let mut folders: Vec<_> = folders.collect();
    folders.sort_by_cached_key(|folder| text::folded(&folder.name));
    folders
}

/// Adds a folder, within another one if one is given.
///
/// # Errors
/// The client is not in the actor's scope; the folder around it is not the client's; the name is empty, too long or taken
/// there; there are too many folders, or too many one in another.
pub async fn add(
    firm: &Firm,
    actor: &Actor,
    client: ClientId,
    parent: Option<FolderId>,
    typed: &str,
) -> Result<FolderId> {
    allow(actor, Action::KeepLibrary, &client)?;
    let (_, author) = actor.signed_in()?;
    let name = name_of(typed)?;
    let tx = firm.begin().await?;
    clients::row(tx.db(), client).await?;
    let tree = Tree::of(firm, tx.db(), vec![client.uuid()]).await?;
    let parent = parent.map(FolderId::uuid);
    if parent.is_some_and(|id| !tree.has(id)) {
        return Err(Error::not_found());
    }
    let depth = parent.map_or(0, |id| tree.above(id).len());
    if tree.nodes.len() >= limits::FOLDERS || depth >= limits::FOLDER_DEPTH {
        return Err(Error::refused(
            Field::Folder,
            Reason::Library(LibraryReason::FoldersFull),
        ));
    }
    if tree.is_taken(parent, &name, None) {
        return Err(Error::refused(
            Field::Folder,
            Reason::Library(LibraryReason::FolderTaken),
        ));
    }
    let id = firm.random.id();
    folder::ActiveModel {
        id: Set(id),
        client: Set(client.uuid()),
        parent: Set(parent),
        name: Set(Sealed::seal(&name, firm.at("folder", "name", id), &firm.random)?),
        created_at: Set(firm.now().0),
        created_by: Set(author),
    }
    .insert(tx.db())
    .await?;
    tx.audit_with(actor, "folder.add", Some(client.uuid()), &name).await?;
    tx.commit().await?;
    Ok(id.into())
}

/// Gives a folder another name, and says whose it is.
///
/// # Errors
/// As [`add`], or the folder is not in the actor's scope.
pub async fn rename(firm: &Firm, actor: &Actor, id: FolderId, typed: &str) -> Result<ClientId> {
    let tx = firm.begin().await?;
    let row = own(&tx, actor, id).await?;
    let name = name_of(typed)?;
    let tree = Tree::of(firm, tx.db(), vec![row.client]).await?;
    if tree.is_taken(row.parent, &name, Some(row.id)) {
        return Err(Error::refused(
            Field::Folder,
            Reason::Library(LibraryReason::FolderTaken),
        ));
    }
    let before = row.name.open(firm.at("folder", "name", row.id))?;
    folder::ActiveModel {
        id: Set(row.id),
        name: Set(Sealed::seal(&name, firm.at("folder", "name", row.id), &firm.random)?),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    tx.audit_with(
        actor,
        "folder.rename",
        Some(row.client),
        &format!("{before}, now {name}"),
    )
    .await?;
    tx.commit().await?;
    Ok(row.client.into())
}

/// Takes a folder away: what lies in it moves to the folder around it. Says whose it was, and which folder that is.
///
/// # Errors
/// The folder is not in the actor's scope, or one within it has the name of one beside it.
pub async fn remove(firm: &Firm, actor: &Actor, id: FolderId) -> Result<(ClientId, Option<FolderId>)> {
    let tx = firm.begin().await?;
    let row = own(&tx, actor, id).await?;
    let tree = Tree::of(firm, tx.db(), vec![row.client]).await?;
    for inner in tree.within(Some(row.id)) {
        if tree.is_taken(row.parent, &inner.name, Some(row.id)) {
            return Err(Error::refused(
                Field::Folder,
                Reason::Library(LibraryReason::FolderTaken),
            ));
        }
    }
    file::Entity::update_many()
        .col_expr(file::Column::Folder, Expr::value(row.parent))
        .filter(file::Column::Folder.eq(row.id))
        .exec(tx.db())
        .await?;
    folder::Entity::update_many()
        .col_expr(folder::Column::Parent, Expr::value(row.parent))
        .filter(folder::Column::Parent.eq(row.id))
        .exec(tx.db())
        .await?;
    folder::Entity::delete_by_id(row.id).exec(tx.db()).await?;
    let name = row.name.open(firm.at("folder", "name", row.id))?;
    tx.audit_with(actor, "folder.remove", Some(row.client), &name).await?;
    tx.commit().await?;
    Ok((row.client.into(), row.parent.map(FolderId::from)))
}

/// A folder that the actor keeps.
pub(super) async fn own(tx: &Tx<'_>, actor: &Actor, id: FolderId) -> Result<folder::Model> {
    let row = folder::Entity::find_by_id(id.uuid())
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    allow(actor, Action::KeepLibrary, &ClientId::from(row.client))?;
    Ok(row)
}

fn name_of(typed: &str) -> Result<String> {
    Ok(text::line(typed, Field::Folder, limits::FOLDER_CHARS)?)
}
