//! A labelled control, with what to type above it and what was wrong below.

use crate::ui::icon::{Glyph, Icon};
use domain::{Field as Name, Problem, form::Flash};
use leptos::prelude::*;

/// The sentence that belongs beside `field`, if the problem is about it.
pub fn error_of(problem: Option<&Problem>, field: Name) -> Option<String> {
    match problem {
        Some(Problem::Refused { field: named, reason }) if *named == field => Some(reason.sentence(field)),
        _ => None,
    }
}

/// The sentence that belongs above the whole form: everything that is not about one of its `fields`.
pub fn error_of_form(problem: Option<&Problem>, fields: &[Name]) -> Option<String> {
    match problem {
        Some(Problem::Refused { field, .. }) if fields.contains(field) => None,
        Some(problem) => Some(problem.sentence()),
        None => None,
    }
}

/// What came back into a field from a refused form; nothing for a field that a flash never keeps.
pub fn typed(flash: Option<&Flash>, field: &str) -> String {
    flash
        .and_then(|flash| flash.typed(field))
        .unwrap_or_default()
        .to_owned()
}

/// The line that says what was wrong.
#[component]
pub fn FieldError(
    /// The element's id, for `aria-describedby`.
    #[prop(into)]
    id: String,
    /// The sentence.
    #[prop(into)]
    sentence: String,
) -> impl IntoView {
    view! {
        <p class="error" id=id>
            <Icon glyph=Glyph::CircleAlert />
            <span>{sentence}</span>
        </p>
    }
}

/// What a text field is for, so that browsers and password managers help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The address that one signs in with.
    Address,
    /// An address that takes the place of that one.
    NewAddress,
    /// The password of today.
    Password,
    /// A code from an e-mail.
    Code,
    /// The six digits of an authenticator app.
    AppCode,
    /// A code of more digits.
    LongCode,
    /// A code kept on paper.
    RecoveryCode,
    /// A line of text, at most this long.
    Line(usize),
}

impl Kind {
    /// Of a code that was texted, mailed apart or read out, and of how many digits it is, for the hint.
    #[must_use]
    pub fn of_sent(digits: usize) -> (Self, &'static str) {
        match digits {
            6 => (Self::AppCode, "Six digits."),
            _ => (Self::LongCode, "Ten digits."),
        }
    }
}

/// A text field with label, hint and error. The control itself is a plain `<input>`.
#[component]
pub fn TextField(
    /// The form field's name.
    name: &'static str,
    /// Its id, where a page has several of the name.
    #[prop(into, optional)]
    id: String,
    /// The label.
    label: &'static str,
    /// What to type, above the control.
    #[prop(optional)]
    hint: &'static str,
    /// What it is for.
    kind: Kind,
    /// What it holds to begin with.
    #[prop(into, optional)]
    value: String,
    /// What was wrong.
    #[prop(default = None)]
    error: Option<String>,
    /// Whether it is what the page is for, so that one can type at once.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let id = if id.is_empty() { name.to_owned() } else { id };
    let described = [
        (!hint.is_empty()).then(|| format!("{id}-hint")),
        error.is_some().then(|| format!("{id}-error")),
    ];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let (input, complete, limit) = match kind {
        Kind::Address => ("email", "username", None),
        Kind::NewAddress => ("email", "email", None),
        Kind::Password => ("password", "current-password", None),
        Kind::Code => ("text", "one-time-code", Some(16)),
        // Room for the space that some apps put between the digits.
        Kind::AppCode | Kind::LongCode => ("text", "one-time-code", Some(12)),
        Kind::RecoveryCode => ("text", "off", Some(60)),
        Kind::Line(limit) => ("text", "off", Some(limit)),
    };
    view! {
        <div class="field" class:code=matches!(kind, Kind::Code | Kind::AppCode | Kind::LongCode)>
            <label for=id.clone()>{label}</label>
            {(!hint.is_empty())
                .then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            <input
                id=id.clone()
                name=name
                type=input
                value=value
                autocomplete=complete
                autocapitalize=matches!(kind, Kind::Code | Kind::RecoveryCode).then_some("characters")
                inputmode=match kind {
                    Kind::Address | Kind::NewAddress => Some("email"),
                    Kind::AppCode | Kind::LongCode => Some("numeric"),
                    _ => None,
                }
                data-digits=(kind == Kind::AppCode).then_some("6")
                spellcheck=(!matches!(kind, Kind::Line(_))).then_some("false")
                maxlength=limit.map(|limit| limit.to_string())
                aria-describedby=(!described.is_empty()).then_some(described)
                aria-invalid=error.is_some().then_some("true")
                autofocus=first || error.is_some()
                required
            />
            {error
                .map(|sentence| view! { <FieldError id=format!("{id}-error") sentence=sentence /> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Reason;

    #[test]
    fn a_reason_stands_beside_its_field_or_above_the_form_and_never_twice() {
        let problem = Problem::field(Name::Address, Reason::Empty);
        assert!(error_of(Some(&problem), Name::Address).is_some());
        assert!(error_of(Some(&problem), Name::Code).is_none());
        assert!(error_of_form(Some(&problem), &[Name::Address]).is_none());
        assert!(error_of_form(Some(&problem), &[Name::Code]).is_some());
    }
}
