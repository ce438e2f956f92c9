//! One of the team: what they are, and what can be done.

use super::{FIELDS, state};
use crate::{
    desk::Told,
    office::parts::{self, Line, hidden},
    plain::{flash_about, framed, id_of, refused_by},
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form, typed},
        time::{Style, Time},
    },
};
use domain::{
    Field, StaffId,
    access::Role,
    form::{self, Flash},
    office::{
        Choice,
        team::{MemberView, ROLES, role_name, role_word},
    },
};
use firm::staff;
use leptos::prelude::*;

/// `/office/team/{id}`.
#[component]
pub fn MemberPage() -> impl IntoView {
    let id = id_of::<StaffId>();
    framed("Team", move |desk| async move {
        let id = id?;
        let view = staff::view(&desk.firm, &desk.actor, id).await.told(&desk)?;
        let refused = refused_by(&desk, &[form::STEP_STAFF]).await?;
        let flash = flash_about(&desk, &form::CHANGE_STAFF, id).await?;
        Ok(show(&view, flash.as_ref(), refused).into_any())
    })
}

fn show(view: &MemberView, flash: Option<&Flash>, refused: Option<String>) -> impl IntoView + use<> {
    let problem = flash.map(|flash| flash.problem.clone());
    let refused = refused.or_else(|| error_of_form(problem.as_ref(), &FIELDS));
    let row = view.row.clone();
    let here = format!("/office/team/{}", row.id);
    let named = (row.role == Role::Member).then(|| {
        let words = if view.named_on.is_empty() {
            "None".to_owned()
        } else {
            view.named_on.join(", ")
        };
        view! {
            <div>
                <dt>"Restricted clients they see"</dt>
                <dd>{words}</dd>
            </div>
        }
    });
    let invited = view.invited.map(|at| {
        view! {
            <div>
                <dt>"Invited"</dt>
                <dd>
                    <Time at=at style=Style::LongDay />
                </dd>
            </div>
        }
    });
    let may_change = view.may_change;
    let edit = may_change.then(|| edit(view, flash, &here));
    let end = may_change.then(|| steps(view, &here));
    let alone = (!may_change).then(|| view! { <p class="quiet-text">"Only an owner can change an owner."</p> });
    view! {
        {parts::back_to("/office/team", "Team")}
        <div class="page-head">
            <div>
                <h1>{row.name.clone()}</h1>
                <p class="meta">
                    <span class="badge">{role_word(row.role)}</span>
                    {state(row.joined)}
                    <span>{row.title.clone()}</span>
                    <span>{row.address.clone()}</span>
                </p>
            </div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        <section class="section" aria-labelledby="details">
            <div class="section-head">
                <h2 id="details">"Details"</h2>
            </div>
            <dl class="facts">
                <div>
                    <dt>"Of the team since"</dt>
                    <dd>
                        <Time at=view.added style=Style::LongDay />
                    </dd>
                </div>
                {invited}
                <div>
                    <dt>"Last seen"</dt>
                    <dd>{parts::seen(row.last_seen, view.now)}</dd>
                </div>
                {named}
            </dl>
        </section>
        {alone}
        {edit}
        {end}
    }
}

fn edit(view: &MemberView, flash: Option<&Flash>, here: &str) -> impl IntoView + use<> {
    let problem = flash.map(|flash| flash.problem.clone());
    let problem = problem.as_ref();
    let value = |name: &str, kept: &str| {
        if flash.is_some() {
            typed(flash, name)
        } else {
            kept.to_owned()
        }
    };
    let role = value("role", role_name(view.row.role));
    let roles: Vec<Choice> = ROLES
        .iter()
        .filter(|(role, ..)| view.may_appoint || *role != Role::Owner)
        .map(|(_, name, word, _)| Choice {
            id: (*name).to_owned(),
            name: (*word).to_owned(),
            chosen: *name == role,
        })
        .collect();
    let stays = view
        .last_owner
        .then(|| view! { <p class="quiet-text">"Nobody else is an owner, so they stay one."</p> });
    let here = here.to_owned();
    view! {
        <section class="section" aria-labelledby="change">
            <div class="section-head">
                <h2 id="change">"Change"</h2>
            </div>
            <form class="stack office-form" method="post" action=form::CHANGE_STAFF.action>
                {hidden("from", here)} {hidden("id", view.row.id)}
                {Line {
                    name: "name",
                    label: "Name",
                    hint: "",
                    kind: "text",
                    value: value("name", &view.row.name),
                    error: error_of(problem, Field::Name),
                    required: true,
                }
                    .show()}
                {Line {
                    name: "title",
                    label: "Title",
                    hint: "Contacts see it beside the name: Partner, Payroll.",
                    kind: "text",
                    value: value("title", &view.row.title),
                    error: error_of(problem, Field::Title),
                    required: false,
                }
                    .show()} {parts::select("role", "Role", None, roles, error_of(problem, Field::Role))} {stays}
                <button class="button primary">"Save"</button>
            </form>
        </section>
    }
}

fn steps(view: &MemberView, here: &str) -> impl IntoView + use<> {
    let id = view.row.id;
    let here = here.to_owned();
    let (step, label) = if view.row.joined {
        ("end_devices", "Sign them out everywhere")
    } else {
        ("invite_again", "Send the invitation again")
    };
    let words = (!view.row.joined).then(|| {
        view! {
            <p class="quiet-text">
                "They have not come in yet. A new invitation takes the place of the earlier one, and works for 7 days."
            </p>
        }
    });
    let remove = (!view.last_owner).then(|| {
        view! {
            <details class="edit danger">
                <summary>"Remove from the team"</summary>
                <p class="quiet-text">
                    "They are signed out at once and cannot come in again. What they wrote stays, with their name."
                </p>
                <form method="post" action=form::STEP_STAFF.action>
                    {hidden("from", &here)} {hidden("id", id)} {hidden("step", "remove")}
                    <button class="button danger">"Remove for good"</button>
                </form>
            </details>
        }
    });
    view! {
        <section class="section" aria-labelledby="access">
            <div class="section-head">
                <h2 id="access">"Access"</h2>
            </div>
            {words}
            <div class="actions">
                <form method="post" action=form::STEP_STAFF.action>
                    {hidden("from", &here)} {hidden("id", id)} {hidden("step", step)}
                    <button class="button">{label}</button>
                </form>
            </div>
            {remove}
        </section>
    }
}
