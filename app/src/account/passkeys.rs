//! One's own passkeys, on the page of the second step.

use super::{
    devices::when,
    factors::{HERE, change},
};
use crate::{
    sign_in::hidden,
    ui::{
        field::{Kind, TextField, error_of, typed},
        passkey::{Ceremony, PasskeyForm},
    },
};
use domain::{
    Field, Moment,
    factors::{FactorsView, PasskeyRow},
    form::{self, Flash},
    limits,
};
use leptos::prelude::*;

/// The section: what there is, and the button that adds one. `host` is the one that was asked, `renamed` a name that was
/// refused.
pub(super) fn section(own: &FactorsView, host: &str, renamed: Option<&Flash>, now: Moment) -> impl IntoView + use<> {
    let fresh = own.fresh;
    let may_go = own.passkey_may_go();
    let rows: Vec<_> = own
        .passkeys
        .iter()
        .map(|row| {
            let id = row.id.to_string();
            let renamed = renamed.filter(|flash| flash.typed("id") == Some(&id));
            view! { <li>{passkey(row, host, renamed, fresh, may_go, now)}</li> }
        })
        .collect();
    let words = if rows.is_empty() {
        "None yet. A passkey signs you in with your finger, your face or your device’s PIN, without a password and without an email."
    } else {
        "Each signs you in by itself, on the device that holds it."
    };
    let add = if fresh {
        view! {
            <PasskeyForm
                form=form::ADD_PASSKEY
                ask="/api/ask_new_passkey"
                ceremony=Ceremony::Make
                words="Add a passkey"
                class="button"
            >
                {hidden("from", HERE.to_owned())}
            </PasskeyForm>
        }
        .into_any()
    } else {
        change(false, form::ADD_PASSKEY, "Add a passkey", "button")
    };
    view! {
        <section class="section" aria-labelledby="passkeys">
            <div class="section-head">
                <h2 id="passkeys">"Passkeys"</h2>
            </div>
            <div class="stack">
                <p>{words}</p>
                {(!rows.is_empty()).then(|| view! { <ul class="rows devices">{rows}</ul> })}
                {add}
                <p class="quiet-text" data-without-passkeys>
                    "A passkey needs a browser that knows them, with scripts on. The authenticator app works without."
                </p>
            </div>
        </section>
    }
}

fn passkey(
    row: &PasskeyRow,
    host: &str,
    renamed: Option<&Flash>,
    fresh: bool,
    may_go: bool,
    now: Moment,
) -> impl IntoView + use<> {
    let id = row.id.to_string();
    let used = match row.used {
        Some(at) => view! { <span>"Last used " {when(at, now)}</span> }.into_any(),
        None => view! { <span>"Not used yet"</span> }.into_any(),
    };
    let elsewhere = (row.host != host).then(|| view! { <span>"Works at " {row.host.clone()}</span> });
    let problem = renamed.map(|flash| &flash.problem);
    let name = renamed.map_or_else(|| row.name.clone(), |flash| typed(Some(flash), "name"));
    let end = may_go.then(|| {
        if fresh {
            view! {
                <form method="post" action=form::REMOVE_PASSKEY.action>
                    {hidden("from", HERE.to_owned())}
                    {hidden("id", id.clone())}
                    <button class="button small" aria-label=format!("Remove {}", row.name)>
                        "Remove"
                    </button>
                </form>
            }
            .into_any()
        } else {
            change(false, form::REMOVE_PASSKEY, "Remove", "button small")
        }
    });
    view! {
        <div class="device">
            <div>
                <strong>{row.name.clone()}</strong>
                <p class="meta">
                    <span>"Made " {when(row.made, now)}</span> {used} {elsewhere}
                </p>
                <details class="other-way" open=problem.is_some()>
                    <summary>"Rename"</summary>
                    <form class="stack" method="post" action=form::RENAME_PASSKEY.action>
                        {hidden("from", HERE.to_owned())}
                        {hidden("id", id.clone())}
                        <TextField
                            name="name"
                            id=format!("name-{id}")
                            label="Name of the passkey"
                            kind=Kind::Line(limits::PASSKEY_NAME_CHARS)
                            value=name
                            error=error_of(problem, Field::Name)
                        />
                        <button class="button small">"Save"</button>
                    </form>
                </details>
            </div>
            {end}
        </div>
    }
}
