//! Server functions of the team. All are posted by plain forms; the hidden field `from`, which they carry for a refusal, is
//! read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Told, desk},
    error::AppError,
    office::posted::not_offered,
};
use domain::{Field, StaffId, office::team::role_named, said::Said};
use firm::staff::{self, MemberDraft};
use leptos::prelude::*;

/// Keeps another name, place or role of somebody of the team.
///
/// # Errors
/// A field is refused; the reader may not; the firm would have no owner.
#[server(prefix = "/api", endpoint = "change_staff")]
pub async fn change_staff(
    /// Who.
    id: StaffId,
    /// The name.
    name: String,
    /// Their place in the firm.
    #[server(default)]
    title: String,
    /// `owner`, `admin` or `member`.
    role: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let role = role_named(&role).ok_or_else(|| not_offered(Field::Role))?;
    staff::change(&desk.firm, &desk.actor, id, &MemberDraft { name, title, role })
        .await
        .told(&desk)?;
    desk.done(Said::Saved, "/office/team");
    Ok(())
}

/// Signs somebody of the team out everywhere, invites them again, or ends their work here.
///
/// # Errors
/// The reader may not, or the firm would have no owner.
#[server(prefix = "/api", endpoint = "step_staff")]
pub async fn step_staff(
    /// Who.
    id: StaffId,
    /// `end_devices`, `invite_again` or `remove`.
    step: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (outcome, said) = match step.as_str() {
        "end_devices" => (
            staff::end_devices(&desk.firm, &desk.actor, id).await,
            Said::SignedOutEverywhere,
        ),
        "invite_again" => (
            staff::invite_again(&desk.firm, &desk.actor, id).await,
            Said::StaffInvited,
        ),
        "remove" => (staff::remove(&desk.firm, &desk.actor, id).await, Said::PersonRemoved),
        _ => return Err(not_offered(Field::Form)),
    };
    outcome.told(&desk)?;
    desk.done(said, "/office/team");
    Ok(())
}
