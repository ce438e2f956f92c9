//! The audit log.

use super::{
    list::{address_parts, choices, table},
    parts,
};
use crate::{
    desk::Told,
    plain::framed,
    ui::{
        empty::Empty,
        time::{Style, Time},
    },
};
use domain::office::audit::{AuditQuery, AuditRow, AuditView, TOPICS};
use firm::audit;
use leptos::prelude::*;

/// `/office/audit`.
#[component]
pub fn AuditPage() -> impl IntoView {
    let part = address_parts();
    let query = AuditQuery {
        topic: part("topic"),
        who: part("who"),
        before: part("before").parse().unwrap_or(0),
    };
    framed("Audit log", |desk| async move {
        let view = audit::list(&desk.firm, &desk.actor, &query).await.told(&desk)?;
        Ok(show(view).into_any())
    })
}

fn show(view: AuditView) -> impl IntoView {
    let query = view.query.clone();
    let everything = std::iter::once(("", "Everything")).chain(TOPICS);
    let topics = choices("About", everything, &query.topic.as_str(), |topic| {
        AuditQuery {
            topic: topic.to_owned(),
            before: 0,
            ..query.clone()
        }
        .address()
    });
    let person = (!query.who.is_empty()).then(|| {
        let everybody = AuditQuery {
            who: String::new(),
            before: 0,
            ..query.clone()
        };
        let name = view.rows.first().map(|row| row.who.clone()).unwrap_or_default();
        view! {
            <p class="quiet-text">
                {format!("Only what {name} did. ")} <a href=everybody.address()>"Show what everybody did"</a>
            </p>
        }
    });
    let newest = AuditQuery {
        before: 0,
        ..query.clone()
    };
    let back = (query.before > 0).then(|| newest.address());
    let older = view.older.map(|before| {
        AuditQuery {
            before,
            ..query.clone()
        }
        .address()
    });
    let now = view.now;
    let is_empty = view.rows.is_empty();
    let rows = view
        .rows
        .into_iter()
        .map(|row| entry(row, &query, now).into_any())
        .collect();
    let list = if is_empty {
        view! { <Empty title="Nothing in the log" words="Nobody did anything of this kind yet." /> }.into_any()
    } else {
        table(
            "table",
            view! {
                <thead>
                    <tr>
                        <th scope="col">"Who did what"</th>
                        <th scope="col">"When"</th>
                        <th scope="col" class="num">"Entry"</th>
                    </tr>
                </thead>
            }
            .into_any(),
            rows,
        )
    };
    view! {
        {parts::back_to("/office/settings", "Firm")}
        <div class="page-head">
            <div>
                <h1>"Audit log"</h1>
                <p class="lead">"Who did what, and when. Entries have numbers without gaps, and nobody can change them here."</p>
            </div>
        </div>
        <div class="list-head">{topics}</div>
        {person}
        {list}
        {(back.is_some() || older.is_some())
            .then(|| {
                view! {
                    <nav class="pager" aria-label="Pages">
                        {back.map(|href| view! { <a class="button small" href=href>"Newest"</a> })}
                        {older.map(|href| view! { <a class="button small" href=href rel="next">"Older"</a> })}
                    </nav>
                }
            })}
    }
}

fn entry(row: AuditRow, query: &AuditQuery, now: domain::Moment) -> impl IntoView + use<> {
    let AuditRow {
        number,
        at,
        who,
        who_id,
        what,
        thing,
        href,
        detail,
    } = row;
    let who = if who_id.is_empty() {
        view! { <strong>{who}</strong> }.into_any()
    } else {
        let own = AuditQuery {
            who: who_id,
            before: 0,
            ..query.clone()
        };
        view! { <a href=own.address()>{who}</a> }.into_any()
    };
    let thing = match href {
        Some(href) => view! { <a href=href>{thing}</a> }.into_any(),
        None => view! { <span>{thing}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                {who} {format!(" {what} ")} {thing}
                {(!detail.is_empty()).then(|| view! { <span class="meta">{detail}</span> })}
            </th>
            <td data-label="When">
                <Time at=at style=Style::Day(now) /> " " <Time at=at style=Style::Clock />
            </td>
            <td data-label="Entry" class="num">
                {number}
            </td>
        </tr>
    }
}
