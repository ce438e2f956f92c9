//! Inviting somebody to the team: a mailed link, with which they set their password and then their second factor.

use super::{claim_address, role_name, role_of, title};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    factors,
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
    Ok(begin(firm, actor, new).await?.0)
}

/// As [`invite`], and gives the link to whoever asks for it on the server itself, where no mail goes out yet. Whoever has
/// the link comes in by it, so that is noted besides.
///
/// # Errors
/// As [`invite`]; the actor is not the command line.
pub async fn invite_by_hand(firm: &Firm, actor: &Actor, new: &StaffInvitation) -> Result<String> {
    allow(actor, Action::CreateFirm, &Nobodys)?;
    let (id, issued) = begin(firm, actor, new).await?;
    let tx = firm.begin().await?;
    tx.audit(actor, "staff.hand_invitation", Some(id.uuid())).await?;
    tx.commit().await?;
    Ok(link(firm, &issued))
}

async fn begin(firm: &Firm, actor: &Actor, new: &StaffInvitation) -> Result<(StaffId, Issued)> {
    may_appoint(actor, new.role)?;
    let name = text::line(&new.name, Field::Name, limits::NAME_CHARS)?;
    let title = title(&new.title)?;
    let mail = text::address(&new.address)?;
    let role = role_name(new.role)?;
    let id = StaffId::from(firm.random.id());
    let tx = firm.begin().await?;
    claim_address(&tx, &mail, "staff", id.uuid()).await?;
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
    let issued = send(&tx, actor, id, &mail).await?;
    tx.audit_with(actor, "staff.invite", Some(id.uuid()), role_word(new.role))
        .await?;
    tx.commit().await?;
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
    may_appoint(actor, role_of(&row.role)?)?;
    // A password without a second step never opened the office; who forgot it has no other way back.
    if row.password.is_some() && factors::held(tx.db(), row.id).await?.any() {
        return Err(Error::refused(Field::Form, Reason::CameIn));
    }
    send(&tx, actor, id, &row.address).await?;
    tx.audit(actor, "staff.invite_again", Some(row.id)).await?;
    tx.commit().await
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
