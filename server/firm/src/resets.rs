//! A new password for somebody who cannot sign in, or never had one.
//!
//! The request at the door never looks the address up: it writes one row and one job, and the worker decides. The mailed
//! link is the beginning of a walk. A contact who answered security questions gives the answers too, or a code that goes to
//! the mobile on file; nobody gets on by answers alone, and wrong answers close no other way: staff can clear the questions.
//! The password that is set then is a first proof like any other: whoever has a second factor is asked for it.
//!
//! ```text
//! ask     at the door     one row, one job; or `send`, by staff
//! begin   walks           secret or code: the walk belongs to this browser
//! answer  where questions are asked; or `text_code` and `give_code`
//! finish                  the password, all other sessions out, and on to the second factor
//! ```
//!
//! Invariant: staff start a reset and never see, choose or skip anything of it.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    contacts,
    error::{Error, Result},
    factors, invitations,
    jobs::{Job, Outcome},
    letters::{self, Reset},
    networks::Tried,
    passwords, people,
    questions::{self, Shown},
    sessions::Device,
    sign_in::{self, Addressee, Entered},
    throttle::{self, Sending},
    walks::{self, Purpose, Row, Whom, second},
};
use domain::{
    ContactId, Field, LinkId, Moment, Reason,
    access::Action,
    client::Side,
    limits,
    reset::{PasswordStep, ProveStep, ResetStep},
    text,
    walk::CodeWay,
};
use entity::firm::{address, one_time_token};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use uuid::Uuid;

/// Where a reset ends: the page that lists what is signed in.
const AFTERWARDS: &str = "/account/devices";

/// Asks for a reset at the door. Known and unknown addresses cost the same: one row and one job.
///
/// # Errors
/// The address has not the shape of one, or it is too soon.
pub async fn ask(firm: &Firm, actor: &Actor, address: &str, device: &Device) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let mail = text::address(address)?;
    firm.take_try(Tried::Recovery, device)?;
    let tx = firm.begin().await?;
    throttle::may_send(&tx, Sending::Mail, &mail, &device.network).await?;
    let issued = walks::issue(&tx, Purpose::Reset, Whom::Unknown, &mail, limits::RESET_SECONDS).await?;
    let job = Job::MailReset(Reset {
        link: issued.id,
        contact: None,
        address: mail,
        secret: issued.secret,
        code: issued.code,
        asked: firm.now(),
        until: issued.until,
    });
    tx.follow_up(&job, firm.now()).await?;
    tx.commit().await
}

/// Has a reset link mailed to a contact who asked staff for one. It takes the place of earlier ones that staff sent.
///
/// # Errors
/// The contact is not in the actor's scope, or reaches further than it; or they have no access that a password would open.
pub async fn send(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    let tx = firm.begin().await?;
    let row = contacts::whole(tx.db(), actor, id).await?;
    if row.activated_at.is_none() || row.suspended_at.is_some() {
        return Err(Error::refused(Field::Form, Reason::NotActive));
    }
    // Staff have made sure who asks, so codes to the mobile are taken again, where too many were wrong.
    second::trust_again(&tx, row.id).await?;
    let whom = Whom::Person(Side::Contact, row.id);
    let seconds = limits::STAFF_RESET_SECONDS;
    let issued = walks::issue(&tx, Purpose::Reset, whom, &row.address, seconds).await?;
    let job = Job::MailReset(Reset {
        link: issued.id,
        contact: Some(id),
        address: row.address,
        secret: issued.secret,
        code: issued.code,
        asked: firm.now(),
        until: issued.until,
    });
    tx.follow_up(&job, firm.now()).await?;
    tx.audit(actor, "contact.send_reset", Some(row.id)).await?;
    tx.commit().await
}

/// The step at which a walk stands in this browser.
///
/// # Errors
/// The walk is over, or goes on in another browser.
pub async fn step(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<ResetStep> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (row, side, person) = walking(firm, id, browser).await?;
    if !is_proven(firm, &row, side, person).await? {
        let step = second::step(firm, actor, Purpose::Reset, id, browser).await?;
        return Ok(ResetStep::Prove(ProveStep {
            id,
            questions: questions::asked(firm, person.into()).await?,
            mobile: step.mobile,
            texts: step.texts,
            sent: step.sent,
            wait: step.wait,
            digits: step.digits,
            spent: step.spent,
        }));
    }
    let owner = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(ResetStep::Password(PasswordStep {
        id,
        address: owner.address,
        rules: passwords::rules(firm, side, person).await?,
        until: Moment(row.expires_at),
    }))
}

