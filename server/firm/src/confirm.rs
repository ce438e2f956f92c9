//! Proving once more, signed in, that it is you: before what signs you in is changed.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    factors::{self, Given},
    fresh::is_fresh_at,
    letters::Happened,
    passkeys::{self, Challenge, Purpose},
    people,
    sessions::{self, Renewed},
    sign_in, throttle,
    tx::Tx,
};
use domain::{Field, Reason, SessionId, access::Action, factors::ConfirmWay, text};
use uuid::Uuid;
use vault::Verdict;

/// Whether one of the reader's passkeys was made at this host, so that it can prove it here.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn has_passkey(firm: &Firm, actor: &Actor, host: &str) -> Result<bool> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    passkeys::here(firm.db(), person, host).await
}

/// How the reader proves it: by the strongest of what they have. A passkey of this host can take the place of a code.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn way(firm: &Firm, actor: &Actor) -> Result<ConfirmWay> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let held = factors::held(firm.db(), person).await?;
    if held.passkey && (!held.app || factors::passkey_only(firm.db(), side).await?) {
        return Ok(ConfirmWay::Passkey);
    }
    if held.app {
        return Ok(ConfirmWay::App);
    }
    let row = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let address = text::masked_address(&row.address);
    Ok(if row.password.is_some() {
        ConfirmWay::Password { address }
    } else {
        ConfirmWay::Link { address }
    })
}

/// By the code of the reader's authenticator app. The session gets a fresh token, as at every proof.
///
/// # Errors
/// The code is wrong or was used, or there were too many wrong ones.
pub async fn by_app(firm: &Firm, actor: &Actor, session: SessionId, code: &str) -> Result<Renewed> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let code = sign_in::digits(code)?;
    if way(firm, actor).await? == ConfirmWay::Passkey {
        return Err(Error::refused(Field::Form, Reason::PasskeyAsked));
    }
    let tx = firm.begin().await?;
    let tries = throttle::factor_tries(firm, person);
    if throttle::asks_second_route(tx.db(), firm, person).await? {
        // The door asks for a mailed code on top by now; in here one waits for its owner to come in that way.
        return Err(Error::refused(Field::Form, Reason::StepSpent));
    }
    if throttle::count(&tx, &tries).await? == throttle::SECOND_ROUTE_AFTER {
        sessions::tell(&tx, side, person, Happened::FactorGuessed).await?;
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
            throttle::note_wrong(&tx, &throttle::factor_month(firm, person)).await?;
            tx.commit().await?;
            Err(Error::refused(Field::AppCode, Reason::NotTheAppCode))
        }
    }
}

/// What the browser asks of the reader's passkeys of this host.
///
/// # Errors
/// They have none.
pub async fn ask_passkey(
    firm: &Firm,
    actor: &Actor,
    session: SessionId,
    host: &str,
    browser: Option<&str>,
) -> Result<Challenge> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    let known = passkeys::ids(tx.db(), person, host).await?;
    if known.is_empty() {
        return Err(Error::refused(Field::Form, Reason::PasskeyFailed));
    }
    let challenge = passkeys::ask_to_sign(&tx, Purpose::Proof(session.uuid()), host, &known, browser).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// By one of the reader's passkeys.
///
/// # Errors
/// The answer does not hold.
pub async fn by_passkey(
    firm: &Firm,
    actor: &Actor,
    session: SessionId,
    answer: &str,
    browser: Option<&str>,
) -> Result<Renewed> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    let taken = passkeys::take(&tx, Purpose::Proof(session.uuid()), browser).await?;
    if passkeys::verify(&tx, taken.as_ref(), answer, Some(person))
        .await?
        .is_none()
    {
        return passkeys::refuse(tx, Reason::PasskeyFailed).await;
    }
    renew(tx, actor, session, "passkey").await
}

/// By the reader's password, where there is no second factor to ask for.
///
/// # Errors
/// It is not theirs, there were too many tries, or there is something stronger.
pub async fn by_password(firm: &Firm, actor: &Actor, session: SessionId, password: &str) -> Result<Renewed> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    if password.is_empty() {
        return Err(Error::refused(Field::Password, Reason::Empty));
    }
    if factors::held(firm.db(), person).await?.any() {
        return Err(Error::refused(Field::Form, Reason::NotFresh));
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

/// Lets a verb go on whose session proved itself within the last minutes, and says whose it is. Under the write lock: a
/// session that another verb ended a moment ago proves nothing any more.
pub(crate) async fn must_be_fresh(tx: &Tx<'_>, actor: &Actor, session: SessionId) -> Result<Uuid> {
    let (_, person) = actor.signed_in()?;
    if is_fresh_at(tx.db(), tx.firm, actor, session).await? {
        Ok(person)
    } else {
        Err(Error::refused(Field::Form, Reason::NotFresh))
    }
}

#[cfg(test)]
mod tests;
