//! The fields of a contact, in the forms that add and change one.

use crate::{
    office::parts::{Line, hidden},
    ui::field::{error_of, typed},
};
use domain::{Field, Problem, form::Flash, office::contacts::ContactView};
use leptos::prelude::*;

pub(super) const FIELDS: [Field; 5] = [
    Field::FirstName,
    Field::LastName,
    Field::Address,
    Field::Phone,
    Field::Client,
];

/// The fields of a person, as they were typed or as they are kept.
pub(super) fn person(flash: Option<&Flash>, now: Option<&ContactView>, address_open: bool) -> impl IntoView + use<> {
    let problem: Option<Problem> = flash.map(|flash| flash.problem.clone());
    let problem = problem.as_ref();
    let value = |name: &str, kept: Option<&String>| {
        if flash.is_some() {
            typed(flash, name)
        } else {
            kept.cloned().unwrap_or_default()
        }
    };
    let address = if address_open {
        Line {
            name: "address",
            label: "Email address",
            hint: "Their invitation and their notices go there. No other person here may have the same.",
            kind: "email",
            value: value("address", now.map(|now| &now.address)),
            error: error_of(problem, Field::Address),
            required: true,
        }
        .show()
        .into_any()
    } else {
        hidden("address", now.map(|now| now.address.clone()).unwrap_or_default()).into_any()
    };
    view! {
        {Line {
            name: "first_name",
            label: "First name",
            hint: "Letters address them by it.",
            kind: "text",
            value: value("first_name", now.map(|now| &now.first_name)),
            error: error_of(problem, Field::FirstName),
            required: true,
        }
            .show()}
        {Line {
            name: "last_name",
            label: "Last name",
            hint: "",
            kind: "text",
            value: value("last_name", now.map(|now| &now.last_name)),
            error: error_of(problem, Field::LastName),
            required: false,
        }
            .show()}
        {address}
        {Line {
            name: "phone",
            label: "Mobile phone",
            hint: "Codes are texted to it. 07700 900042, or with the country’s code.",
            kind: "tel",
            value: value("phone", now.map(|now| &now.phone)),
            error: error_of(problem, Field::Phone),
            required: false,
        }
            .show()}
    }
}
