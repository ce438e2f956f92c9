//! Activation: the steps of an invitation behind its code, up to the first session.

#[cfg(test)]
mod tests;

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    letters::Happened,
    passwords, questions,
    sessions::{self, Device},
    settings,
    sign_in::{self, Entered},
    tx::Tx,
    walks::{self, Begun, Purpose, Row, second},
};
use domain::{
    Field, LinkId, Reason,
    access::Action,
    client::Side,
    questions::QuestionsOffer,
    walk::{CodeWay, Course, PasswordStep, Step, Texts},
};
use entity::firm::{contact, one_time_token};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

/// What follows a step.
pub enum Next {
    /// They are in, or one second factor away.
    In(Entered),
    /// Security questions are chosen first.
    Questions,
}

/// Begins with the secret of the invitation's link. Where the firm sends the code on opening, it is on its way with that; what
/// keeps it from going, the next page says.
///
/// # Errors
/// As [`walks::take_secret`].
pub async fn begin(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    secret: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Begun> {
    let begun = walks::take_secret(firm, actor, Purpose::Activate, id, secret, browser).await?;
    if settings::sign_in::read(firm).await?.send_code_on_open {
        let browser = Some(begun.browser.as_str());
        let step = second::step(firm, actor, Purpose::Activate, id, browser).await?;
        if step.texts == Texts::Go && !step.proven && step.sent.is_none() {
            let sent = second::send(firm, actor, Purpose::Activate, id, CodeWay::Text, browser, device).await;
            if let Err(Error::Fault(fault)) = sent {
                return Err(fault.into());
            }
        }
    }
    Ok(begun)
}

/// How this firm's invitations go.
///
/// # Errors
/// The database fails.
pub async fn course(firm: &Firm, actor: &Actor) -> Result<Course> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let settings = settings::sign_in::read(firm).await?;
    Ok(Course {
        sends_on_open: settings.send_code_on_open,
        asks_questions: settings.questions > 0,
    })
}

/// The step at which an invitation stands in this browser.
///
/// # Errors
/// The walk is over, or goes on in another browser.
pub async fn step(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<Step> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let row = walks::of_browser(firm.db(), Purpose::Activate, id, browser, firm.now()).await?;
    Ok(if !walks::is_proven(&row, firm.now()) {
        Step::Code
    } else if row.password_at.is_some() && settings::sign_in::read(firm).await?.questions > 0 {
        Step::Questions
    } else {
        Step::Password
    })
}

/// What the page asks for where a password is set.
///
/// # Errors
/// The code was not given yet, or the walk is over or elsewhere.
pub async fn password_step(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<PasswordStep> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (row, person) = proven(firm, firm.db(), id, browser).await?;
    let settings = settings::sign_in::read(firm).await?;
    Ok(PasswordStep {
        id,
        address: walks::address_of(firm, &row)?,
        rules: passwords::rules(firm, Side::Contact, person).await?,
        passwordless: settings.passwordless,
        asks_questions: settings.questions > 0,
    })
}

/// Sets a password, or does without one where the firm has it so; then they are in, unless questions follow.
///
/// # Errors
/// The password is refused; the code was not given yet; the walk is over or elsewhere.
pub async fn set_password(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    password: Option<&str>,
    browser: Option<&str>,
    device: &Device,
) -> Result<Next> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (_, person) = proven(firm, firm.db(), id, browser).await?;
    let settings = settings::sign_in::read(firm).await?;
    let hash = match password {
        Some(password) => Some(passwords::prepare(firm, Side::Contact, person, password).await?),
        None if settings.passwordless => None,
        None => return Err(Error::refused(Field::NewPassword, Reason::Empty)),
    };
    let mut tx = firm.begin().await?;
    let (row, person) = proven(firm, tx.db(), id, browser).await?;
    match hash {
        Some(hash) => {
            passwords::set(&mut tx, Side::Contact, person, hash, None).await?;
        }
        // One that was set on the way, by them or by whoever had the link before an address was put right, goes.
        None => passwords::write(&tx, Side::Contact, person, None).await?,
    }
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::PasswordAt, Expr::value(firm.now().0))
        .filter(one_time_token::Column::Id.eq(row.id))
        .exec(tx.db())
        .await?;
    let next = if settings.questions > 0 {
        Next::Questions
    } else {
        Next::In(finish(&tx, &row, person, device).await?)
    };
    tx.commit().await?;
    Ok(next)
}

/// What the page asks for where security questions are chosen.
///
/// # Errors
/// The password's step comes first, or the walk is over or elsewhere.
pub async fn questions_step(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<QuestionsOffer> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (row, _) = proven(firm, firm.db(), id, browser).await?;
    must_have_password_step(&row)?;
    questions::offered(firm).await
}

/// Keeps the chosen questions with their answers; then they are in.
///
/// # Errors
/// A choice or an answer is refused; the password's step comes first; the walk is over or elsewhere.
pub async fn answer(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    answers: &[(String, String)],
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    questions_step(firm, actor, id, browser).await?;
    let kept = questions::prepare(firm, answers).await?;
    let tx = firm.begin().await?;
    let (row, person) = proven(firm, tx.db(), id, browser).await?;
    must_have_password_step(&row)?;
    questions::keep(&tx, person.into(), kept).await?;
    let entered = finish(&tx, &row, person, device).await?;
    tx.commit().await?;
    Ok(entered)
}

/// The walk whose code was right in this browser, and whose it is.
async fn proven(firm: &Firm, db: &impl ConnectionTrait, id: LinkId, browser: Option<&str>) -> Result<(Row, Uuid)> {
    let row = second::proven_row(db, Purpose::Activate, id, browser, firm.now()).await?;
    match walks::owner(firm, db, &row).await? {
        Some((Side::Contact, person)) => Ok((row, person)),
        _ => Err(Error::not_found()),
    }
}

fn must_have_password_step(row: &Row) -> Result<()> {
    if row.password_at.is_some() {
        Ok(())
    } else {
        Err(Error::refused(Field::Form, Reason::PasswordFirst))
    }
}

/// The last step: the link is dead, the access is active, and its owner is in.
async fn finish(tx: &Tx<'_>, row: &Row, person: Uuid, device: &Device) -> Result<Entered> {
    if !walks::use_up(tx, row).await? {
        return Err(Error::refused(Field::Form, Reason::LinkUsed));
    }
    contact::ActiveModel {
        id: Set(person),
        activated_at: Set(Some(tx.firm.now().0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    let by = Actor::contact(person.into(), "", Vec::new());
    tx.audit_with(&by, "contact.activate", Some(person), second::way_words(row))
        .await?;
    sessions::tell(tx, Side::Contact, person, Happened::Activated).await?;
    sign_in::admit(tx, Side::Contact, person, "activation", "", device).await
}
