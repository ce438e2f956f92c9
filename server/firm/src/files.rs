//! Files: the short lists of them, and their content. The whole list is the [`library`](crate::library).

mod content;

pub use content::{Content, about, content, content_of};
pub(crate) use content::{note_view, part, unchecked, version_place, wrapping};

use crate::{
    Actor, Firm,
    actor::side_name,
    directory::{self, Author, with_author},
    error::{Error, Result},
    scan,
};
use domain::{
    Moment, ThreadId,
    client::Side,
    file::{self, FileChip, FileRow, Gone},
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
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) client: Uuid,
    pub(crate) client_name: String,
    pub(crate) thread: Option<Uuid>,
    pub(crate) subject: Option<Sealed<String>>,
    pub(crate) message: Option<Uuid>,
    pub(crate) author_id: Uuid,
    #[sea_orm(nested)]
    pub(crate) author: Author,
    pub(crate) name: Sealed<String>,
    pub(crate) size: i64,
    pub(crate) sha256: Vec<u8>,
    pub(crate) received_at: i64,
    pub(crate) created_at: i64,
    pub(crate) shared_at: Option<i64>,
    pub(crate) withdrawn_at: Option<i64>,
    pub(crate) trashed_at: Option<i64>,
    /// Who put it into the trash.
    pub(crate) trashed_name: Option<String>,
    pub(crate) folder: Option<Uuid>,
    pub(crate) year: Option<i32>,
    pub(crate) version: i32,
    pub(crate) scan: Option<String>,
    pub(crate) found: Option<String>,
    /// Whether the reader has not opened its newest version.
    pub(crate) unseen: bool,
    /// When somebody of the other side than the sender's opened its newest version first.
    pub(crate) opened_at: Option<i64>,
    /// Who that was.
    pub(crate) opened_by: Option<String>,
}

/// The newest files that an actor may see and download.
pub(crate) async fn newest(firm: &Firm, actor: &Actor, most: u64) -> Result<Vec<FileRow>> {
    // Which ones is settled first: else all that is said about a file would be read for each that is sorted.
    let chosen = newest_first(
        actor.narrow(
            visible(actor, file_row::Entity::find())
                .select_only()
                .column(file_row::Column::Id)
                .filter(file_row::Column::WithdrawnAt.is_null()),
            file_row::Column::Client,
        ),
    );
    let chosen = chosen.limit(most).into_query();
    rows(firm, seen(actor)?.filter(file_row::Column::Id.in_subquery(chosen)))
        .await?
        .into_iter()
        .map(|row| {
            Ok(FileRow {
                file: chip(firm, actor, &row)?,
                client: directory::label(row.client, row.client_name),
                sender: row.author.person(actor)?,
            })
        })
        .collect()
}

/// Leaves out what the actor does not see: what lies in the trash, and of staff's own papers what is not shared.
pub(crate) fn visible(actor: &Actor, query: Select<file_row::Entity>) -> Select<file_row::Entity> {
    let query = query.filter(file_row::Column::TrashedAt.is_null());
    if actor.is_staff() {
        query
    } else {
        query.filter(file_row::Column::SharedAt.is_not_null())
    }
}

/// Whether the content of a file in the actor's scope may be opened: not once it was withdrawn or put into the trash, and
/// by contacts only where it is shared.
///
/// # Errors
/// `NotFound`.
pub(crate) fn openable(actor: &Actor, row: &file_row::Model) -> Result<()> {
    let gone = row.withdrawn_at.or(row.trashed_at).is_some();
    if gone || !(actor.is_staff() || row.shared_at.is_some()) {
        return Err(Error::not_found());
    }
    Ok(())
}

/// The files of a thread, by message. What was withdrawn or removed keeps its place, as a record.
pub(crate) async fn of_thread(firm: &Firm, actor: &Actor, id: ThreadId) -> Result<HashMap<Uuid, Vec<FileChip>>> {
    let rows = rows(firm, seen(actor)?.filter(file_row::Column::Thread.eq(id.uuid()))).await?;
    let mut by_message: HashMap<Uuid, Vec<FileChip>> = HashMap::new();
    for row in rows.into_iter().rev() {
        if let Some(message) = row.message {
            by_message.entry(message).or_default().push(chip(firm, actor, &row)?);
        }
    }
    Ok(by_message)
}

/// How many files of the other side the reader has not opened, as a part of a statement.
pub(crate) fn new_count(actor: &Actor) -> Result<SelectStatement> {
    let (side, _) = actor.signed_in()?;
    let count = visible(actor, seen(actor)?)
        .filter(file_row::Column::WithdrawnAt.is_null())
        .filter(of_others(side))
        .filter(unseen())
        .expr(Expr::col((file_row::Entity, file_row::Column::Id)).count());
    Ok(count.into_query())
}

/// Whether a file came from the other side than this one. Guests of upload-only links stand on the client's.
pub(crate) fn of_others(side: Side) -> Expr {
    let staff = side_name(Side::Staff);
    match side {
        Side::Staff => file_row::Column::AuthorSide.ne(staff),
        Side::Contact => file_row::Column::AuthorSide.eq(staff),
    }
}

/// Whether the reader, whose look is joined, has not seen the newest version.
fn unseen() -> Expr {
    let seen = Expr::col((file_look::Entity, file_look::Column::Version));
    seen.clone()
        .is_null()
        .or(seen.lt(Expr::col((file_row::Entity, file_row::Column::Version))))
}

