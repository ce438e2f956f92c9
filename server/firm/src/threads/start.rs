//! A new thread with its first message.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_name},
    clients, directory,
    error::{Error, Result},
    messages::{self, NewMessage},
};
use domain::{ClientId, Field, FormId, ThreadId, UploadId, access::Action, limits, text, thread::NewThreadView};
use entity::{Sealed, firm::thread};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// A thread to be begun.
#[derive(Clone, Debug)]
pub struct NewThread {
    /// Whom it is about.
    pub client: ClientId,
    /// What it is about.
    pub subject: String,
    /// The first message.
    pub text: String,
    /// Finished uploads that go with it.
    pub uploads: Vec<UploadId>,
    /// The form's one-time id.
    pub form: FormId,
}

/// The empty form.
///
/// # Errors
/// The actor may not begin threads.
pub async fn blank(firm: &Firm, actor: &Actor) -> Result<NewThreadView> {
    allow(actor, Action::OpenThread, &Nobodys)?;
    Ok(NewThreadView {
        clients: directory::clients_of(firm, actor).await?,
        form: FormId::from(firm.random.id()),
        // Whom it is about is not known yet.
        file_limit: limits::FILE_BYTES,
    })
}

/// Begins a thread. The same form posted twice finds the thread that it made at first.
///
/// # Errors
/// The client is not the actor's; subject or text are refused; an upload is gone or unfinished.
pub async fn start(firm: &Firm, actor: &Actor, new: &NewThread) -> Result<ThreadId> {
    allow(actor, Action::OpenThread, &new.client)?;
    let (side, author) = actor.signed_in()?;
    let subject = text::line(&new.subject, Field::Subject, limits::SUBJECT_CHARS)?;
    let message = NewMessage {
        text: new.text.clone(),
        uploads: new.uploads.clone(),
        form: new.form,
    };
    messages::check(&message)?;
    let mut tx = firm.begin().await?;
    // Staff reach every client that is not kept from them, so one that does not exist, too.
    clients::row(tx.db(), new.client).await?;
    if let Some(made) = thread::Entity::find()
        .filter(thread::Column::Form.eq(new.form.uuid()))
        .one(tx.db())
        .await?
    {
        return if made.author == author {
            Ok(made.id.into())
        } else {
            Err(Error::not_found())
        };
    }
    let id = ThreadId::from(firm.random.id());
    let now = firm.now();
    let row = thread::ActiveModel {
        id: Set(id.uuid()),
        client: Set(new.client.uuid()),
        subject: Set(Sealed::seal(
            &subject,
            firm.at("thread", "subject", id.uuid()),
            &firm.random,
        )?),
        author_side: Set(side_name(side).to_owned()),
        author: Set(author),
        created_at: Set(now.0),
        form: Set(new.form.uuid()),
        last_number: Set(0),
        last_at: Set(now.0),
    }
    .insert(tx.db())
    .await?;
    tx.audit(actor, "thread.start", Some(id.uuid())).await?;
    messages::write(&mut tx, actor, &row, &message).await?;
    tx.commit().await?;
    Ok(id)
}
