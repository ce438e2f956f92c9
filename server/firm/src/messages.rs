//! Messages: entries in a thread, with their files.

use crate::{
    Actor, Firm,
    actor::{allow, side_name, side_of},
    directory::Directory,
    drafts,
    error::{Error, Result},
    events::Hint,
    files,
    jobs::Job,
    threads,
    tx::Tx,
    uploads,
};
use domain::{
    ContactId, Field, FormId, MessageId, Moment, Problem, Reason, ThreadId, UploadId, access::Action, client::Side,
    file::FileChip, limits, message::MessageView, text,
};
use entity::{
    Sealed,
    firm::{client_contact, message, read_mark, thread},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Seconds for which notices are gathered, so that five messages make one mail.
const QUIET: i64 = 300;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What was typed; may be empty when there are files.
    pub text: String,
    /// Finished uploads that go with it.
    pub uploads: Vec<UploadId>,
    /// The form's one-time id.
    pub form: FormId,
}

/// Sends a message. The same form posted twice finds the message that it made at first.
///
/// # Errors
/// The thread is not the actor's to write in; the text is empty or too long; an upload is gone or unfinished.
pub async fn post(firm: &Firm, actor: &Actor, thread: ThreadId, new: &NewMessage) -> Result<MessageView> {
    let row = threads::row(firm.db(), thread).await?;
    allow(actor, Action::WriteThread, &threads::owner(&row))?;
    let reader = actor.signed_in()?;
    check(new)?;
    let mut tx = firm.begin().await?;
    let made = message::Entity::find()
        .filter(message::Column::Form.eq(new.form.uuid()))
        .one(tx.db())
        .await?;
    let message = match made {
        Some(made) if made.author == reader.1 && made.thread == thread.uuid() => {
            drop(tx);
            made
        }
        Some(_) => return Err(Error::not_found()),
        None => {
            // Read again under the lock: the number must be the next one.
            let row = threads::row(tx.db(), thread).await?;
            let made = write(&mut tx, actor, &row, new).await?;
            tx.commit().await?;
            made
        }
    };
    let files = files::of_thread(firm, actor, thread).await?;
    let names = Directory::of(firm, actor, [reader], []).await?;
    view(firm, &names, &files, &[], reader, message)
}

/// What can be said of a message before anything is looked up.
pub(crate) fn check(new: &NewMessage) -> Result<(), Problem> {
    if new.uploads.len() > limits::FILES_A_MESSAGE {
        return Err(Problem::field(Field::Files, Reason::TooManyFiles));
    }
    text::message(&new.text, !new.uploads.is_empty()).map(|_| ())
}

/// Writes a message and everything that goes with it.
pub(crate) async fn write(
    tx: &mut Tx<'_>,
    actor: &Actor,
    thread: &thread::Model,
    new: &NewMessage,
) -> Result<message::Model> {
    let firm = tx.firm;
    let (side, author) = actor.signed_in()?;
    let typed = text::message(&new.text, !new.uploads.is_empty())?;
    let (id, thread_id) = (MessageId::from(firm.random.id()), ThreadId::from(thread.id));
    let now = firm.now();
    let number = thread.last_number + 1;
    let row = message::ActiveModel {
        id: Set(id.uuid()),
        thread: Set(thread.id),
        number: Set(number),
        author_side: Set(side_name(side).to_owned()),
        author: Set(author),
        text: Set(Sealed::seal(
            &typed,
            firm.at("message", "text", id.uuid()),
            &firm.random,
        )?),
        at: Set(now.0),
        form: Set(new.form.uuid()),
    }
    .insert(tx.db())
    .await?;
    let mut once = HashSet::new();
    for upload in new.uploads.iter().filter(|upload| once.insert(**upload)) {
        uploads::become_file(tx, actor, *upload, thread, id).await?;
    }
    thread::ActiveModel {
        id: Set(thread.id),
        last_number: Set(number),
        last_at: Set(now.0),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    threads::mark(tx.db(), thread_id, (side, author), number, now).await?;
    drafts::forget(tx.db(), thread_id, author).await?;
    tx.audit(actor, "message.post", Some(id.uuid())).await?;
    if side == Side::Staff {
        notify_contacts(tx, thread, now).await?;
    }
    tx.hint(Hint::Thread {
        thread: thread_id,
        client: threads::owner(thread),
        author,
    });
    Ok(row)
}

async fn notify_contacts(tx: &mut Tx<'_>, thread: &thread::Model, now: Moment) -> Result<()> {
    let contacts = client_contact::Entity::find()
        .filter(client_contact::Column::Client.eq(thread.client))
        .all(tx.db())
        .await?;
    for row in contacts {
        tx.job(
            &Job::Notice {
                contact: ContactId::from(row.contact),
            },
            now.plus_seconds(QUIET),
        )
        .await?;
    }
    Ok(())
}

/// A message as the reader sees it.
pub(crate) fn view(
    firm: &Firm,
    names: &Directory,
    files: &HashMap<Uuid, Vec<FileChip>>,
    marks: &[read_mark::Model],
    reader: (Side, Uuid),
    row: message::Model,
) -> Result<MessageView> {
    let side = side_of(&row.author_side)?;
    let own = row.author == reader.1;
    let seen = own.then(|| first_seen(marks, side, row.number)).flatten();
    Ok(MessageView {
        id: row.id.into(),
        number: row.number,
        author: names.person(side, row.author),
        at: Moment(row.at),
        text: row.text.open(firm.at("message", "text", row.id))?,
        files: files.get(&row.id).cloned().unwrap_or_default(),
        seen: match seen {
            Some(mark) => Some((
                names.person(side_of(&mark.reader_side)?, mark.reader).name,
                Moment(mark.at),
            )),
            None => None,
        },
    })
}

/// The earliest reader of the other side. A mark moves on with later reading, so its time is "by then", never too early.
fn first_seen(marks: &[read_mark::Model], side: Side, number: i64) -> Option<&read_mark::Model> {
    marks
        .iter()
        .filter(|mark| mark.reader_side != side_name(side) && mark.number >= number)
        .min_by_key(|mark| mark.at)
}
