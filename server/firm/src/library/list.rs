//! The list of files: narrowed, sorted, one page at a time.
//!
//! Names rest sealed, so a search and the order by name open them, the newest first and up to a ceiling.

use super::folders::Tree;
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    directory,
    error::{Error, Result},
    files::{self, Row},
    pages, room, search, uploads,
};
use domain::{
    ClientId, FolderId, Moment,
    access::Action,
    client::Side,
    library::{FileOrder, FileQuery, LibraryRow, LibraryView, Shown},
    limits, text,
};
use entity::{
    Sealed,
    firm::{file, file_look, file_tag, file_version, folder},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Expr, IntoCondition, Order, Query},
};
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};
use uuid::Uuid;

/// Names that are read in one statement.
const NAMES: u64 = 1_000;
/// Tags, and years, that a filter offers.
const OFFERED: u64 = 100;

/// One page of the files that the actor sees, as asked for.
///
/// # Errors
/// Nobody is signed in, or the client or the folder is not in the actor's scope.
pub async fn list(firm: &Firm, actor: &Actor, asked: &FileQuery) -> Result<LibraryView> {
    let mut query = asked.clone();
    query.office = actor.is_staff();
    if !query.office {
        // Contacts neither see what is internal nor the trash, so there is nothing to choose.
        query.shown = query.shown.filter(|shown| *shown == Shown::New);
    }
    match query.client {
        Some(client) => allow(actor, Action::ReadFile, &client)?,
        None => allow(actor, Action::ReadFile, &Nobodys)?,
    }
    let clients = directory::clients_of(firm, actor).await?;
    let client = client_of(firm, actor, &query, &clients).await?;
    let tree = Tree::of(firm, firm.db(), client.map(ClientId::uuid).into_iter().collect()).await?;
    let tree = if query.office {
        tree
    } else {
        tree.only(&used(firm, actor, client).await?)
    };
    let open = query.folder.map(FolderId::uuid);
    if open.is_some_and(|id| !tree.has(id)) {
        return Err(Error::not_found());
    }
    let Chosen { ids, more, cut } = chosen(firm, actor, &query, &tree).await?;
    Ok(LibraryView {
        rows: rows(firm, actor, &ids).await?,
        path: open.map(|id| tree.path(id)).unwrap_or_default(),
        folders: tree.within(open),
        all_folders: tree.all(),
        tags: tags_in_use(firm, actor, client).await?,
        years: years_in_use(firm, actor, client).await?,
        clients,
        file_limit: match client {
            Some(client) => room::file_limit(firm, client).await?,
            None => limits::FILE_BYTES,
        },
        query,
        more,
        cut,
        now: firm.now(),
    })
}

/// Whose folders are shown: of the client that was asked for, of the folder's, or of the only one that a contact has.
async fn client_of(
    firm: &Firm,
    actor: &Actor,
    query: &FileQuery,
    clients: &[domain::client::ClientLabel],
) -> Result<Option<ClientId>> {
    if let Some(folder) = query.folder {
        let row = folder::Entity::find_by_id(folder.uuid())
            .one(firm.db())
            .await?
            .ok_or_else(Error::not_found)?;
        let client = ClientId::from(row.client);
        allow(actor, Action::ReadFile, &client)?;
        if query.client.is_some_and(|asked| asked != client) {
            return Err(Error::not_found());
        }
        return Ok(Some(client));
    }
    let only = (actor.is_contact() && clients.len() == 1).then(|| clients[0].id);
    Ok(query.client.or(only))
}

/// The folders in which the actor sees a file.
async fn used(firm: &Firm, actor: &Actor, client: Option<ClientId>) -> Result<HashSet<Uuid>> {
    let Some(client) = client else {
        return Ok(HashSet::new());
    };
    let ids: Vec<Uuid> = files::visible(actor, file::Entity::find())
        .select_only()
        .column(file::Column::Folder)
        .distinct()
        .filter(file::Column::Client.eq(client.uuid()))
        .filter(file::Column::Folder.is_not_null())
        .into_tuple()
        .all(firm.db())
        .await?;
    Ok(ids.into_iter().collect())
}

/// Which files a page shows, in their order.
struct Chosen {
    ids: Vec<Uuid>,
    more: bool,
    cut: bool,
}

