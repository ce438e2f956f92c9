//! Inviting contacts: staff send a link, hand one over, or read a code out; the page of a dead link asks for a fresh one.

#[cfg(test)]
mod tests;

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients, contacts,
    error::{Error, Result},
    jobs::{Job, Outcome},
    links, mails, people,
    sessions::Device,
    settings, slips,
    throttle::{self, Sending},
    tx::Tx,
    walks::{self, Issued, Purpose, Whom, second},
};
use domain::{
    ContactId, Field, LinkId, Moment, Reason, SessionId,
    access::Action,
    client::Side,
    limits,
    office::contacts::{InvitationView, MayInvite, SlipKind},
    settings::WithoutMobile,
};
use entity::firm::{contact, one_time_token};
use one_time_token::Column;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

/// Seconds that an invitation works which somebody asked for at the door: a day.
const ASKED_SECONDS: i64 = 24 * 60 * 60;

/// Mails an invitation. A later one takes the place of an earlier one, and its page says so.
///
/// # Errors
/// The contact is not in the actor's scope, or reaches further than it; they came in already or are suspended; none of
/// their clients has its portal on.
pub async fn invite(firm: &Firm, actor: &Actor, id: ContactId) -> Result<()> {
    let tx = firm.begin().await?;
    let (row, issued) = fresh(&tx, actor, id).await?;
    let again = row.invited_at.is_some();
    let by = by(&tx, actor).await?;
    post(&tx, id, issued, by).await?;
    invited(&tx, &row).await?;
    let verb = if again {
        "contact.invite_again"
    } else {
        "contact.invite"
    };
    tx.audit(actor, verb, Some(row.id)).await?;
    tx.commit().await
}

/// Makes an invitation link to be handed over another way, where mail fails: shown to this session alone, once. It replaces
/// the earlier one and is worth nothing without the second proof.
///
/// # Errors
/// As [`invite`].
pub async fn hand(firm: &Firm, actor: &Actor, session: SessionId, id: ContactId) -> Result<()> {
    let tx = firm.begin().await?;
    let (row, issued) = fresh(&tx, actor, id).await?;
    let link = format!("{}/activate/{}#{}", firm.origin(), issued.id, issued.secret);
    slips::write(&tx, session, row.id, SlipKind::Link, &link, issued.until).await?;
    invited(&tx, &row).await?;
    tx.audit(actor, "contact.hand_invitation", Some(row.id)).await?;
    tx.commit().await
}

/// Makes a code to be read out to a contact on the telephone: shown to this session alone, once.
///
/// # Errors
/// As [`invite`]; the firm's policy has it otherwise, a text gets out to them, or no invitation of theirs works now.
pub async fn read_out(firm: &Firm, actor: &Actor, session: SessionId, id: ContactId) -> Result<()> {
    let tx = firm.begin().await?;
    let row = contacts::whole(tx.db(), actor, id).await?;
    let (code, until) = second::read_out(&tx, Purpose::Activate, &row).await?;
    slips::write(&tx, session, row.id, SlipKind::Code, &code, until).await?;
    tx.audit(actor, "contact.read_code_out", Some(row.id)).await?;
    tx.commit().await
}

/// How a contact's invitation stands, for the page of that contact.
///
/// # Errors
/// The actor may not use the office, or the database fails.
pub async fn view(firm: &Firm, actor: &Actor, session: SessionId, id: ContactId) -> Result<InvitationView> {
    allow(actor, Action::SeeOffice, &Nobodys)?;
    let db = firm.db();
    let row = contact::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)?;
    let whole = contacts::whole(db, actor, id).await.is_ok();
    let now = firm.now();
    let live = one_time_token::Entity::find()
        .filter(links::live(Purpose::Activate.name(), now).and(Column::Contact.eq(row.id)))
        .order_by_desc(Column::ExpiresAt)
        .one(db)
        .await?;
    let mail = mails::newest_of(firm, id, "invitation").await?;
    let may = if !whole || row.activated_at.is_some() || row.suspended_at.is_some() {
        MayInvite::No
    } else if clients::is_let_in(db, row.id).await? {
        MayInvite::Yes
    } else {
        MayInvite::PortalOff
    };
    let policy = settings::sign_in::read(firm).await?.without_mobile;
    Ok(InvitationView {
        id,
        may,
        again: row.invited_at.is_some(),
        until: live.map(|live| Moment(live.expires_at)),
        mail,
        sends_mail: firm.sends_mail(),
        sends_texts: firm.sends_texts(),
        reads_out: policy == WithoutMobile::ReadOut,
        may_read_out: second::may_read_out(firm, db, Purpose::Activate, &row).await?,
        guessed: second::is_guessed(db, firm, row.id).await?,
        slips: if whole {
            slips::read(firm, session, row.id).await?
        } else {
            Vec::new()
        },
    })
}

