//! What somebody of the team may do, and the end of their work here.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    clients::need_to_know,
    error::{Error, Result},
    sessions, sign_in,
    staff::{role_name, role_of},
    tx::Tx,
    walks,
};
use domain::{
    Field, Reason, StaffId,
    access::{Action, Role},
    client::Side,
    limits,
    office::team::role_word,
    text,
};
use entity::firm::{address, client, client_staff, staff};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

/// Somebody of the team, as typed.
#[derive(Clone, Debug)]
pub struct MemberDraft {
    /// `Imogen Pell`.
    pub name: String,
    /// `Partner`; may be empty.
    pub title: String,
    /// What they may do.
    pub role: Role,
}

/// Keeps another name, place or role. A changed role counts from the next request on.
///
/// # Errors
/// The actor may not run the team, or not appoint owners; there is no such person; the name is refused; the firm would
/// have no owner.
pub async fn change(firm: &Firm, actor: &Actor, id: StaffId, draft: &MemberDraft) -> Result<()> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    let name = text::line(&draft.name, Field::Name, limits::NAME_CHARS)?;
    let title = super::title(&draft.title)?;
    let role = role_name(draft.role)?;
    let mut tx = firm.begin().await?;
    let row = member(&tx, id).await?;
    let before = role_of(&row.role)?;
    if draft.role != before {
        if [before, draft.role].contains(&Role::Owner) {
            allow(actor, Action::AppointOwner, &Nobodys)?;
        }
        if before == Role::Owner {
            not_the_last(&tx).await?;
        }
    }
    staff::ActiveModel {
        id: Set(row.id),
        name: Set(name.clone()),
        title: Set(title.clone()),
        role: Set(role.to_owned()),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    if draft.role != before {
        let words = format!("{}, before {}", role_word(draft.role), role_word(before));
        tx.audit_with(actor, "staff.role", Some(row.id), &words).await?;
        need_to_know::settle(&mut tx).await?;
    }
    if (name, title) != (row.name, row.title) {
        tx.audit(actor, "staff.change", Some(row.id)).await?;
    }
    tx.commit().await
}

/// Ends somebody's work here: they are signed out at once, their address is free again, and what they wrote stays.
///
/// # Errors
/// The actor may not run the team, or not remove an owner; there is no such person; the firm would have no owner.
pub async fn remove(firm: &Firm, actor: &Actor, id: StaffId) -> Result<()> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    let mut tx = firm.begin().await?;
    let row = member(&tx, id).await?;
    if role_of(&row.role)? == Role::Owner {
        allow(actor, Action::AppointOwner, &Nobodys)?;
        not_the_last(&tx).await?;
    }
    address::Entity::delete_by_id(row.address.clone()).exec(tx.db()).await?;
    client_staff::Entity::delete_many()
        .filter(client_staff::Column::Staff.eq(row.id))
        .exec(tx.db())
        .await?;
    client::Entity::update_many()
        .col_expr(client::Column::Responsible, Expr::value(Option::<Uuid>::None))
        .filter(client::Column::Responsible.eq(row.id))
        .exec(tx.db())
        .await?;
    staff::ActiveModel {
        id: Set(row.id),
        removed_at: Set(Some(firm.now().0)),
        removed_by: Set(actor.person()),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    walks::end_all(&tx, Side::Staff, row.id, &row.address).await?;
    sign_in::end_steps(&tx, row.id).await?;
    sessions::end_all(&mut tx, row.id, None).await?;
    tx.audit(actor, "staff.remove", Some(row.id)).await?;
    tx.commit().await
}

/// Signs somebody of the team out everywhere, for a lost phone.
///
/// # Errors
/// The actor may not run the team, or not an owner's; there is no such person.
pub async fn end_devices(firm: &Firm, actor: &Actor, id: StaffId) -> Result<()> {
    allow(actor, Action::RunTeam, &Nobodys)?;
    let mut tx = firm.begin().await?;
    let row = member(&tx, id).await?;
    if role_of(&row.role)? == Role::Owner {
        allow(actor, Action::AppointOwner, &Nobodys)?;
    }
    sign_in::end_steps(&tx, row.id).await?;
    sessions::end_all(&mut tx, row.id, None).await?;
    tx.audit(actor, "staff.end_devices", Some(row.id)).await?;
    tx.commit().await
}

async fn member(tx: &Tx<'_>, id: StaffId) -> Result<staff::Model> {
    staff::Entity::find_by_id(id.uuid())
        .filter(staff::Column::RemovedAt.is_null())
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)
}

/// The write lock is held: of two owners who leave at the same moment the second is refused.
async fn not_the_last(tx: &Tx<'_>) -> Result<()> {
    let owners = staff::Entity::find()
        .filter(staff::Column::RemovedAt.is_null())
        .filter(staff::Column::Role.eq("owner"))
        .count(tx.db())
        .await?;
    if owners < 2 {
        return Err(Error::refused(Field::Role, Reason::LastOwner));
    }
    Ok(())
}