/// The first look at the newest version of a file of somebody who is not on the sender's side: one column of it.
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
        .and_where(of(file_look::Column::Version).gte(Expr::col((file_row::Entity, file_row::Column::Version))))
        .and_where(
            of_others(Side::Staff)
                .and(of(file_look::Column::ReaderSide).eq(side_name(Side::Staff)))
                .or(of_others(Side::Contact).and(of(file_look::Column::ReaderSide).ne(side_name(Side::Staff)))),
        )
        .order_by((looked.clone(), file_look::Column::FirstAt), Order::Asc)
        .limit(1)
        .take()
}

/// The files in the actor's scope, joined with the reader's look.
pub(crate) fn seen(actor: &Actor) -> Result<Select<file_row::Entity>> {
    let (_, reader) = actor.signed_in()?;
    let look: RelationDef = file_row::Entity::belongs_to(file_look::Entity)
        .from(file_row::Column::Id)
        .to(file_look::Column::File)
        .on_condition(move |_, look| Expr::col((look, file_look::Column::Reader)).eq(reader).into_condition())
        .into();
    let query = file_row::Entity::find().select_only().join(JoinType::LeftJoin, look);
    Ok(actor.narrow(query, file_row::Column::Client))
}

/// All that is said about the files of a statement made by [`seen`], the newest first.
pub(crate) async fn rows(firm: &Firm, query: Select<file_row::Entity>) -> Result<Vec<Row>> {
    let version = newest_version();
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
        .join(JoinType::LeftJoin, thread_of)
        .join(JoinType::InnerJoin, client_of)
        .columns([
            file_row::Column::Id,
            file_row::Column::Client,
            file_row::Column::Thread,
            file_row::Column::Message,
            file_row::Column::Name,
            file_row::Column::CreatedAt,
            file_row::Column::SharedAt,
            file_row::Column::WithdrawnAt,
            file_row::Column::TrashedAt,
            file_row::Column::Folder,
            file_row::Column::Year,
        ])
        .column_as(file_row::Column::Author, "author_id")
        .column_as(client::Column::Name, "client_name")
        .column_as(thread::Column::Subject, "subject")
        .column_as(file_version::Column::Size, "size")
        .column_as(file_version::Column::Sha256, "sha256")
        .column_as(file_version::Column::ReceivedAt, "received_at")
        .column_as(file_version::Column::Scan, "scan")
        .column_as(file_version::Column::Found, "found")
        .column_as(file_row::Column::Version, "version")
        .expr_as(unseen(), "unseen")
        .expr_as(
            Expr::from(first_look(Expr::col(("other_look", file_look::Column::FirstAt)))),
            "opened_at",
        )
        .expr_as(Expr::from(first_look(looker)), "opened_by")
        .expr_as(Expr::from(who_trashed()), "trashed_name");
    let query = with_author::<_, file_row::Entity>(query, file_row::Column::AuthorSide, file_row::Column::Author);
    Ok(newest_first(query).into_model::<Row>().all(firm.db()).await?)
}

/// From a file to its newest version.
fn newest_version() -> RelationDef {
    file_row::Entity::belongs_to(file_version::Entity)
        .from(file_row::Column::Id)
        .to(file_version::Column::File)
        .on_condition(|file, version| {
            Expr::col((version, file_version::Column::Version))
                .equals((file, file_row::Column::Version))
                .into_condition()
        })
        .into()
}

/// Who put a row's file into the trash.
fn who_trashed() -> SelectStatement {
    let of = |column: staff::Column| Expr::col((Alias::new("trashing_staff"), column));
    Query::select()
        .expr(of(staff::Column::Name))
        .from_as(staff::Entity, "trashing_staff")
        .and_where(of(staff::Column::Id).equals((file_row::Entity, file_row::Column::TrashedBy)))
        .take()
}

pub(crate) fn newest_first(query: Select<file_row::Entity>) -> Select<file_row::Entity> {
    query
        .order_by_desc(file_row::Column::CreatedAt)
        .order_by_desc(file_row::Column::Place)
        .order_by_desc(file_row::Column::Id)
}

/// A file as the reader sees it.
pub(crate) fn chip(firm: &Firm, actor: &Actor, row: &Row) -> Result<FileChip> {
    let (reader, _) = actor.signed_in()?;
    let name = row.name.open(firm.at("file", "name", row.id))?;
    let gone = gone(actor, row)?;
    Ok(FileChip {
        id: row.id.into(),
        kind: file::kind(&name),
        name,
        size: row.size.unsigned_abs(),
        sha256: hex(&row.sha256),
        received: Moment(row.received_at),
        check: scan::check(firm, row.scan.as_deref(), row.found.as_deref())?,
        new: gone.is_none() && row.unseen && row.author.side()? != reader,
        gone,
    })
}

fn gone(actor: &Actor, row: &Row) -> Result<Option<Gone>> {
    if let Some(at) = row.withdrawn_at.map(Moment) {
        let by = row.author.person(actor)?.name;
        return Ok(Some(Gone::Withdrawn { by, at }));
    }
    Ok(row.trashed_at.map(Moment).map(|at| Gone::Trashed {
        by: row.trashed_name.clone().filter(|_| actor.is_staff()),
        at,
    }))
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
