//! Lists of threads, newest first.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    directory::{self, Author, with_author},
    error::Result,
    pages,
};
use domain::{
    ClientId, Moment,
    access::Action,
    limits,
    text::first_words,
    thread::{ThreadRow, ThreadsView},
};
use entity::{
    Sealed,
    firm::{client, file, message, read_mark, thread},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationDef, Select,
    sea_query::{Expr, IntoCondition, Query, SelectStatement},
};
use uuid::Uuid;

/// Characters of a last message that a list shows.
const WORDS: usize = 90;

/// A thread with its last message, the names on it and the reader's mark: one statement a list.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    client: Uuid,
    client_name: String,
    subject: Sealed<String>,
    last_at: i64,
    last_number: i64,
    mark: Option<i64>,
    message: Uuid,
    #[sea_orm(nested)]
    author: Author,
    text: Sealed<String>,
    files: i64,
    unread_threads: i64,
}

/// The list of threads, one page of it, narrowed to a client if one is given.
///
/// # Errors
/// Nobody is signed in, or the client is not the actor's.
pub async fn list(firm: &Firm, actor: &Actor, client: Option<ClientId>, page: u64) -> Result<ThreadsView> {
    match client {
        Some(client) => allow(actor, Action::ReadThread, &client)?,
        None => allow(actor, Action::ReadThread, &Nobodys)?,
    }
    let mut threads = newest(firm, actor, client, pages::before(page), pages::ASKED).await?;
    let more = pages::cut(&mut threads);
    Ok(ThreadsView {
        threads,
        clients: directory::clients_of(firm, actor).await?,
        client,
        more,
        page,
        now: firm.now(),
    })
}

/// The newest threads that an actor may see.
pub(crate) async fn newest(
    firm: &Firm,
    actor: &Actor,
    client: Option<ClientId>,
    skip: u64,
    most: u64,
) -> Result<Vec<ThreadRow>> {
    let mut query = seen(actor)?;
    if let Some(client) = client {
        query = query.filter(thread::Column::Client.eq(client.uuid()));
    }
    rows(firm, actor, chosen(actor, query.offset(skip).limit(most))?).await
}

/// The newest threads, split into those with something unread, at most one page of them, and the others.
///
/// Nearly always what is unread is among the newest, so one statement does; a second one only fetches what is not.
pub(crate) async fn newest_and_unread(
    firm: &Firm,
    actor: &Actor,
    most: u64,
) -> Result<(Vec<ThreadRow>, Vec<ThreadRow>)> {
    let query = chosen(actor, seen(actor)?.limit(most))?;
    let query = query.expr_as(Expr::from(unread_count(actor)?), "unread_threads");
    let (threads, all_unread) = counted(firm, actor, query).await?;
    let (mut unread, others): (Vec<_>, Vec<_>) = threads.into_iter().partition(|row| row.unread > 0);
    if i64::try_from(unread.len()).is_ok_and(|found| found < all_unread) {
        let query = seen(actor)?.filter(has_unread()).limit(limits::PAGE_ROWS);
        unread = rows(firm, actor, chosen(actor, query)?).await?;
    }
    Ok((unread, others))
}

/// How many threads have something unread, as a part of a statement.
pub(crate) fn unread_count(actor: &Actor) -> Result<SelectStatement> {
    let count = seen(actor)?
        .filter(has_unread())
        .expr(Expr::col((thread::Entity, thread::Column::Id)).count());
    Ok(count.into_query())
}

/// The threads in the actor's scope, joined with their marks.
fn seen(actor: &Actor) -> Result<Select<thread::Entity>> {
    let (_, reader) = actor.signed_in()?;
    let mark: RelationDef = thread::Entity::belongs_to(read_mark::Entity)
        .from(thread::Column::Id)
        .to(read_mark::Column::Thread)
        .on_condition(move |_, mark| Expr::col((mark, read_mark::Column::Reader)).eq(reader).into_condition())
        .into();
    let query = thread::Entity::find().select_only().join(JoinType::LeftJoin, mark);
    Ok(actor.narrow(query, thread::Column::Client))
}

