//! The kinds of fields of that form: a part with a head, one of a few, a whole number.

use crate::ui::field::FieldError;
use leptos::prelude::*;

/// A part with its own head.
pub(super) fn group(id: &'static str, title: &'static str, fields: impl IntoView) -> impl IntoView {
    view! {
        <section class="setting" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {fields}
        </section>
    }
}

/// One of a few, all to be seen.
pub(super) fn choose(
    name: &'static str,
    label: &'static str,
    choices: &[(&'static str, &'static str)],
    chosen: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    let choices = choices
        .iter()
        .map(|(value, words)| {
            view! {
                <label>
                    <input type="radio" name=name value=*value checked=*value == chosen />
                    <span>{*words}</span>
                </label>
            }
        })
        .collect_view();
    let described = error.is_some().then(|| format!("{name}-error"));
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend>{label}</legend>
            <div class="choices">{choices}</div>
            {error.map(|sentence| view! { <FieldError id=format!("{name}-error") sentence=sentence /> })}
        </fieldset>
    }
}

/// A whole number.
pub(super) struct Number {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
    pub(super) range: (u32, u32),
    pub(super) error: Option<String>,
}

impl Number {
    pub(super) fn show(self) -> impl IntoView {
        let Self {
            name,
            label,
            hint,
            value,
            range: (least, most),
            error,
        } = self;
        let described = match &error {
            Some(_) => format!("{name}-hint {name}-error"),
            None => format!("{name}-hint"),
        };
        view! {
            <div class="field number">
                <label for=name>{label}</label>
                <p class="hint" id=format!("{name}-hint")>
                    {hint}
                </p>
                <input
                    id=name
                    name=name
                    type="number"
                    inputmode="numeric"
                    min=least.to_string()
                    max=most.to_string()
                    step="1"
                    value=value
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=error.is_some().then_some("true")
                    autofocus=error.is_some()
                    required
                />
                {error.map(|sentence| view! { <FieldError id=format!("{name}-error") sentence=sentence /> })}
            </div>
        }
    }
}
