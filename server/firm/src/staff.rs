//! Staff: the firm's own people.

mod change;
mod invite;
mod join;
mod view;

pub use change::{MemberDraft, change, end_devices, remove};
pub use invite::{Invited, StaffInvitation, invite, invite_again, invite_at_server};
pub use join::{join, join_page};
pub(crate) use view::all;
pub use view::{blank, list, view};

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Fault, Result},
    factors, passwords, settings,
    tx::Tx,
};
use domain::{
    Field, Reason, StaffId,
    access::{Action, Role},
    limits, text,
};
use entity::firm::{address, staff};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};
use std::collections::HashSet;
use uuid::Uuid;

/// Somebody to be added to the team.
#[derive(Clone)]
pub struct NewStaff {
    /// `Imogen Pell`.
    pub name: String,
    /// `Partner`.
    pub title: String,
    /// Where mail reaches them.
    pub address: String,
    /// Owner, admin or member.
    pub role: Role,
    /// The first password.
    pub password: String,
}

/// Adds somebody to the team.
///
/// # Errors
/// The actor may not run the team; name, address or password are refused; the address is somebody's already.
pub async fn add(firm: &Firm, actor: &Actor, new: &NewStaff) -> Result<StaffId> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    let name = text::line(&new.name, Field::Form, limits::NAME_CHARS)?;
    let mail = text::address(&new.address)?;
    let settings = settings::sign_in::read(firm).await?;
    let context = [&firm.card.name, &firm.card.host, name.as_str(), mail.as_str()];
    passwords::accept(&settings, true, &context, &new.password)?;
    // Before the transaction: Argon2 takes longer than any statement.
    let hash = passwords::hash(firm, &new.password).await?;
    let role = role_name(new.role)?;
    let id = StaffId::from(firm.random.id());
    let tx = firm.begin().await?;
    claim_address(&tx, &mail, "staff", id.uuid()).await?;
    staff::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name),
        title: Set(title(&new.title)?),
        address: Set(mail),
        role: Set(role.to_owned()),
        password: Set(Some(hash)),
        created_at: Set(firm.now().0),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    tx.audit_with(actor, "staff.add", Some(id.uuid()), role).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes an address for one person: it is either staff's or a contact's.
pub(crate) async fn claim_address(tx: &Tx<'_>, mail: &str, kind: &str, person: Uuid) -> Result<()> {
    if address::Entity::find_by_id(mail).one(tx.db()).await?.is_some() {
        return Err(Error::refused(Field::Address, Reason::AddressTaken));
    }
    address::ActiveModel {
        address: Set(mail.to_owned()),
        kind: Set(kind.to_owned()),
        person: Set(person),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}

/// Who of some of the team has come in. A password without a second step never opened the office.
pub(crate) async fn joined(db: &impl ConnectionTrait, rows: &[staff::Model]) -> Result<HashSet<Uuid>> {
    let with_password: Vec<Uuid> = rows
        .iter()
        .filter(|row| row.password.is_some())
        .map(|row| row.id)
        .collect();
    factors::holders(db, &with_password).await
}

/// Somebody's place in the firm; it may be empty.
fn title(typed: &str) -> Result<String> {
    if typed.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(text::line(typed, Field::Title, limits::NAME_CHARS)?)
}

fn role_name(role: Role) -> Result<&'static str> {
    match role {
        Role::Owner => Ok("owner"),
        Role::Admin => Ok("admin"),
        Role::Member => Ok("member"),
        _ => Err(Fault::Inconsistent("not a role of staff").into()),
    }
}

/// The role that a row names.
pub(crate) fn role_of(name: &str) -> Result<Role> {
    match name {
        "owner" => Ok(Role::Owner),
        "admin" => Ok(Role::Admin),
        "member" => Ok(Role::Member),
        _ => Err(Fault::Inconsistent("a role of staff that does not exist").into()),
    }
}

#[cfg(test)]
mod tests;
