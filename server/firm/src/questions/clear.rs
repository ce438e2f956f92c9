//! Security questions that somebody cannot answer any more: staff clear them, with a reason, and the contact is told.

use super::{forget, rows};
use crate::{Actor, Firm, contacts, error::Result, letters::Happened, sessions, walks::second};
use domain::{ContactId, Field, client::Side, limits, text};
use sea_orm::PaginatorTrait;

/// Whether a contact has answered questions that the actor could clear.
///
/// # Errors
/// The database fails. A contact out of the actor's scope has none.
pub async fn on_file(firm: &Firm, actor: &Actor, id: ContactId) -> Result<bool> {
    match contacts::whole(firm.db(), actor, id).await {
        Ok(_) => Ok(rows(id).count(firm.db()).await? > 0),
        Err(crate::Error::Problem(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Clears a contact's security questions. A reset then asks for the mailed link alone, until they answer anew.
///
/// # Errors
/// No reason is given; the contact is not in the actor's scope, or reaches further than it.
pub async fn clear(firm: &Firm, actor: &Actor, id: ContactId, reason: &str) -> Result<()> {
    let tx = firm.begin().await?;
    let row = contacts::whole(tx.db(), actor, id).await?;
    let reason = text::line(reason, Field::Why, limits::WHY_CHARS)?;
    if rows(id).count(tx.db()).await? == 0 {
        return Err(crate::Error::not_found());
    }
    forget(&tx, id).await?;
    // Staff have made sure who asks, so codes to the mobile are taken again, too.
    second::trust_again(&tx, row.id).await?;
    tx.audit_with(actor, "contact.clear_questions", Some(row.id), &reason)
        .await?;
    sessions::tell(&tx, Side::Contact, row.id, Happened::QuestionsCleared).await?;
    tx.commit().await
}
