//! Another e-mail address for somebody: the new one is proven first, and the old one works until then.
//!
//! The link and the code that go to the new address are worth something only to the person who asked, signed in. Whose the
//! new address is, is not looked up when it is typed: the worker writes to it either way, and what it writes to somebody
//! who has it already is no link. It is looked up once more when the link comes back, within the transaction that takes it.
//!
//! Invariant: identity is the person's id. Nothing but `address` and the person's own row knows the address by heart.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_name},
    confirm::must_be_fresh,
    error::{Error, Result},
    fresh::is_fresh,
    jobs::Job,
    letters::{Move, Moved, Proof},
    links, people,
    sessions::Device,
    staff::claim_address,
    throttle::{self, Sending},
    tx::Tx,
    walks::{self, Purpose, Row, Whom},
};
use domain::{
    Field, LinkId, Moment, Reason, SessionId,
    access::Action,
    account::{AddressView, PendingAddress},
    client::Side,
    limits, text,
};
use entity::firm::{address, contact, one_time_token, staff};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// The reader's own address, and the one that waits to be proven.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn own(firm: &Firm, actor: &Actor, session: SessionId) -> Result<AddressView> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let owner = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let pending = match pending(firm.db(), side, person, firm.now()).await? {
        Some(row) => Some(PendingAddress {
            id: row.id.into(),
            address: walks::address_of(firm, &row)?,
            until: Moment(row.expires_at),
            code_spent: row.tries >= limits::CODE_TRIES,
        }),
        None => None,
    };
    Ok(AddressView {
        address: owner.address,
        pending,
        fresh: is_fresh(firm, actor, session).await?,
    })
}

/// Asks for another address: a link and a code go to it. One that somebody has already costs and says the same.
///
/// # Errors
/// The session did not prove itself lately; the address has not the shape of one or is the reader's own; it is too soon.
pub async fn ask(firm: &Firm, actor: &Actor, session: SessionId, typed: &str, device: &Device) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let new = text::address(typed)?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    let owner = people::find(tx.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    if owner.address == new {
        return Err(Error::refused(Field::Address, Reason::OwnAddress));
    }
    throttle::may_ask_address(&tx, person).await?;
    throttle::may_send(&tx, Sending::Mail, &new, &device.network).await?;
    let whom = Whom::Person(side, person);
    let issued = walks::issue(&tx, Purpose::Address, whom, &new, limits::ADDRESS_SECONDS).await?;
    let now = firm.now();
    let prove = Job::ProveAddress(Proof {
        link: issued.id,
        side,
        person,
        address: new.clone(),
        secret: issued.secret,
        code: issued.code,
        until: issued.until,
    });
    tx.follow_up(&prove, now).await?;
    tell(&tx, side, person, &owner.address, Moved::Asked { new }).await?;
    tx.audit(actor, "address.begin", Some(person)).await?;
    tx.commit().await
}

/// Calls the new address off: its link and code work no more.
///
/// # Errors
/// Nobody is signed in, or the database fails. Without anything to call off the answer is the same.
pub async fn call_off(firm: &Firm, actor: &Actor) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    if let Some(row) = pending(tx.db(), side, person, firm.now()).await? {
        one_time_token::ActiveModel {
            id: Set(row.id),
            replaced_at: Set(Some(firm.now().0)),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
        tx.audit(actor, "address.cancel", Some(person)).await?;
    }
    tx.commit().await
}

/// Takes the new address with the secret of its link, signed in as whoever asked.
///
/// # Errors
/// `NotFound` for somebody else's link, an unknown one and a wrong secret; else why the link works no more, or that the
/// address is somebody's by now.
pub async fn prove_by_link(firm: &Firm, actor: &Actor, id: LinkId, secret: &str) -> Result<()> {
    must_be_own(firm, actor, id).await?;
    let begun = walks::take_secret(firm, actor, Purpose::Address, id, secret, None).await?;
    take(firm, actor, id, &begun.browser).await
}

/// As [`prove_by_link`], with the code of the same mail.
///
/// # Errors
/// The code is wrong, with the tries that are left; else as [`prove_by_link`].
pub async fn prove_by_code(firm: &Firm, actor: &Actor, id: LinkId, code: &str, device: &Device) -> Result<()> {
    must_be_own(firm, actor, id).await?;
    let begun = walks::take_code(firm, actor, Purpose::Address, id, code, None, device).await?;
    take(firm, actor, id, &begun.browser).await
}

/// What can be said of a link to its owner, signed in: anybody else finds nothing there.
///
/// # Errors
/// `NotFound` for somebody else's link and an unknown one.
pub async fn page(firm: &Firm, actor: &Actor, id: LinkId) -> Result<walks::WalkPage> {
    must_be_own(firm, actor, id).await?;
    walks::page(firm, actor, Purpose::Address, id, None).await
}

async fn must_be_own(firm: &Firm, actor: &Actor, id: LinkId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let row = walks::find(firm.db(), Purpose::Address, id).await?;
    let owner = match side {
        Side::Contact => row.contact,
        Side::Staff => row.staff,
    };
    if owner == Some(person) {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

async fn take(firm: &Firm, actor: &Actor, id: LinkId, browser: &str) -> Result<()> {
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    let row = walks::of_browser(tx.db(), Purpose::Address, id, Some(browser), firm.now()).await?;
    let new = walks::address_of(firm, &row)?;
    let old = people::find(tx.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?
        .address;
    claim_address(&tx, &new, side_name(side), person).await?;
    address::Entity::delete_by_id(old.clone()).exec(tx.db()).await?;
    write(&tx, side, person, new.clone()).await?;
    if !walks::use_up(&tx, &row).await? {
        return Err(Error::refused(Field::Form, Reason::LinkUsed));
    }
    // What waits in the old mailbox opens nothing any more.
    walks::end_all(&tx, side, person, &old).await?;
    throttle::clear(&tx, &throttle::password_tries(firm, &old)).await?;
    for to in [old.clone(), new.clone()] {
        let what = Moved::Taken {
            old: old.clone(),
            new: new.clone(),
        };
        tell(&tx, side, person, &to, what).await?;
    }
    tx.audit(actor, "address.change", Some(person)).await?;
    tx.commit().await
}

/// The newest link to a new address that still works.
async fn pending(db: &impl ConnectionTrait, side: Side, person: Uuid, now: Moment) -> Result<Option<Row>> {
    let whose = match side {
        Side::Contact => one_time_token::Column::Contact.eq(person),
        Side::Staff => one_time_token::Column::Staff.eq(person),
    };
    Ok(one_time_token::Entity::find()
        .filter(links::live(Purpose::Address.name(), now))
        .filter(whose)
        .order_by_desc(one_time_token::Column::CreatedAt)
        .one(db)
        .await?)
}

async fn write(tx: &Tx<'_>, side: Side, person: Uuid, new: String) -> Result<()> {
    match side {
        Side::Staff => {
            staff::ActiveModel {
                id: Set(person),
                address: Set(new),
                ..Default::default()
            }
            .update(tx.db())
            .await?;
        }
        Side::Contact => {
            contact::ActiveModel {
                id: Set(person),
                address: Set(new),
                ..Default::default()
            }
            .update(tx.db())
            .await?;
        }
    }
    Ok(())
}

async fn tell(tx: &Tx<'_>, side: Side, person: Uuid, to: &str, what: Moved) -> Result<()> {
    let at = tx.firm.now();
    let job = Job::AddressMoves(Move {
        side,
        person,
        to: to.to_owned(),
        what,
        at,
    });
    tx.follow_up(&job, at).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
