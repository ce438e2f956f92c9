//! Inviting somebody to the team.

use super::FIELDS;
use crate::{
    desk::{Told, desk},
    error::AppError,
    office::{
        parts::{Line, back_to, hidden, select},
        posted::not_offered,
    },
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form, typed},
    },
};
use domain::{
    Field,
    access::Role,
    form,
    office::{
        Choice,
        team::{ROLES, role_name, role_named},
    },
    said::Said,
};
use firm::staff::{self, StaffInvitation};
use leptos::prelude::*;

const PAGE: &str = "/office/team/new";

/// `/office/team/new`.
#[component]
pub fn NewMemberPage() -> impl IntoView {
    framed("Invite to the team", |desk| async move {
        let view = staff::blank(&desk.actor).told(&desk)?;
        let flash = flash_of(&desk, &form::INVITE_STAFF).await?;
        let flash = flash.as_ref();
        let problem = flash.map(|flash| &flash.problem);
        let line = |name, label, hint, kind, field, required| Line {
            name,
            label,
            hint,
            kind,
            value: typed(flash, name),
            error: error_of(problem, field),
            required,
        };
        let role = match typed(flash, "role").as_str() {
            "" => role_name(Role::Member).to_owned(),
            chosen => chosen.to_owned(),
        };
        let roles: Vec<Choice> = ROLES
            .iter()
            .filter(|(role, ..)| view.may_appoint || *role != Role::Owner)
            .map(|(_, name, word, may)| Choice {
                id: (*name).to_owned(),
                name: format!("{word}: {may}"),
                chosen: *name == role,
            })
            .collect();
        Ok(view! {
            {back_to("/office/team", "Team")}
            <div class="page-head">
                <div>
                    <h1>"Invite to the team"</h1>
                    <p class="lead">
                        "They get an email with a link that works for 7 days. With it they choose a password and set up an authenticator app, and are in."
                    </p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &FIELDS).unwrap_or_default() />
            <form class="stack office-form" method="post" action=form::INVITE_STAFF.action>
                {hidden("from", PAGE)} {line("name", "Name", "", "text", Field::Name, true).show()}
                {line(
                    "title",
                    "Title",
                    "Contacts see it beside the name: Partner, Payroll.",
                    "text",
                    Field::Title,
                    false,
                )
                    .show()}
                {line(
                    "address",
                    "Email address",
                    "They sign in with it. No contact and nobody else here may have the same.",
                    "email",
                    Field::Address,
                    true,
                )
                    .show()} {select("role", "Role", None, roles, error_of(problem, Field::Role))}
                <button class="button primary">"Send the invitation"</button>
            </form>
        }
        .into_any())
    })
}

/// Invites somebody to the team.
///
/// # Errors
/// A field is refused, or the reader may not.
#[server(prefix = "/api", endpoint = "invite_staff")]
pub async fn invite_staff(
    /// The name.
    #[server(default)]
    name: String,
    /// Their place in the firm.
    #[server(default)]
    title: String,
    /// Where mail reaches them.
    #[server(default)]
    address: String,
    /// `owner`, `admin` or `member`.
    #[server(default)]
    role: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    staff::blank(&desk.actor).told(&desk)?;
    let role = role_named(&role).ok_or_else(|| not_offered(Field::Role))?;
    let new = StaffInvitation {
        name,
        title,
        address,
        role,
    };
    staff::invite(&desk.firm, &desk.actor, &new).await.told(&desk)?;
    desk.done(Said::StaffInvited, "/office/team");
    Ok(())
}
