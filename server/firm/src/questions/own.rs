//! One's own security questions, signed in.

use super::{asked, keep, offered, prepare, rows};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    confirm::must_be_fresh,
    error::{Error, Result},
    fresh::is_fresh,
    letters::Happened,
    sessions,
};
use domain::{ContactId, Moment, SessionId, access::Action, client::Side, questions::QuestionsView};

/// The reader's own security questions; `None` for staff, and where the firm asks none.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn own(firm: &Firm, actor: &Actor, session: SessionId) -> Result<Option<QuestionsView>> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let offer = offered(firm).await?;
    if side != Side::Contact || offer.count == 0 {
        return Ok(None);
    }
    let contact = ContactId::from(person);
    let since = rows(contact).one(firm.db()).await?.map(|row| Moment(row.created_at));
    Ok(Some(QuestionsView {
        offer,
        chosen: asked(firm, contact).await?,
        since,
        fresh: is_fresh(firm, actor, session).await?,
    }))
}

/// Keeps the reader's choice of questions with their answers, in place of earlier ones, and tells them by mail.
///
/// # Errors
/// The session did not prove itself lately; an answer is refused; the reader is not a contact, or the firm asks none.
pub async fn answer(firm: &Firm, actor: &Actor, session: SessionId, answers: &[(String, String)]) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    if !actor.is_contact() || offered(firm).await?.count == 0 {
        return Err(Error::not_found());
    }
    let kept = prepare(firm, answers).await?;
    let tx = firm.begin().await?;
    let person = must_be_fresh(&tx, actor, session).await?;
    keep(&tx, person.into(), kept).await?;
    tx.audit(actor, "questions.answer", None).await?;
    sessions::tell(&tx, Side::Contact, person, Happened::QuestionsAnswered).await?;
    tx.commit().await
}
