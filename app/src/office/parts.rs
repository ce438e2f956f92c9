//! What the pages of the office share: fields with room for being left empty, states, moments.

use crate::ui::{
    field::FieldError,
    icon::{Glyph, Icon},
    text_area::TextArea,
    time::{Style, Time},
};
use domain::{Moment, client::PortalState, contact::ContactState, office::Choice};
use leptos::prelude::*;

/// A hidden field.
pub fn hidden(name: &'static str, value: impl ToString) -> AnyView {
    let value = value.to_string();
    view! { <input type="hidden" name=name value=value /> }.into_any()
}

/// A line of text in a form.
pub struct Line {
    /// The form field's name, which is its id as well.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// What to type.
    pub hint: &'static str,
    /// `text`, `email` or `tel`.
    pub kind: &'static str,
    /// What it holds to begin with.
    pub value: String,
    /// What was wrong.
    pub error: Option<String>,
    /// Whether it may not be empty.
    pub required: bool,
}

impl Line {
    /// The field.
    pub fn show(self) -> impl IntoView {
        let Self {
            name,
            label,
            hint,
            kind,
            value,
            error,
            required,
        } = self;
        let described = described(name, hint, error.is_some());
        view! {
            <div class="field">
                <label for=name>
                    {label} {(!required).then(|| view! { <span class="optional">" (optional)"</span> })}
                </label>
                {hint_line(name, hint)}
                <input
                    id=name
                    name=name
                    type=kind
                    value=value
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=error.is_some().then_some("true")
                    autofocus=error.is_some()
                    required=required
                />
                {error_line(name, error)}
            </div>
        }
    }
}

/// A longer text in a form.
pub fn text(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    error: Option<String>,
) -> impl IntoView {
    let described = described(name, hint, error.is_some());
    view! {
        <div class="field">
            <label for=name>{label} <span class="optional">" (optional)"</span></label>
            {hint_line(name, hint)}
            <TextArea id=name name=name text=value described_by=Signal::stored(described) invalid=Signal::stored(error.is_some()) />
            {error_line(name, error)}
        </div>
    }
}

/// A choice of a list. `none` stands first, for leaving it open; without it something must be chosen.
pub fn select(
    name: &'static str,
    label: &'static str,
    none: Option<&'static str>,
    choices: Vec<Choice>,
    error: Option<String>,
) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|choice| {
            view! {
                <option value=choice.id selected=choice.chosen>
                    {choice.name}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name aria-describedby=described(name, "", error.is_some())>
                {none.map(|none| view! { <option value="">{none}</option> })}
                {options}
            </select>
            {error_line(name, error)}
        </div>
    }
}

/// A box to tick; `value` is what it posts.
pub fn tick(name: impl ToString, id: impl ToString, value: impl ToString, label: impl ToString, on: bool) -> AnyView {
    let (name, id, value, label) = (name.to_string(), id.to_string(), value.to_string(), label.to_string());
    view! {
        <div class="tick">
            <input type="checkbox" id=id.clone() name=name value=value checked=on />
            <label for=id>{label}</label>
        </div>
    }
    .into_any()
}

fn described(name: &str, hint: &str, wrong: bool) -> Option<String> {
    let parts: Vec<String> = [
        (!hint.is_empty()).then(|| format!("{name}-hint")),
        wrong.then(|| format!("{name}-error")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn hint_line(name: &'static str, hint: &'static str) -> Option<impl IntoView> {
    (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })
}

fn error_line(name: &'static str, error: Option<String>) -> Option<impl IntoView> {
    error.map(|sentence| view! { <FieldError id=format!("{name}-error") sentence=sentence /> })
}

/// The state of a portal, as a word on a quiet ground.
pub fn portal_badge(state: PortalState) -> impl IntoView {
    let tone = match state {
        PortalState::Active => "badge success",
        PortalState::Invited => "badge accent",
        PortalState::Suspended | PortalState::Closed => "badge warning",
        PortalState::NotEnabled => "badge",
    };
    view! { <span class=tone>{state.word()}</span> }
}

/// How far a contact has come, as a word on a quiet ground.
pub fn contact_badge(state: ContactState) -> impl IntoView {
    let tone = match state {
        ContactState::Active => "badge success",
        ContactState::Invited => "badge accent",
        ContactState::Suspended => "badge warning",
        ContactState::NotInvited => "badge",
    };
    view! { <span class=tone>{state.word()}</span> }
}

/// The way back to a list.
pub fn back_to(href: impl Into<String>, words: &'static str) -> impl IntoView {
    let href = href.into();
    view! {
        <p class="back">
            <a href=href>
                <Icon glyph=Glyph::ArrowLeft />
                {words}
            </a>
        </p>
    }
}

/// When somebody was there last.
pub fn seen(at: Option<Moment>, now: Moment) -> impl IntoView {
    match at {
        Some(at) => view! { <Time at=at style=Style::Brief(now) /> }.into_any(),
        None => view! { <span class="faint">"Never"</span> }.into_any(),
    }
}

/// What has happened so far, of some things and the day of each, as lines of a list of facts.
pub fn past<const N: usize>(things: [(&'static str, Option<Moment>); N]) -> impl IntoView {
    things
        .into_iter()
        .filter_map(|(word, at)| at.map(|at| (word, at)))
        .map(|(word, at)| {
            view! {
                <div>
                    <dt>{word}</dt>
                    <dd>
                        <Time at=at style=Style::LongDay />
                    </dd>
                </div>
            }
        })
        .collect_view()
}
