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
    ClientId, ContactId, Field, FormId, MessageId, Moment, Problem, Reason, ThreadId, UploadId, access::Action,
    client::Side, file::FileChip, limits, message::MessageView, text,
};
use entity::{
    Sealed,
    firm::{client_contact, message, read_mark, thread},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Seconds for which notices are gathered, so that five messages make one mail.
pub(crate) const QUIET: i64 = 300;

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
    view(firm, &names, &files, &[], reader, &message)
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
    let sent = new.uploads.iter().filter(|upload| once.insert(**upload));
    for (place, upload) in sent.enumerate() {
        uploads::become_file(tx, actor, *upload, thread, id, place).await?;
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
        notify_contacts(tx, threads::owner(thread), now).await?;
    }
    tx.hint(Hint::Thread {
        thread: thread_id,
        client: threads::owner(thread),
        author,
    });
    Ok(row)
}

/// Tells a client's contacts, a little later, that something waits.
pub(crate) async fn notify_contacts(tx: &mut Tx<'_>, client: ClientId, now: Moment) -> Result<()> {
    let contacts = client_contact::Entity::find()
        .filter(client_contact::Column::Client.eq(client.uuid()))
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
    row: &message::Model,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{on_both_engines, portal, testing::House, threads::NewThread};
    use entity::firm::{audit_entry, job};
    use sea_orm::PaginatorTrait;

    pub(crate) async fn thread(house: &House, actor: &Actor) -> ThreadId {
        let new = NewThread {
            client: house.people.marlowe,
            subject: "VAT quarter".to_owned(),
            text: "First words".to_owned(),
            uploads: Vec::new(),
            form: FormId::from(house.firm.random.id()),
        };
        threads::start(&house.firm, actor, &new).await.expect("a thread")
    }

    fn message(house: &House, text: &str) -> NewMessage {
        NewMessage {
            text: text.to_owned(),
            uploads: Vec::new(),
            form: FormId::from(house.firm.random.id()),
        }
    }

    on_both_engines!(
        a_message_is_unread_for_the_other_side_until_it_is_opened,
        |house| async move {
            let (firm, anwen, imogen) = (&house.firm, house.anwen(), house.imogen());
            let id = thread(&house, &imogen).await;
            assert_eq!(portal::frame(firm, &anwen).await.expect("frame").unread_threads, 1);
            assert_eq!(
                portal::frame(firm, &imogen).await.expect("frame").unread_threads,
                0,
                "not for the writer"
            );
            let open = threads::open(firm, &anwen, id, None).await.expect("open");
            assert_eq!((open.unread, open.messages[0].text.as_str()), (1, "First words"));
            assert_eq!(portal::frame(firm, &anwen).await.expect("frame").unread_threads, 0);
            let seen = threads::open(firm, &imogen, id, None).await.expect("open").messages[0]
                .seen
                .clone();
            assert_eq!(seen.map(|(name, _)| name), Some("Anwen Marlowe".to_owned()));
        }
    );

    on_both_engines!(the_same_form_twice_is_one_message, |house| async move {
        let (firm, anwen) = (&house.firm, house.anwen());
        let id = thread(&house, &anwen).await;
        let new = message(&house, "Once");
        let first = post(firm, &anwen, id, &new).await.expect("posted");
        let again = post(firm, &anwen, id, &new).await.expect("found");
        assert_eq!(first.id, again.id);
        assert_eq!(
            threads::open(firm, &anwen, id, None)
                .await
                .expect("open")
                .messages
                .len(),
            2
        );
        assert!(
            post(firm, &house.imogen(), id, &new).await.is_err(),
            "another's form is not mine"
        );
    });

    on_both_engines!(of_many_presses_at_once_one_message_is_made, |house| async move {
        let anwen = house.anwen();
        let id = thread(&house, &anwen).await;
        let new = message(&house, "Once");
        let presses: Vec<_> = (0..20)
            .map(|_| {
                let (firm, anwen, new) = (std::sync::Arc::clone(&house.firm), anwen.clone(), new.clone());
                tokio::spawn(async move { post(&firm, &anwen, id, &new).await.map(|made| made.id) })
            })
            .collect();
        let mut ids = HashSet::new();
        for press in presses {
            ids.insert(press.await.expect("a task").expect("an answer"));
        }
        assert_eq!(ids.len(), 1);
    });

    on_both_engines!(a_stranger_cannot_learn_that_a_thread_exists, |house| async move {
        let id = thread(&house, &house.anwen()).await;
        let absent = ThreadId::from(house.firm.random.id());
        for (actor, id) in [
            (house.priya(), id),
            (house.priya(), absent),
            (Actor::Visitor, id),
            (house.imogen(), absent),
        ] {
            let opened = threads::open(&house.firm, &actor, id, None).await.map(|_| ());
            let posted = post(&house.firm, &actor, id, &message(&house, "Hello"))
                .await
                .map(|_| ());
            for answer in [opened, posted] {
                assert!(matches!(answer, Err(Error::Problem(Problem::NotFound))), "{answer:?}");
            }
        }
    });

    on_both_engines!(another_firms_staff_find_nothing, |house| async move {
        let id = thread(&house, &house.anwen()).await;
        let answer = threads::open(&house.other, &house.imogen(), id, None).await.map(|_| ());
        assert!(matches!(answer, Err(Error::Problem(Problem::NotFound))));
    });

    on_both_engines!(a_refused_message_leaves_nothing, |house| async move {
        let anwen = house.anwen();
        let id = thread(&house, &anwen).await;
        let before = audit_entry::Entity::find().count(house.firm.db()).await.expect("count");
        let long = "x".repeat(limits::MESSAGE_CHARS + 1);
        for text in ["", "  \n ", long.as_str()] {
            assert!(post(&house.firm, &anwen, id, &message(&house, text)).await.is_err());
        }
        let gone = NewMessage {
            uploads: vec![UploadId::from(house.firm.random.id())],
            ..message(&house, "With a file")
        };
        let answer = post(&house.firm, &anwen, id, &gone).await.map(|_| ());
        assert!(matches!(
            answer,
            Err(Error::Problem(Problem::Refused {
                reason: Reason::FileGone,
                ..
            }))
        ));
        assert_eq!(
            threads::open(&house.firm, &anwen, id, None)
                .await
                .expect("open")
                .messages
                .len(),
            1
        );
        assert_eq!(
            audit_entry::Entity::find().count(house.firm.db()).await.expect("count"),
            before
        );
    });

    on_both_engines!(five_messages_of_staff_make_one_notice, |house| async move {
        let imogen = house.imogen();
        let id = thread(&house, &imogen).await;
        for _ in 0..4 {
            post(&house.firm, &imogen, id, &message(&house, "Planted content"))
                .await
                .expect("posted");
        }
        assert_eq!(
            house.work().await.expect("the queue runs"),
            0,
            "not before the quiet window is over"
        );
        house.advance(QUIET);
        assert_eq!(house.work().await.expect("the queue runs"), 1);
        let letters = house.letters();
        assert_eq!(letters.len(), 1);
        let whole = format!("{:?}", letters[0]);
        assert!(
            !whole.contains("Planted") && !whole.contains("VAT quarter"),
            "a mail never says what waits"
        );
        assert_eq!(job::Entity::find().count(house.firm.db()).await.expect("count"), 0);
    });

    on_both_engines!(open_pages_hear_of_a_message, |house| async move {
        use futures::StreamExt;
        let anwen = house.anwen();
        let id = thread(&house, &anwen).await;
        let session = domain::SessionId::from(house.firm.random.id());
        let mut hers = std::pin::pin!(crate::events::subscribe(&house.firm, &anwen, session));
        let mut strangers = std::pin::pin!(crate::events::subscribe(&house.firm, &house.priya(), session));
        post(&house.firm, &house.imogen(), id, &message(&house, "News"))
            .await
            .expect("posted");
        assert_eq!(hers.next().await, Some(crate::events::Event::Thread { id, own: false }));
        house.firm.end_streams();
        assert_eq!(strangers.next().await, None, "a stranger hears nothing");
    });
}
