//! Passwords: what one must be like, and setting one.
//!
//! A password is taken exactly as it is typed: any Unicode, nothing cut, trimmed or normalised, and never out of date. It
//! is refused when it is short, when it is known to everybody who guesses, or when the firm's or the person's own name is
//! all there is to it.

mod blocklist;
mod own;

pub use own::{change, own, remove};

use crate::{
    Firm,
    actor::side_name,
    error::{Error, Result},
    factors,
    letters::Happened,
    people::{self, Somebody},
    sessions, settings, sign_in, throttle,
    tx::Tx,
    walks,
};
use blocklist::Weakness;
use domain::{
    Field, Problem, Reason, SessionId,
    client::Side,
    limits,
    password::{CharacterKind, PasswordRules},
    settings::SignInSettings,
};
use entity::firm::{contact, staff};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use uuid::Uuid;

/// Whether a password may be kept. `context` is what everybody can guess: the firm's name and host, the person's name and
/// address.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn accept(
    settings: &SignInSettings,
    has_factor: bool,
    context: &[&str],
    password: &str,
) -> Result<(), Problem> {
    let refused = |reason| Err(Problem::field(Field::NewPassword, reason));
    if password.is_empty() {
        return refused(Reason::Empty);
    }
    let (least, found) = (settings.least_password(has_factor), length(password));
    if found < least {
        return refused(Reason::TooShort { least, found });
    }
    if password.len() > limits::PASSWORD_BYTES {
        return refused(Reason::PasswordTooLong);
    }
    if settings.character_kinds
        && let Some(kind) = CharacterKind::missing(password)
    {
        return refused(Reason::KindMissing { kind });
    }
    match blocklist::weakness(password, context) {
        None => Ok(()),
        Some(Weakness::Common) => refused(Reason::CommonPassword),
        Some(Weakness::Pattern) => refused(Reason::PatternPassword),
        Some(Weakness::Context(word)) => refused(Reason::ContextPassword { word }),
    }
}

/// Whether a password may be the first of a firm that has chosen nothing yet.
///
/// # Errors
/// The rule that it breaks.
pub fn accept_first(context: &[&str], password: &str) -> Result<(), Problem> {
    accept(&SignInSettings::default(), false, context, password)
}

/// What a new password of somebody must be like.
pub(crate) async fn rules(firm: &Firm, side: Side, person: Uuid) -> Result<PasswordRules> {
    let owner = owner(firm, side, person).await?;
    let settings = settings::sign_in::read(firm).await?;
    Ok(PasswordRules {
        least: settings.least_password(has_factor(firm.db(), side, person).await?),
        kinds: settings.character_kinds,
        words: blocklist::words_of(&context(firm, &owner)),
    })
}

/// Checks a new password of somebody by all rules, and hashes it. Outside of any transaction.
///
/// # Errors
/// The rule that it breaks.
pub(crate) async fn prepare(firm: &Firm, side: Side, person: Uuid, password: &str) -> Result<String> {
    let owner = owner(firm, side, person).await?;
    let settings = settings::sign_in::read(firm).await?;
    let has_factor = has_factor(firm.db(), side, person).await?;
    accept(&settings, has_factor, &context(firm, &owner), password)?;
    hash(firm, password).await
}

/// Whether a right password still has the length that is asked of it. It may have been chosen beside a second step that is
/// gone, or before the firm asked for more; only whoever types it shows how long it is, so this is asked at the door.
///
/// # Errors
/// It is too short by now.
pub(crate) async fn must_be_long_enough(tx: &Tx<'_>, side: Side, person: Uuid, password: &str) -> Result<()> {
    let settings = settings::sign_in::of(tx.db()).await?;
    let least = settings.least_password(has_factor(tx.db(), side, person).await?);
    if length(password) < least {
        return Err(Error::refused(Field::Password, Reason::PasswordTooShortNow { least }));
    }
    Ok(())
}

/// Characters, as people count them.
fn length(password: &str) -> u32 {
    u32::try_from(password.chars().count()).unwrap_or(u32::MAX)
}

/// The hash of a password that was accepted.
pub(crate) async fn hash(firm: &Firm, password: &str) -> Result<String> {
    firm.hasher
        .hash(password)
        .await
        .map_err(|_| Error::refused(Field::NewPassword, Reason::PasswordTooLong))
}

/// Keeps the hash of somebody's new password: the one way to set one. Their other sessions and event streams end, sign-ins
/// that are half done end, a password that rested may be tried again, and they are told. Says whether it is their first.
pub(crate) async fn set(
    tx: &mut Tx<'_>,
    side: Side,
    person: Uuid,
    hash: String,
    keep_session: Option<SessionId>,
) -> Result<bool> {
    let owner = people::find(tx.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let first = owner.password.is_none();
    let (verb, told) = if first {
        ("password.set", Happened::PasswordSet)
    } else {
        ("password.change", Happened::PasswordChanged)
    };
    write(tx, side, person, Some(hash)).await?;
    throttle::clear(tx, &throttle::password_tries(tx.firm, &owner.address)).await?;
    sign_in::end_steps(tx, person).await?;
    walks::end_resets(tx, side, person, &owner.address).await?;
    sessions::end_all(tx, person, keep_session).await?;
    tx.audit_person(side, person, verb, Some(person)).await?;
    tracing::info!(firm = %tx.firm.id, side = side_name(side), "a password was set");
    sessions::tell(tx, side, person, told).await?;
    Ok(first)
}

/// Takes somebody's password away: from now on they come in by mailed link.
async fn unset(tx: &mut Tx<'_>, side: Side, person: Uuid, address: &str, keep_session: SessionId) -> Result<()> {
    write(tx, side, person, None).await?;
    sign_in::end_steps(tx, person).await?;
    walks::end_resets(tx, side, person, address).await?;
    sessions::end_all(tx, person, Some(keep_session)).await?;
    tx.audit_person(side, person, "password.remove", Some(person)).await?;
    sessions::tell(tx, side, person, Happened::PasswordRemoved).await
}

/// Writes the hash, and nothing else: for a verb that decides about the rest.
pub(crate) async fn write(tx: &Tx<'_>, side: Side, person: Uuid, hash: Option<String>) -> Result<()> {
    match side {
        Side::Staff => {
            staff::ActiveModel {
                id: Set(person),
                password: Set(hash),
                ..Default::default()
            }
            .update(tx.db())
            .await?;
        }
        Side::Contact => {
            contact::ActiveModel {
                id: Set(person),
                password: Set(hash),
                ..Default::default()
            }
            .update(tx.db())
            .await?;
        }
    }
    Ok(())
}

async fn owner(firm: &Firm, side: Side, person: Uuid) -> Result<Somebody> {
    people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)
}

fn context<'a>(firm: &'a Firm, owner: &'a Somebody) -> [&'a str; 4] {
    [&firm.card.name, &firm.card.host, &owner.name, &owner.address]
}

/// Whether a second factor is asked for after this person's password: one that they have, or will have set up by then.
async fn has_factor(db: &impl ConnectionTrait, side: Side, person: Uuid) -> Result<bool> {
    Ok(factors::held(db, person).await?.any() || factors::required(db, side).await?)
}

#[cfg(test)]
mod tests;
