//! Hands post to its courier, and says what the log should note.

use crate::{
    Firm, Letter, Text, Undelivered,
    error::{Fault, Result},
    jobs::Outcome,
    mails::{Fate, Note},
};
use uuid::Uuid;

pub(super) async fn letter(firm: &Firm, id: Uuid, letter: &Letter) -> (Result<Outcome>, Option<Note>) {
    let taken = if firm.courier.carries() {
        Some(firm.courier.send(id, letter).await)
    } else {
        None
    };
    let (outcome, fate) = judged(taken);
    let note = Note {
        text: false,
        to: letter.to.clone(),
        subject: Some(letter.subject.clone()),
        fate,
    };
    (outcome, Some(note))
}

pub(super) async fn text(firm: &Firm, id: Uuid, text: &Text) -> (Result<Outcome>, Option<Note>) {
    let taken = if firm.texts.carries() {
        Some(firm.texts.send(id, text).await)
    } else {
        None
    };
    let (outcome, fate) = judged(taken);
    let note = Note {
        text: true,
        to: text.to.clone(),
        subject: None,
        fate,
    };
    (outcome, Some(note))
}

fn judged(taken: Option<Result<String, Undelivered>>) -> (Result<Outcome>, Fate) {
    match taken {
        None => (Ok(Outcome::Waits), Fate::Waits),
        Some(Ok(reply)) => (Ok(Outcome::Done), Fate::Sent(reply)),
        Some(Err(Undelivered::Never(reply))) => (Ok(Outcome::Done), Fate::Bounced(reply)),
        Some(Err(Undelivered::Later(reply))) => (Err(Fault::Undelivered.into()), Fate::Later(reply)),
    }
}
