//! One's own password, signed in: set, changed, or done without, in a session that proved itself a moment ago.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    confirm::must_be_fresh,
    error::{Error, Result},
    fresh::is_fresh,
    people, sessions, settings,
};
use domain::{Field, Reason, SessionId, access::Action, client::Side, password::PasswordView};
use sea_orm::ConnectionTrait;

/// The reader's own password, which nobody can see.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn own(firm: &Firm, actor: &Actor, session: SessionId) -> Result<PasswordView> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let owner = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let has = owner.password.is_some();
    let mut others = sessions::list(firm, actor, session).await?;
    others.retain(|row| !row.here);
    Ok(PasswordView {
        has,
        may_remove: has && may_do_without(firm.db(), side).await?,
        fresh: is_fresh(firm, actor, session).await?,
        rules: super::rules(firm, side, person).await?,
        address: owner.address,
        others,
    })
}

/// Sets the reader's password, the first or another one, and says whether it is the first. All their other devices are
/// signed out.
///
/// # Errors
/// The session did not prove itself lately, or the password breaks a rule.
pub async fn change(firm: &Firm, actor: &Actor, session: SessionId, password: &str) -> Result<bool> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let hash = super::prepare(firm, side, person, password).await?;
    let mut tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    let first = super::set(&mut tx, side, person, hash, Some(session)).await?;
    tx.commit().await?;
    Ok(first)
}

/// Takes the reader's password away. All their other devices are signed out.
///
/// # Errors
/// The session did not prove itself lately, or nobody of theirs may do without one.
pub async fn remove(firm: &Firm, actor: &Actor, session: SessionId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let mut tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    if !may_do_without(tx.db(), side).await? {
        return Err(Error::refused(Field::Form, Reason::PasswordRequired));
    }
    let owner = people::find(tx.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    if owner.password.is_some() {
        super::unset(&mut tx, side, person, &owner.address, session).await?;
    }
    tx.commit().await
}

/// Whether people of a side may come in by mailed link alone. Staff never do.
async fn may_do_without(db: &impl ConnectionTrait, side: Side) -> Result<bool> {
    Ok(side == Side::Contact && settings::sign_in::of(db).await?.passwordless)
}