async fn chosen(firm: &Firm, actor: &Actor, query: &FileQuery, tree: &Tree) -> Result<Chosen> {
    let select = asked(actor, query, tree)?;
    if query.words.is_empty() && query.order != FileOrder::Name {
        let mut ids: Vec<Uuid> = sorted(select, query.order)
            .select_only()
            .column(file::Column::Id)
            .offset(pages::before(query.page))
            .limit(pages::ASKED)
            .into_tuple()
            .all(firm.db())
            .await?;
        let more = pages::cut(&mut ids);
        return Ok(Chosen { ids, more, cut: false });
    }
    let (mut found, cut) = named(firm, select, &query.words).await?;
    match query.order {
        FileOrder::Newest => {}
        FileOrder::Oldest => found.reverse(),
        FileOrder::Name => found.sort_by(|a, b| a.folded.cmp(&b.folded)),
        FileOrder::Largest => found.sort_by_key(|name| Reverse(name.size)),
    }
    let before = usize::try_from(pages::before(query.page)).unwrap_or(usize::MAX);
    let mut ids: Vec<Uuid> = found.into_iter().skip(before).map(|name| name.id).collect();
    let more = pages::cut(&mut ids);
    Ok(Chosen { ids, more, cut })
}

fn asked(actor: &Actor, query: &FileQuery, tree: &Tree) -> Result<Select<file::Entity>> {
    let (side, reader) = actor.signed_in()?;
    let mut select = actor.narrow(file::Entity::find(), file::Column::Client);
    select = if query.shown == Some(Shown::Trash) {
        select.filter(file::Column::TrashedAt.is_not_null())
    } else {
        files::visible(actor, select)
    };
    if let Some(client) = query.client {
        select = select.filter(file::Column::Client.eq(client.uuid()));
    }
    if let Some(folder) = query.folder {
        select = if query.words.is_empty() {
            select.filter(file::Column::Folder.eq(folder.uuid()))
        } else {
            select.filter(file::Column::Folder.is_in(tree.under(folder.uuid())))
        };
    }
    if !query.tag.is_empty() {
        let tagged = Query::select()
            .column(file_tag::Column::File)
            .from(file_tag::Entity)
            .and_where(file_tag::Column::Tag.eq(query.tag.as_str()))
            .take();
        select = select.filter(file::Column::Id.in_subquery(tagged));
    }
    if let Some(year) = query.year {
        select = select.filter(file::Column::Year.eq(year));
    }
    if let Some(from) = query.from {
        // Guests of upload-only links stand on the client's side.
        select = select.filter(files::of_others(match from {
            Side::Staff => Side::Contact,
            Side::Contact => Side::Staff,
        }));
    }
    Ok(match query.shown {
        Some(Shown::Shared) => select.filter(file::Column::SharedAt.is_not_null()),
        Some(Shown::Internal) => select.filter(file::Column::SharedAt.is_null()),
        Some(Shown::New) => {
            let opened = Query::select()
                .column(file_look::Column::File)
                .from(file_look::Entity)
                .and_where(file_look::Column::Reader.eq(reader))
                .and_where(
                    Expr::col((file_look::Entity, file_look::Column::Version))
                        .gte(Expr::col((file::Entity, file::Column::Version))),
                )
                .take();
            select
                .filter(files::of_others(side))
                .filter(file::Column::WithdrawnAt.is_null())
                .filter(file::Column::Id.not_in_subquery(opened))
        }
        Some(Shown::Trash) | None => select,
    })
}

fn sorted(select: Select<file::Entity>, order: FileOrder) -> Select<file::Entity> {
    match order {
        FileOrder::Oldest => select
            .order_by_asc(file::Column::CreatedAt)
            .order_by_asc(file::Column::Place)
            .order_by_asc(file::Column::Id),
        FileOrder::Largest => {
            let select = with_version(select).order_by(
                Expr::col((file_version::Entity, file_version::Column::Size)),
                Order::Desc,
            );
            files::newest_first(select)
        }
        FileOrder::Newest | FileOrder::Name => files::newest_first(select),
    }
}

fn with_version(select: Select<file::Entity>) -> Select<file::Entity> {
    let version: RelationDef = file::Entity::belongs_to(file_version::Entity)
        .from(file::Column::Id)
        .to(file_version::Column::File)
        .on_condition(|file, version| {
            Expr::col((version, file_version::Column::Version))
                .equals((file, file::Column::Version))
                .into_condition()
        })
        .into();
    select.join(JoinType::InnerJoin, version)
}

/// A name that was opened.
struct Name {
    id: Uuid,
    folded: String,
    size: i64,
}

/// The files whose names have all these words, the newest first, and whether the ceiling left some unread.
async fn named(firm: &Firm, select: Select<file::Entity>, typed: &str) -> Result<(Vec<Name>, bool)> {
    let words = search::words(typed);
    let select = files::newest_first(with_version(select))
        .select_only()
        .columns([file::Column::Id, file::Column::Name])
        .column(file_version::Column::Size);
    let (mut found, mut read) = (Vec::new(), 0);
    loop {
        let names: Vec<(Uuid, Sealed<String>, i64)> = select
            .clone()
            .offset(read)
            .limit(NAMES)
            .into_tuple()
            .all(firm.db())
            .await?;
        let last = (names.len() as u64) < NAMES;
        for (id, name, size) in names {
            let folded = text::folded(&name.open(firm.at("file", "name", id))?);
            if words.iter().all(|word| folded.contains(word)) {
                found.push(Name { id, folded, size });
            }
        }
        read += NAMES;
        if last || read >= limits::NAMES_OPENED {
            return Ok((found, !last));
        }
    }
}

