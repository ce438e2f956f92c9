//! Inviting somebody to the team: a mailed link, with which they set their password and then their second factor.

use super::{claim_address, joined, role_name, role_of, title};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    jobs::Job,
    tx::Tx,
    walks::{self, Issued, Purpose, Whom},
};
use domain::{
    Field, Reason, StaffId,
    access::{Action, Role},
    client::Side,
    limits,
    office::team::role_word,
    text,
};
use entity::firm::staff;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::slice;

/// Somebody to be invited to the team, as typed.
#[derive(Clone, Debug)]
pub struct StaffInvitation {
    /// `Ruth Aston`.
    pub name: String,
    /// `Payroll`; may be empty.
    pub title: String,
    /// Where mail reaches them, and with which they sign in.
    pub address: String,
    /// What they may do. Only owners invite an owner.
    pub role: Role,
}

/// Invites somebody: their place in the team is there at once, and they come in by the link that is mailed to them.
///
/// # Errors
/// The actor may not run the team, or not appoint owners; name, title or address are refused; the address is somebody's
/// already.
pub async fn invite(firm: &Firm, actor: &Actor, new: &StaffInvitation) -> Result<StaffId> {
    may_appoint(actor, new.role)?;
    let tx = firm.begin().await?;
    let (id, _) = begin(&tx, actor, new).await?;
    tx.commit().await?;
    Ok(id)
}

/// What an invitation from the command line came to.
pub struct Invited {
    /// The link, if it was asked for. Whoever has it comes in by it.
    pub link: Option<String>,
    /// Whoever was on the team already and had not come in, by name: they were invited again, and stay who they were.
    pub again: Option<String>,
}

/// As [`invite`], or [`invite_again`] for an address of somebody who has not come in yet: a sole owner who stopped before the
/// second step has nobody else who could. With `hand` the link is given to whoever asks on the server itself, where no mail
/// goes out yet. Whoever has it comes in by it, so that is noted besides.
///
/// # Errors
/// As [`invite`]; the actor is not the command line.
pub async fn invite_at_server(firm: &Firm, actor: &Actor, new: &StaffInvitation, hand: bool) -> Result<Invited> {
    allow(actor, Action::CreateFirm, &Nobodys)?;
    may_appoint(actor, new.role)?;
    let mail = text::address(&new.address)?;
    let tx = firm.begin().await?;
    let known = staff::Entity::find()
        .filter(staff::Column::Address.eq(mail))
        .filter(staff::Column::RemovedAt.is_null())
        .one(tx.db())
        .await?;
    let again = match known {
        Some(row) if !has_joined(&tx, &row).await? => Some(row),
        // Their address is taken.
        _ => None,
    };
    let (id, issued) = match &again {
        Some(row) => (row.id.into(), renew(&tx, actor, row).await?),
        None => begin(&tx, actor, new).await?,
    };
    if hand {
        tx.audit(actor, "staff.hand_invitation", Some(id.uuid())).await?;
    }
    tx.commit().await?;
    Ok(Invited {
        link: hand.then(|| link(firm, &issued)),
        again: again.map(|row| row.name),
    })
}

/// Takes somebody into the team, who comes in by the link. Who may is asked before.
async fn begin(tx: &Tx<'_>, actor: &Actor, new: &StaffInvitation) -> Result<(StaffId, Issued)> {
    let firm = tx.firm;
    let name = text::line(&new.name, Field::Name, limits::NAME_CHARS)?;
    let title = title(&new.title)?;
    let mail = text::address(&new.address)?;
    let role = role_name(new.role)?;
    let id = StaffId::from(firm.random.id());
    claim_address(tx, &mail, "staff", id.uuid()).await?;
    staff::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name),
        title: Set(title),
        address: Set(mail.clone()),
        role: Set(role.to_owned()),
        password: Set(None),
        created_at: Set(firm.now().0),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    let issued = send(tx, actor, id, &mail).await?;
    tx.audit_with(actor, "staff.invite", Some(id.uuid()), role_word(new.role))
        .await?;
    Ok((id, issued))
}

/// Invites somebody again who has not come in yet. The earlier link says that a later one took its place.
///
/// # Errors
/// The actor may not run the team, or not appoint owners; there is no such person; they have come in already.
pub async fn invite_again(firm: &Firm, actor: &Actor, id: StaffId) -> Result<()> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    let tx = firm.begin().await?;
    let row = staff::Entity::find_by_id(id.uuid())
        .filter(staff::Column::RemovedAt.is_null())
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    renew(&tx, actor, &row).await?;
    tx.commit().await
}

/// A fresh link for somebody who has not come in, whoever asks for it.
async fn renew(tx: &Tx<'_>, actor: &Actor, row: &staff::Model) -> Result<Issued> {
    may_appoint(actor, role_of(&row.role)?)?;
    if has_joined(tx, row).await? {
        return Err(Error::refused(Field::Form, Reason::CameIn));
    }
    let issued = send(tx, actor, row.id.into(), &row.address).await?;
    tx.audit(actor, "staff.invite_again", Some(row.id)).await?;
    Ok(issued)
}

async fn has_joined(tx: &Tx<'_>, row: &staff::Model) -> Result<bool> {
    Ok(joined(tx.db(), slice::from_ref(row)).await?.contains(&row.id))
}

fn may_appoint(actor: &Actor, role: Role) -> Result<()> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    if role == Role::Owner {
        allow(actor, Action::AppointOwner, &Nobodys)?;
    }
    Ok(())
}

/// Makes the link, in place of an earlier one, and has it mailed.
async fn send(tx: &Tx<'_>, actor: &Actor, id: StaffId, mail: &str) -> Result<Issued> {
    let now = tx.firm.now();
    let whom = Whom::Person(Side::Staff, id.uuid());
    let issued = walks::issue(tx, Purpose::Join, whom, mail, limits::INVITATION_SECONDS).await?;
    staff::ActiveModel {
        id: Set(id.uuid()),
        invited_at: Set(Some(now.0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    let job = Job::InviteStaff {
        staff: id,
        link: issued.id,
        secret: issued.secret.clone(),
        code: issued.code.clone(),
        by: actor.me().ok().map(|person| person.name),
    };
    tx.follow_up(&job, now).await?;
    Ok(issued)
}

fn link(firm: &Firm, issued: &Issued) -> String {
    format!("{}/join/{}#{}", firm.origin(), issued.id, issued.secret)
}
