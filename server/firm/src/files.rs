//! Files: lists of them, and their content.

mod content;

pub use content::{Content, about, content};
pub(crate) use content::{part, wrapping};

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_name},
    directory::{self, Author, with_author},
    error::Result,
    pages,
};
use domain::{
    ClientId, Moment, ThreadId,
    access::Action,
    client::Side,
    file::{self, FileChip, FileRow, FilesView},
};
use entity::{
    Sealed,
    firm::{client, contact, file as file_row, file_look, file_version, staff, thread},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationDef, Select,
    sea_query::{Alias, Expr, Func, IntoCondition, Order, Query, SelectStatement},
};
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// A file with the names on it and the reader's look: one statement a list.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    client: Uuid,
    client_name: String,
    thread: Uuid,
    subject: Sealed<String>,
    message: Uuid,
    #[sea_orm(nested)]
    author: Author,
    name: Sealed<String>,
    size: i64,
    sha256: Vec<u8>,
    received_at: i64,
    /// When the reader opened it first.
    looked: Option<i64>,
    /// When somebody of the other side than the sender's opened it first.
    opened_at: Option<i64>,
    /// Who that was.
    opened_by: Option<String>,
}

/// The list of files, newest first, narrowed to a client if one is given.
///
/// # Errors
/// Nobody is signed in, or the client is not the actor's.
pub async fn list(firm: &Firm, actor: &Actor, client: Option<ClientId>, page: u64) -> Result<FilesView> {
    match client {
        Some(client) => allow(actor, Action::ReadFile, &client)?,
        None => allow(actor, Action::ReadFile, &Nobodys)?,
    }
    let mut files = newest(firm, actor, client, pages::before(page), pages::ASKED).await?;
    let more = pages::cut(&mut files);
    Ok(FilesView {
        files,
        clients: directory::clients_of(firm, actor).await?,
        client,
        more,
        page,
        now: firm.now(),
    })
}

/// The newest files that an actor may see, with who opened them.
pub(crate) async fn newest(
    firm: &Firm,
    actor: &Actor,
    client: Option<ClientId>,
    skip: u64,
    most: u64,
) -> Result<Vec<FileRow>> {
    let (side, _) = actor.signed_in()?;
    // Which ones is settled first: else all that is said about a file would be read for each that is sorted.
    let mut chosen = newest_first(actor.narrow(
        file_row::Entity::find().select_only().column(file_row::Column::Id),
        file_row::Column::Client,
    ));
    if let Some(client) = client {
        chosen = chosen.filter(file_row::Column::Client.eq(client.uuid()));
    }
    let chosen = chosen.offset(skip).limit(most).into_query();
    rows(firm, seen(actor)?.filter(file_row::Column::Id.in_subquery(chosen)))
        .await?
        .into_iter()
        .map(|row| {
            Ok(FileRow {
                file: chip(firm, side, &row)?,
                client: directory::label(row.client, row.client_name),
                sender: row.author.person(actor)?,
                thread: row.thread.into(),
                subject: row.subject.open(firm.at("thread", "subject", row.thread))?,
                opened: row.opened_by.zip(row.opened_at.map(Moment)),
            })
        })
        .collect()
}

/// The files of a thread, by message.
pub(crate) async fn of_thread(firm: &Firm, actor: &Actor, id: ThreadId) -> Result<HashMap<Uuid, Vec<FileChip>>> {
    let (side, _) = actor.signed_in()?;
    let rows = rows(firm, seen(actor)?.filter(file_row::Column::Thread.eq(id.uuid()))).await?;
    let mut by_message: HashMap<Uuid, Vec<FileChip>> = HashMap::new();
    for row in rows.into_iter().rev() {
        by_message.entry(row.message).or_default().push(chip(firm, side, &row)?);
    }
    Ok(by_message)
}

/// How many files of the other side the reader has not opened, as a part of a statement.
pub(crate) fn new_count(actor: &Actor) -> Result<SelectStatement> {
    let (side, _) = actor.signed_in()?;
    let count = seen(actor)?
        .filter(file_row::Column::AuthorSide.ne(side_name(side)))
        .filter(Expr::col((file_look::Entity, file_look::Column::FirstAt)).is_null())
        .expr(Expr::col((file_row::Entity, file_row::Column::Id)).count());
    Ok(count.into_query())
}

