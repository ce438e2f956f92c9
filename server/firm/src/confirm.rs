//! Proving once more, signed in, that it is you: before a second factor is changed.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    factors::{self, Given},
    people,
    sessions::{self, Renewed},
    sign_in, throttle,
    tx::Tx,
};
use domain::{Field, Reason, SessionId, access::Action, factors::ConfirmWay, text};
use uuid::Uuid;
use vault::Verdict;

/// How the reader proves it: by the strongest of what they have.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn way(firm: &Firm, actor: &Actor) -> Result<ConfirmWay> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    if factors::held(firm.db(), person).await?.app {
        return Ok(ConfirmWay::App);
    }
    let row = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(if row.password.is_some() {
        ConfirmWay::Password
    } else {
        ConfirmWay::Link {
            address: text::masked_address(&row.address),
        }
    })
}

/// By the code of the reader's authenticator app. The session gets a fresh token, as at every proof.
///
/// # Errors
/// The code is wrong or was used, or there were too many wrong ones.
pub async fn by_app(firm: &Firm, actor: &Actor, session: SessionId, code: &str) -> Result<Renewed> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let code = sign_in::digits(code)?;
    let tx = firm.begin().await?;
    let tries = throttle::factor_tries(firm, person);
    if throttle::count(&tx, &tries).await? > throttle::SECOND_ROUTE_AFTER {
        // The door asks for a mailed code on top by now; in here one waits for its owner to come in that way.
        return Err(Error::refused(Field::Form, Reason::StepSpent));
    }
    let given = match factors::confirmed(tx.db(), person).await? {
        Some(app) => factors::give(&tx, &app, &code).await?,
        None => Given::Wrong,
    };
    match given {
        Given::Right => {
            throttle::forgive(&tx, &tries, 1).await?;
            renew(tx, actor, session, "app").await
        }
        Given::Used => {
            tx.commit().await?;
            Err(Error::refused(Field::AppCode, Reason::AppCodeUsed))
        }
        Given::Wrong => {
            tx.commit().await?;
            Err(Error::refused(Field::AppCode, Reason::NotTheAppCode))
        }
    }
}

/// By the reader's password.
///
/// # Errors
/// It is not theirs, or there were too many tries.
pub async fn by_password(firm: &Firm, actor: &Actor, session: SessionId, password: &str) -> Result<Renewed> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    if password.is_empty() {
        return Err(Error::refused(Field::Password, Reason::Empty));
    }
    let row = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let tries = throttle::password_tries(firm, &row.address);
    sign_in::count_password_try(firm, &tries).await?;
    let hash = row.password.ok_or_else(Error::not_found)?;
    if firm.hasher.verify(password, &hash).await == Verdict::Wrong {
        return Err(Error::refused(Field::Password, Reason::WrongPassword));
    }
    let tx = firm.begin().await?;
    throttle::clear(&tx, &tries).await?;
    renew(tx, actor, session, "password").await
}

async fn renew(tx: Tx<'_>, actor: &Actor, session: SessionId, factor: &str) -> Result<Renewed> {
    let renewed = sessions::renew(&tx, actor, session, factor).await?;
    tx.audit(actor, "session.confirm", Some(session.uuid())).await?;
    tx.commit().await?;
    Ok(renewed)
}

/// Lets a verb go on whose session proved itself within the last minutes.
pub(crate) async fn must_be_fresh(firm: &Firm, actor: &Actor, session: SessionId) -> Result<Uuid> {
    let (_, person) = actor.signed_in()?;
    if crate::fresh::is_fresh(firm, actor, session).await? {
        Ok(person)
    } else {
        Err(Error::refused(Field::Form, Reason::NotFresh))
    }
}
