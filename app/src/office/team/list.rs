//! The list of the team, and what its roles may do.

use super::state;
use crate::{
    desk::Told,
    office::{list::table, parts},
    plain::framed,
};
use domain::office::team::{ROLES, TeamRow, role_word};
use firm::staff;
use leptos::prelude::*;

/// `/office/team`.
#[component]
pub fn TeamPage() -> impl IntoView {
    framed("Team", |desk| async move {
        let view = staff::list(&desk.firm, &desk.actor).await.told(&desk)?;
        let (now, may_run) = (view.now, view.may_run);
        let rows = view
            .rows
            .into_iter()
            .map(|row| {
                let TeamRow {
                    id,
                    name,
                    title,
                    address,
                    role,
                    joined,
                    last_seen,
                    own,
                } = row;
                let name = if may_run {
                    view! { <a href=format!("/office/team/{id}")>{name}</a> }.into_any()
                } else {
                    view! { <span>{name}</span> }.into_any()
                };
                view! {
                    <tr>
                        <th scope="row">
                            {name} {own.then(|| view! { <span class="badge">"You"</span> })}
                            <span class="meta">{address}</span>
                        </th>
                        <td data-label="Title">{title}</td>
                        <td data-label="Role">
                            {role_word(role)}
                        </td>
                        <td data-label="State">{state(joined)}</td>
                        <td data-label="Last seen" class="num">
                            {parts::seen(last_seen, now)}
                        </td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        let roles = ROLES
            .iter()
            .map(|(_, _, word, may)| {
                view! {
                    <div>
                        <dt>{*word}</dt>
                        <dd>{*may}</dd>
                    </div>
                }
            })
            .collect_view();
        let columns = view! {
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Title"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="num">"Last seen"</th>
                </tr>
            </thead>
        }
        .into_any();
        Ok(view! {
            <div class="page-head">
                <h1>"Team"</h1>
                {may_run
                    .then(|| {
                        view! {
                            <div class="actions">
                                <a class="button primary" href="/office/team/new">
                                    "Invite somebody"
                                </a>
                            </div>
                        }
                    })}
            </div>
            {table("table", columns, rows)}
            <section class="section spaced" aria-labelledby="roles">
                <div class="section-head">
                    <h2 id="roles">"What the roles may do"</h2>
                </div>
                <dl class="facts">{roles}</dl>
            </section>
        }
        .into_any())
    })
}