/// Gives the answers to the security questions, in the order in which they are asked.
///
/// # Errors
/// One of them is wrong, or there were too many tries; the walk is over, or goes on in another browser.
pub async fn answer(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    answers: &[String],
    browser: Option<&str>,
    device: &Device,
) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (row, side, person) = walking(firm, id, browser).await?;
    if is_proven(firm, &row, side, person).await? {
        return Ok(());
    }
    firm.take_try(Tried::SignIn, device)?;
    questions::check(firm, person.into(), answers).await?;
    firm.give_back(Tried::SignIn, device);
    let tx = firm.begin().await?;
    let row = walks::of_browser(tx.db(), Purpose::Reset, id, browser, firm.now()).await?;
    one_time_token::ActiveModel {
        id: Set(row.id),
        proven_at: Set(Some(firm.now().0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    tx.commit().await
}

/// Sends a code to the mobile on file, in place of the answers. No other way will do: a mailed code would prove no more
/// than the mailed link.
///
/// # Errors
/// As [`second::send`].
pub async fn text_code(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>, device: &Device) -> Result<()> {
    second::send(firm, actor, Purpose::Reset, id, CodeWay::Text, browser, device).await
}

/// Gives that code.
///
/// # Errors
/// As [`second::give`].
pub async fn give_code(firm: &Firm, actor: &Actor, id: LinkId, code: &str, browser: Option<&str>) -> Result<()> {
    second::give(firm, actor, Purpose::Reset, id, code, browser).await
}

/// Sets the password, and lets its owner in: by way of the second factor where there is one.
///
/// # Errors
/// The walk is over, goes on in another browser, or lacks its second proof; the password breaks a rule.
pub async fn finish(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    password: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (row, side, person) = walking(firm, id, browser).await?;
    if !is_proven(firm, &row, side, person).await? {
        return Err(Error::refused(Field::Form, Reason::ProveFirst));
    }
    let hash = passwords::prepare(firm, side, person, password).await?;
    let mut tx = firm.begin().await?;
    let row = walks::of_browser(tx.db(), Purpose::Reset, id, browser, firm.now()).await?;
    if walks::owner(firm, tx.db(), &row).await? != Some((side, person)) || !walks::use_up(&tx, &row).await? {
        return Err(Error::refused(Field::Form, Reason::LinkUsed));
    }
    passwords::set(&mut tx, side, person, hash, None).await?;
    let entered = sign_in::admit(&tx, side, person, "reset", AFTERWARDS, device).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Mails a reset link, if the address is somebody's who has access. Nobody is told otherwise: the request has long answered.
pub(crate) async fn mail(firm: &Firm, reset: &Reset) -> Result<Outcome> {
    if firm.now() > reset.until {
        return Ok(Outcome::Done);
    }
    match sign_in::addressee(firm, &reset.address).await? {
        // The mailbox alone would then be all that it takes to come in as one of the firm's people.
        Some(Addressee::Staff { name }) if lacks_factor(firm, &reset.address).await? => {
            Ok(letters::mail_no_reset(firm, &name, &reset.address))
        }
        Some(Addressee::Contact { name } | Addressee::Staff { name }) => Ok(letters::mail_reset(firm, &name, reset)),
        // They have nothing that a password would open: whoever was invited is invited afresh instead.
        Some(Addressee::Waiting { contact }) => invitations::again(firm, contact).await,
        None => Ok(Outcome::Done),
    }
}

/// Whether nothing but the password stands before an account of staff.
async fn lacks_factor(firm: &Firm, mail: &str) -> Result<bool> {
    let Some(row) = address::Entity::find_by_id(mail).one(firm.db()).await? else {
        return Ok(true);
    };
    Ok(!factors::held(firm.db(), row.person).await?.any())
}

/// The walk of this browser, and whose it is. Whoever has no access by now has no walk either, nor have staff without a
/// second factor, who would come in by their mailbox alone.
async fn walking(firm: &Firm, id: LinkId, browser: Option<&str>) -> Result<(Row, Side, Uuid)> {
    let row = walks::of_browser(firm.db(), Purpose::Reset, id, browser, firm.now()).await?;
    let (side, person) = walks::owner(firm, firm.db(), &row)
        .await?
        .ok_or_else(Error::not_found)?;
    if side == Side::Contact && !contacts::is_active(firm.db(), person.into()).await? {
        return Err(Error::not_found());
    }
    if side == Side::Staff && !factors::held(firm.db(), person).await?.any() {
        return Err(Error::not_found());
    }
    Ok((row, side, person))
}

/// Whether the link, with what else was shown, is enough.
async fn is_proven(firm: &Firm, row: &Row, side: Side, person: Uuid) -> Result<bool> {
    let asks = side == Side::Contact && questions::has_any(firm.db(), person.into()).await?;
    let more = walks::is_proven(row, firm.now());
    let shown = Shown {
        link: true,
        answers: more,
        code: more,
    };
    Ok(questions::is_enough(asks, shown))
}

#[cfg(test)]
mod tests;
