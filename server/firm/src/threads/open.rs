//! One thread, open: its messages, files, readers and the reader's draft.

use super::{owner, row};
use crate::{
    Actor, Firm,
    actor::{allow, side_name, side_of},
    clients,
    directory::Directory,
    drafts,
    error::Result,
    events::Hint,
    files, messages, portal, room,
};
use domain::{
    FormId, Moment, ThreadId,
    access::Action,
    client::{Person, Side},
    thread::ThreadView,
};
use entity::firm::{client_contact, contact, message, read_mark, thread};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

/// Messages on one page of a thread.
const MESSAGES: u64 = 100;

/// Opens a thread: the newest messages, or those before a number, and leaves the reader's mark.
///
/// # Errors
/// `NotFound` for a thread that is not the actor's.
pub async fn open(firm: &Firm, actor: &Actor, id: ThreadId, before: Option<i64>) -> Result<ThreadView> {
    let thread = row(firm.db(), id).await?;
    allow(actor, Action::ReadThread, &owner(&thread))?;
    let (side, reader) = actor.signed_in()?;
    let marks = read_mark::Entity::find()
        .filter(read_mark::Column::Thread.eq(id.uuid()))
        .all(firm.db())
        .await?;
    let mark = marks
        .iter()
        .find(|mark| mark.reader == reader)
        .map_or(0, |mark| mark.number);
    let mut query = message::Entity::find().filter(message::Column::Thread.eq(id.uuid()));
    if let Some(before) = before {
        query = query.filter(message::Column::Number.lt(before));
    }
    let mut rows = query
        .order_by_desc(message::Column::Number)
        .limit(MESSAGES)
        .all(firm.db())
        .await?;
    rows.reverse();
    let earlier = rows.first().map_or(0, |row| row.number - 1);
    let files = files::of_thread(firm, actor, id).await?;
    let people = rows
        .iter()
        .map(|row| Ok((side_of(&row.author_side)?, row.author)))
        .chain(marks.iter().map(|mark| Ok((side_of(&mark.reader_side)?, mark.reader))))
        .collect::<Result<Vec<_>>>()?;
    let names = Directory::of(firm, actor, people, [thread.client]).await?;
    let messages = rows
        .into_iter()
        .map(|row| messages::view(firm, &names, &files, &marks, (side, reader), &row))
        .collect::<Result<Vec<_>>>()?;
    let unread = thread.last_number - mark;
    if unread > 0 && before.is_none() {
        leave_mark(firm, id, (side, reader), thread.last_number).await?;
    }
    let mut chips: Vec<_> = files.into_values().flatten().collect();
    chips.sort_by_key(|chip| std::cmp::Reverse(chip.received));
    Ok(ThreadView {
        id,
        subject: thread.subject.open(firm.at("thread", "subject", id.uuid()))?,
        client: names.client(thread.client),
        earlier: earlier.unsigned_abs(),
        unread_from: (unread > 0 && mark > 0).then_some(mark + 1),
        unread: u32::try_from(unread).unwrap_or(0),
        messages,
        people: readers(firm, actor, &thread).await?,
        files: chips,
        draft: drafts::of(firm, id, reader).await?,
        form: FormId::from(firm.random.id()),
        file_limit: room::file_limit(firm, owner(&thread)).await?,
        now: firm.now(),
    })
}

/// Notes how far somebody has read. It never goes back, whatever order two windows open in.
async fn leave_mark(firm: &Firm, id: ThreadId, reader: (Side, Uuid), number: i64) -> Result<()> {
    let mut tx = firm.begin().await?;
    mark(tx.db(), id, reader, number, firm.now()).await?;
    let thread = row(tx.db(), id).await?;
    tx.hint(Hint::Thread {
        thread: id,
        client: owner(&thread),
        author: reader.1,
    });
    tx.commit().await
}

/// Writes a read mark.
pub(crate) async fn mark(
    db: &impl sea_orm::ConnectionTrait,
    id: ThreadId,
    (side, reader): (Side, Uuid),
    number: i64,
    now: Moment,
) -> Result<()> {
    let row = read_mark::ActiveModel {
        thread: Set(id.uuid()),
        reader: Set(reader),
        reader_side: Set(side_name(side).to_owned()),
        number: Set(number),
        at: Set(now.0),
    };
    read_mark::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([read_mark::Column::Thread, read_mark::Column::Reader])
                .update_columns([read_mark::Column::Number, read_mark::Column::At])
                .action_and_where(Expr::col((read_mark::Entity, read_mark::Column::Number)).lt(number))
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Who can read a thread: the client's contacts, and of the firm's staff those who see the client.
async fn readers(firm: &Firm, actor: &Actor, thread: &thread::Model) -> Result<Vec<Person>> {
    let link: RelationDef = contact::Entity::belongs_to(client_contact::Entity)
        .from(contact::Column::Id)
        .to(client_contact::Column::Contact)
        .into();
    let contacts = contact::Entity::find()
        .join(JoinType::InnerJoin, link)
        .filter(
            client_contact::Column::Client
                .eq(thread.client)
                .and(contact::Column::RemovedAt.is_null()),
        )
        .order_by_asc(contact::Column::CreatedAt)
        .all(firm.db())
        .await?;
    let mut people: Vec<Person> = contacts
        .into_iter()
        .map(|row| Person {
            initials: domain::client::initials(&row.name),
            own: actor.person() == Some(row.id),
            name: row.name,
            side: Side::Contact,
            title: String::new(),
        })
        .collect();
    let mut team = clients::seers(firm, thread.client).await?;
    team.sort_by_key(|row| row.created_at);
    people.extend(team.into_iter().map(|row| portal::colleague(actor.person(), row)));
    Ok(people)
}