/// The first look at a file of somebody who is not on the sender's side: one column of it.
fn first_look(column: Expr) -> SelectStatement {
    let looked = Alias::new("other_look");
    let of = |column: file_look::Column| Expr::col((looked.clone(), column));
    Query::select()
        .expr(column)
        .from_as(file_look::Entity, looked.clone())
        .join_as(
            JoinType::LeftJoin,
            staff::Entity,
            "looking_staff",
            Expr::col(("looking_staff", staff::Column::Id)).equals((looked.clone(), file_look::Column::Reader)),
        )
        .join_as(
            JoinType::LeftJoin,
            contact::Entity,
            "looking_contact",
            Expr::col(("looking_contact", contact::Column::Id)).equals((looked.clone(), file_look::Column::Reader)),
        )
        .and_where(of(file_look::Column::File).equals((file_row::Entity, file_row::Column::Id)))
        .and_where(of(file_look::Column::ReaderSide).ne(Expr::col((file_row::Entity, file_row::Column::AuthorSide))))
        .order_by((looked.clone(), file_look::Column::FirstAt), Order::Asc)
        .limit(1)
        .take()
}

/// The files in the actor's scope, joined with the reader's look.
fn seen(actor: &Actor) -> Result<Select<file_row::Entity>> {
    let (_, reader) = actor.signed_in()?;
    let look: RelationDef = file_row::Entity::belongs_to(file_look::Entity)
        .from(file_row::Column::Id)
        .to(file_look::Column::File)
        .on_condition(move |_, look| Expr::col((look, file_look::Column::Reader)).eq(reader).into_condition())
        .into();
    let query = file_row::Entity::find().select_only().join(JoinType::LeftJoin, look);
    Ok(actor.narrow(query, file_row::Column::Client))
}

async fn rows(firm: &Firm, query: Select<file_row::Entity>) -> Result<Vec<Row>> {
    let version: RelationDef = file_row::Entity::belongs_to(file_version::Entity)
        .from(file_row::Column::Id)
        .to(file_version::Column::File)
        .on_condition(|file, version| {
            Expr::col((version, file_version::Column::Version))
                .equals((file, file_row::Column::Version))
                .into_condition()
        })
        .into();
    let thread_of: RelationDef = file_row::Entity::belongs_to(thread::Entity)
        .from(file_row::Column::Thread)
        .to(thread::Column::Id)
        .into();
    let client_of: RelationDef = file_row::Entity::belongs_to(client::Entity)
        .from(file_row::Column::Client)
        .to(client::Column::Id)
        .into();
    let looker = Func::coalesce([
        Expr::col(("looking_staff", staff::Column::Name)),
        Expr::col(("looking_contact", contact::Column::Name)),
    ])
    .into();
    let query = query
        .join(JoinType::InnerJoin, version)
        .join(JoinType::InnerJoin, thread_of)
        .join(JoinType::InnerJoin, client_of)
        .columns([
            file_row::Column::Id,
            file_row::Column::Client,
            file_row::Column::Thread,
            file_row::Column::Message,
            file_row::Column::Name,
        ])
        .column_as(client::Column::Name, "client_name")
        .column_as(thread::Column::Subject, "subject")
        .column_as(file_version::Column::Size, "size")
        .column_as(file_version::Column::Sha256, "sha256")
        .column_as(file_version::Column::ReceivedAt, "received_at")
        .column_as(file_look::Column::FirstAt, "looked")
        .expr_as(
            Expr::from(first_look(Expr::col(("other_look", file_look::Column::FirstAt)))),
            "opened_at",
        )
        .expr_as(Expr::from(first_look(looker)), "opened_by");
    let query = with_author::<_, file_row::Entity>(query, file_row::Column::AuthorSide, file_row::Column::Author);
    Ok(newest_first(query).into_model::<Row>().all(firm.db()).await?)
}

fn newest_first(query: Select<file_row::Entity>) -> Select<file_row::Entity> {
    query
        .order_by_desc(file_row::Column::CreatedAt)
        .order_by_desc(file_row::Column::Place)
        .order_by_desc(file_row::Column::Id)
}

fn chip(firm: &Firm, reader: Side, row: &Row) -> Result<FileChip> {
    let name = row.name.open(firm.at("file", "name", row.id))?;
    Ok(FileChip {
        id: row.id.into(),
        kind: file::kind(&name),
        name,
        size: row.size.unsigned_abs(),
        sha256: hex(&row.sha256),
        received: Moment(row.received_at),
        new: row.looked.is_none() && row.author.side()? != reader,
    })
}

/// Bytes as people compare them: two lower-case digits each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