/// The newest of some threads, as many as they were limited to. Which ones is settled first: else all that is said about a
/// thread would be read for each that is sorted.
fn chosen(actor: &Actor, query: Select<thread::Entity>) -> Result<Select<thread::Entity>> {
    let ids = newest_first(query.column(thread::Column::Id)).into_query();
    Ok(seen(actor)?.filter(thread::Column::Id.in_subquery(ids)))
}

fn newest_first(query: Select<thread::Entity>) -> Select<thread::Entity> {
    query
        .order_by_desc(thread::Column::LastAt)
        .order_by_desc(thread::Column::Id)
}

fn has_unread() -> Expr {
    Expr::col((thread::Entity, thread::Column::LastNumber)).gt(Expr::col((
        read_mark::Entity,
        read_mark::Column::Number,
    ))
    .if_null(0_i64))
}

async fn rows(firm: &Firm, actor: &Actor, query: Select<thread::Entity>) -> Result<Vec<ThreadRow>> {
    Ok(
        counted(firm, actor, query.expr_as(Expr::value(0_i64), "unread_threads"))
            .await?
            .0,
    )
}

/// The rows, with the column `unread_threads` that is the same in each of them.
async fn counted(firm: &Firm, actor: &Actor, query: Select<thread::Entity>) -> Result<(Vec<ThreadRow>, i64)> {
    let last: RelationDef = thread::Entity::belongs_to(message::Entity)
        .from(thread::Column::Id)
        .to(message::Column::Thread)
        .on_condition(|thread, message| {
            Expr::col((message, message::Column::Number))
                .equals((thread, thread::Column::LastNumber))
                .into_condition()
        })
        .into();
    let client_of: RelationDef = thread::Entity::belongs_to(client::Entity)
        .from(thread::Column::Client)
        .to(client::Column::Id)
        .into();
    let files = Query::select()
        .expr(Expr::col((file::Entity, file::Column::Id)).count())
        .from(file::Entity)
        .and_where(Expr::col((file::Entity, file::Column::Message)).equals((message::Entity, message::Column::Id)))
        .take();
    let query = query
        .join(JoinType::InnerJoin, last)
        .join(JoinType::InnerJoin, client_of)
        .columns([
            thread::Column::Id,
            thread::Column::Client,
            thread::Column::Subject,
            thread::Column::LastAt,
            thread::Column::LastNumber,
        ])
        .column_as(client::Column::Name, "client_name")
        .column_as(read_mark::Column::Number, "mark")
        .column_as(message::Column::Id, "message")
        .column_as(message::Column::Text, "text")
        .expr_as(Expr::from(files), "files");
    let query = with_author::<_, message::Entity>(query, message::Column::AuthorSide, message::Column::Author);
    let found = newest_first(query).into_model::<Row>().all(firm.db()).await?;
    let unread_threads = found.first().map_or(0, |row| row.unread_threads);
    let rows: Result<_> = found.into_iter().map(|row| view(firm, actor, row)).collect();
    Ok((rows?, unread_threads))
}

fn view(firm: &Firm, actor: &Actor, row: Row) -> Result<ThreadRow> {
    let text = row.text.open(firm.at("message", "text", row.message))?;
    Ok(ThreadRow {
        id: row.id.into(),
        subject: row.subject.open(firm.at("thread", "subject", row.id))?,
        client: directory::label(row.client, row.client_name),
        last_author: row.author.person(actor)?,
        last_at: Moment(row.last_at),
        words: first_words(&text, WORDS),
        files: u32::try_from(row.files).unwrap_or(u32::MAX),
        unread: u32::try_from(row.last_number - row.mark.unwrap_or(0)).unwrap_or(0),
    })
}