/// Asks for a fresh invitation on the page of one that works no more. It goes to the contact's own address, if they still
/// wait to come in; the worker decides, so that the answer is the same for everybody.
///
/// # Errors
/// There is no such link, or it is too soon.
pub async fn ask_again(firm: &Firm, actor: &Actor, link: LinkId, device: &Device) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let row = walks::find(tx.db(), Purpose::Activate, link).await?;
    let address = walks::address_of(firm, &row)?;
    throttle::may_send(&tx, Sending::Mail, &address, &device.network).await?;
    tx.follow_up(&Job::AskInvitation { link }, firm.now()).await?;
    tx.commit().await
}

/// Whose fresh invitation a dead link's page asked for: the worker's part of [`ask_again`].
pub(crate) async fn again_for_link(firm: &Firm, link: LinkId) -> Result<Outcome> {
    let row = walks::find(firm.db(), Purpose::Activate, link).await?;
    match row.contact {
        Some(contact) => again(firm, contact.into()).await,
        None => Ok(Outcome::Done),
    }
}

/// Mails a fresh invitation to somebody who was invited and has not come in yet, whatever they asked for at the door: a
/// sign-in link, a reset. Whoever was not invited gets nothing. Earlier ones go on working, because anybody can ask.
pub(crate) async fn again(firm: &Firm, id: ContactId) -> Result<Outcome> {
    let tx = firm.begin().await?;
    let row = contact::Entity::find_by_id(id.uuid()).one(tx.db()).await?;
    let waits = |row: &contact::Model| {
        row.invited_at.is_some() && row.activated_at.is_none() && row.suspended_at.is_none() && row.removed_at.is_none()
    };
    let Some(row) = row.filter(waits) else {
        return Ok(Outcome::Done);
    };
    if !clients::is_let_in(tx.db(), row.id).await? || second::is_guessed(tx.db(), firm, row.id).await? {
        return Ok(Outcome::Done);
    }
    let whom = Whom::Beside(Side::Contact, row.id);
    let issued = walks::issue(&tx, Purpose::Activate, whom, &row.address, ASKED_SECONDS).await?;
    post(&tx, id, issued, None).await?;
    tx.audit(&Actor::Worker, "contact.ask_invitation", Some(row.id)).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// A fresh link for a contact who can be invited, in place of the earlier ones.
async fn fresh(tx: &Tx<'_>, actor: &Actor, id: ContactId) -> Result<(contact::Model, Issued)> {
    let row = contacts::whole(tx.db(), actor, id).await?;
    if row.activated_at.is_some() || row.suspended_at.is_some() {
        return Err(Error::refused(Field::Form, Reason::NotToInvite));
    }
    if !clients::is_let_in(tx.db(), row.id).await? {
        return Err(Error::refused(Field::Form, Reason::PortalOff));
    }
    second::trust_again(tx, row.id).await?;
    let whom = Whom::Person(Side::Contact, row.id);
    let issued = walks::issue(tx, Purpose::Activate, whom, &row.address, limits::INVITATION_SECONDS).await?;
    Ok((row, issued))
}

async fn invited(tx: &Tx<'_>, row: &contact::Model) -> Result<()> {
    contact::ActiveModel {
        id: Set(row.id),
        invited_at: Set(Some(tx.firm.now().0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    Ok(())
}

async fn post(tx: &Tx<'_>, contact: ContactId, issued: Issued, by: Option<String>) -> Result<()> {
    let job = Job::Invitation {
        contact,
        link: issued.id,
        secret: issued.secret,
        code: issued.code,
        by,
    };
    tx.follow_up(&job, tx.firm.now()).await?;
    Ok(())
}

/// Who invites, by name, where one of the firm's people does.
async fn by(tx: &Tx<'_>, actor: &Actor) -> Result<Option<String>> {
    let Ok((side, person)) = actor.signed_in() else {
        return Ok(None);
    };
    Ok(people::find(tx.db(), side, person).await?.map(|row| row.name))
}
