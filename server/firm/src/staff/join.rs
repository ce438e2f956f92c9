//! Coming into the team: the link of an invitation, a password, and then the second factor that all staff have.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    passwords, people,
    sessions::Device,
    sign_in::{self, Entered},
    walks::{self, Purpose},
};
use domain::{
    Field, LinkId, Reason, StaffId,
    access::Action,
    client::Side,
    contact::first_name,
    join::{JoinPage, Welcome},
};
use sea_orm::ConnectionTrait;

/// The page of an invitation. Reading it changes nothing.
///
/// # Errors
/// `NotFound` for an id that is none of this firm's invitations to the team.
pub async fn join_page(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<JoinPage> {
    let walk = walks::page(firm, actor, Purpose::Join, id, browser).await?;
    let welcome = if walk.begun.is_some() {
        let row = walks::find(firm.db(), Purpose::Join, id).await?;
        let staff = invited(firm, firm.db(), &row).await?;
        let person = people::find(firm.db(), Side::Staff, staff.uuid())
            .await?
            .ok_or_else(Error::not_found)?;
        Some(Welcome {
            first_name: first_name(None, &person.name).to_owned(),
            address: person.address,
            rules: passwords::rules(firm, Side::Staff, staff.uuid()).await?,
        })
    } else {
        None
    };
    Ok(JoinPage { walk, welcome })
}

/// Sets the first password of somebody who was invited, and uses their invitation up. The second factor is next.
///
/// # Errors
/// The invitation is over, or goes on in another browser; the password is refused.
pub async fn join(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    password: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let row = walks::of_browser(firm.db(), Purpose::Join, id, browser, firm.now()).await?;
    let staff = invited(firm, firm.db(), &row).await?;
    let hash = passwords::prepare(firm, Side::Staff, staff.uuid(), password).await?;
    let mut tx = firm.begin().await?;
    if !walks::use_up(&tx, &row).await? {
        return Err(Error::refused(Field::Form, Reason::LinkUsed));
    }
    // Whoever was removed meanwhile is nobody.
    invited(firm, tx.db(), &row).await?;
    passwords::set(&mut tx, Side::Staff, staff.uuid(), hash, None).await?;
    tx.audit_person(Side::Staff, staff.uuid(), "staff.join", None).await?;
    let entered = sign_in::admit(&tx, Side::Staff, staff.uuid(), "password", "", device).await?;
    tx.commit().await?;
    Ok(entered)
}

async fn invited(firm: &Firm, db: &impl ConnectionTrait, row: &walks::Row) -> Result<StaffId> {
    match walks::owner(firm, db, row).await? {
        Some((Side::Staff, staff)) => Ok(staff.into()),
        _ => Err(Error::not_found()),
    }
}

#[cfg(test)]
mod tests;