/// All that is said about some files, in the order of their ids.
async fn rows(firm: &Firm, actor: &Actor, ids: &[Uuid]) -> Result<Vec<LibraryRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = files::seen(actor)?.filter(file::Column::Id.is_in(ids.iter().copied()));
    let found = files::rows(firm, found).await?;
    let rows = shown(firm, actor, found).await?;
    let mut by_id: HashMap<Uuid, LibraryRow> = rows.into_iter().map(|row| (row.file.id.uuid(), row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// Files as the reader sees them.
pub(super) async fn shown(firm: &Firm, actor: &Actor, found: Vec<Row>) -> Result<Vec<LibraryRow>> {
    let in_folders = found.iter().filter(|row| row.folder.is_some());
    let clients: HashSet<Uuid> = in_folders.map(|row| row.client).collect();
    let tree = Tree::of(firm, firm.db(), clients.into_iter().collect()).await?;
    let mut tags = tags_of(firm, found.iter().map(|row| row.id).collect()).await?;
    found
        .into_iter()
        .map(|row| {
            let file = files::chip(firm, actor, &row)?;
            let thread = match (row.thread, &row.subject) {
                (Some(id), Some(subject)) => Some((id.into(), subject.open(firm.at("thread", "subject", id))?)),
                _ => None,
            };
            Ok(LibraryRow {
                may_withdraw: file.gone.is_none() && may_withdraw(firm, actor, &row)?,
                file,
                thread,
                sender: row.author.person(actor)?,
                shared: row.shared_at.is_some(),
                folder: row.folder.and_then(|id| tree.full(id)),
                year: row.year,
                tags: tags.remove(&row.id).unwrap_or_default(),
                opened: row.opened_by.zip(row.opened_at.map(Moment)),
                client: directory::label(row.client, row.client_name),
            })
        })
        .collect()
}

fn may_withdraw(firm: &Firm, actor: &Actor, row: &Row) -> Result<bool> {
    let own = actor.is_contact() && row.author.side()? == Side::Contact && actor.person() == Some(row.author_id);
    Ok(own && (row.opened_at.is_none() || is_fresh(firm, sent_at(row.version, row.created_at, row.received_at))))
}

/// When what is newest of a file was sent: a first version goes with a message, some time after its bytes came.
pub(super) fn sent_at(version: i32, created_at: i64, received_at: i64) -> i64 {
    if version == uploads::FIRST_VERSION {
        created_at
    } else {
        received_at
    }
}

/// Whether a file came so lately that its author may withdraw it whoever opened it.
pub(super) fn is_fresh(firm: &Firm, created_at: i64) -> bool {
    firm.now().seconds_since(Moment(created_at)) < limits::WITHDRAW_SECONDS
}

async fn tags_of(firm: &Firm, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<String>>> {
    let rows = file_tag::Entity::find()
        .filter(file_tag::Column::File.is_in(ids))
        .order_by_asc(file_tag::Column::Tag)
        .all(firm.db())
        .await?;
    let mut tags: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.file).or_default().push(row.tag);
    }
    Ok(tags)
}

/// The files that the actor sees, of one client or of all.
fn all_of(actor: &Actor, client: Option<ClientId>) -> Select<file::Entity> {
    let select = files::visible(actor, actor.narrow(file::Entity::find(), file::Column::Client)).select_only();
    match client {
        Some(client) => select.filter(file::Column::Client.eq(client.uuid())),
        None => select,
    }
}

async fn tags_in_use(firm: &Firm, actor: &Actor, client: Option<ClientId>) -> Result<Vec<String>> {
    let tag_of: RelationDef = file::Entity::belongs_to(file_tag::Entity)
        .from(file::Column::Id)
        .to(file_tag::Column::File)
        .into();
    Ok(all_of(actor, client)
        .join(JoinType::InnerJoin, tag_of)
        .column(file_tag::Column::Tag)
        .distinct()
        .order_by_asc(file_tag::Column::Tag)
        .limit(OFFERED)
        .into_tuple()
        .all(firm.db())
        .await?)
}

async fn years_in_use(firm: &Firm, actor: &Actor, client: Option<ClientId>) -> Result<Vec<i32>> {
    Ok(all_of(actor, client)
        .filter(file::Column::Year.is_not_null())
        .column(file::Column::Year)
        .distinct()
        .order_by_desc(file::Column::Year)
        .limit(OFFERED)
        .into_tuple()
        .all(firm.db())
        .await?)
}
