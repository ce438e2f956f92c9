//! The fields of a client, in the forms that add and change one.

use crate::{
    office::parts::{self, Line},
    ui::field::{error_of, typed},
};
use domain::{Field, Problem, form::Flash, office::Choice};
use leptos::prelude::*;

pub(super) const FIELDS: [Field; 4] = [Field::Name, Field::Responsible, Field::Tags, Field::Notes];

/// What the form holds before anything was refused.
#[derive(Default)]
pub(super) struct Kept {
    pub name: String,
    pub tags: String,
    pub notes: String,
}

/// The fields of a client, as they were typed or as they are kept.
pub(super) fn kept(flash: Option<&Flash>, now: Kept, mut team: Vec<Choice>) -> impl IntoView + use<> {
    let problem: Option<Problem> = flash.map(|flash| flash.problem.clone());
    let problem = problem.as_ref();
    let value = |name: &str, kept: String| if flash.is_some() { typed(flash, name) } else { kept };
    if flash.is_some() {
        let chosen = typed(flash, "responsible");
        for member in &mut team {
            member.chosen = member.id == chosen;
        }
    }
    view! {
        {Line {
            name: "name",
            label: "Name",
            hint: "As it stands on letters to them.",
            kind: "text",
            value: value("name", now.name),
            error: error_of(problem, Field::Name),
            required: true,
        }
            .show()}
        {parts::select(
            "responsible",
            "Looked after by",
            Some("Nobody in particular"),
            team,
            error_of(problem, Field::Responsible),
        )}
        {Line {
            name: "tags",
            label: "Tags",
            hint: "Words to find them by, with commas between: VAT, Payroll.",
            kind: "text",
            value: value("tags", now.tags),
            error: error_of(problem, Field::Tags),
            required: false,
        }
            .show()}
        {parts::text(
            "notes",
            "Internal notes",
            "Only your team reads these. No contact ever sees them.",
            value("notes", now.notes),
            error_of(problem, Field::Notes),
        )}
    }
}
