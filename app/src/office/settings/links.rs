//! Old links: addresses of a portal that the firm had before, and where they lead now.

use crate::{
    desk::{Told, desk},
    error::AppError,
    office::{list, parts::hidden},
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        empty::Empty,
        field::{FieldError, error_of, error_of_form, typed},
        pager::turn,
        text_area::TextArea,
        time::{Style, Time},
    },
};
use domain::{
    Field, LegacyAddressId, Moment, Problem, form,
    legacy::{LegacyList, LegacyRow},
    said::Said,
};
use firm::legacy;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const PAGE: &str = "/office/settings/links";
const EXAMPLE: &str = "https://portal.example/client/8f3a9c, /threads, anwen@marlowe.example";

/// `/office/settings/links`.
#[component]
pub fn OldLinksPage() -> impl IntoView {
    let page = use_query_map()
        .read_untracked()
        .get("page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(0);
    framed("Old links", move |desk| async move {
        let list = legacy::list(&desk.firm, &desk.actor, page).await.told(&desk)?;
        let flash = flash_of(&desk, &form::IMPORT_LEGACY).await?;
        let problem = flash.as_ref().map(|flash| flash.problem.clone());
        let list_text = typed(flash.as_ref(), "list");
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Old links"</h1>
                    <p>
                        "Links of a portal that you had before go on working: they lead to the new place, and whoever opens one signs in there like everybody else. By itself an old link opens nothing."
                    </p>
                </div>
            </div>
            {take_in(list_text, problem.as_ref())}
            {shown(list)}
        }
        .into_any())
    })
}

fn take_in(text: String, problem: Option<&Problem>) -> impl IntoView + use<> {
    let error = error_of(problem, Field::LegacyList);
    let wrong = error.is_some();
    let described = if wrong { "list-hint list-error" } else { "list-hint" };
    view! {
        <section class="section" aria-labelledby="take-in">
            <div class="section-head">
                <h2 id="take-in">"Take a list in"</h2>
            </div>
            <form class="stack office-form" method="post" action=form::IMPORT_LEGACY.action>
                {hidden("from", PAGE)}
                <ErrorBanner sentence=error_of_form(problem, &[Field::LegacyList]).unwrap_or_default() />
                <div class="field">
                    <label for="list">"Old addresses, one a line"</label>
                    <p class="hint" id="list-hint">
                        "After a comma, where it leads, and after another, the email address of the contact that it was for. Both may be left out; then it leads to the front page. "
                        <span class="mono">{EXAMPLE}</span>
                    </p>
                    <TextArea
                        id="list"
                        name="list"
                        text=text
                        described_by=Signal::stored(Some(described.to_owned()))
                        invalid=Signal::stored(wrong)
                    />
                    {error.map(|sentence| view! { <FieldError id="list-error" sentence=sentence /> })}
                </div>
                <p class="quiet-text">
                    "The old host name has to lead to this portal as well. Whoever runs the server sees to that."
                </p>
                <div class="actions">
                    <button class="button primary">"Take the list in"</button>
                </div>
            </form>
        </section>
    }
}

fn shown(list: LegacyList) -> AnyView {
    if list.total == 0 {
        return view! {
            <Empty
                title="No old links are listed"
                words="As soon as you take a list in, they stand here with how often each was opened and when last."
            />
        }
        .into_any();
    }
    let now = list.now;
    let address = |page: u64| format!("{PAGE}?page={page}");
    let before = list
        .page
        .checked_sub(1)
        .map(|page| view! { <a class="button small" href=address(page) rel="prev">"Back"</a> });
    let after = list
        .more
        .then(|| view! { <a class="button small" href=address(list.page + 1) rel="next">"Further"</a> });
    let heads = view! {
        <thead>
            <tr>
                <th scope="col">"Old address"</th>
                <th scope="col">"Leads to"</th>
                <th scope="col">"Was for"</th>
                <th scope="col" class="num">"Opened"</th>
                <th scope="col">
                    <span class="visually-hidden">"What to do"</span>
                </th>
            </tr>
        </thead>
    };
    let rows = list.rows.into_iter().map(|row| line(row, now).into_any()).collect();
    view! {
        <section class="section" aria-labelledby="listed">
            <div class="section-head">
                <h2 id="listed">"Listed"</h2>
                <span class="count">{list.total}</span>
            </div>
            {list::table("table old-links", heads.into_any(), rows)}
            {turn(list.page, before, after)}
        </section>
    }
    .into_any()
}

fn line(row: LegacyRow, now: Moment) -> impl IntoView {
    let opened = match (row.hits, row.last) {
        (0, _) | (_, None) => view! { <span class="quiet-text">"never"</span> }.into_any(),
        (hits, Some(last)) => {
            let times = if hits == 1 {
                "once, ".to_owned()
            } else {
                format!("{hits} times, last ")
            };
            view! { {times} <Time at=last style=Style::Brief(now) /> }.into_any()
        }
    };
    let name = row.shown.clone();
    view! {
        <tr>
            <td class="mono">{row.shown}</td>
            <td class="mono">{row.target}</td>
            <td>{row.contact}</td>
            <td class="num">{opened}</td>
            <td class="act">
                <details class="edit">
                    <summary>"Remove" <span class="visually-hidden">{format!(" {name}")}</span></summary>
                    <form class="stack" method="post" action=form::REMOVE_LEGACY.action>
                        {hidden("from", PAGE)} {hidden("id", row.id)}
                        <p class="quiet-text">"Whoever opens it then finds nothing. Its entries in the audit log stay."</p>
                        <button class="button">"Remove the link"</button>
                    </form>
                </details>
            </td>
        </tr>
    }
}

/// Takes a list of old addresses in.
///
/// # Errors
/// The actor may not run the firm, or a line is refused.
#[server(prefix = "/api", endpoint = "import_legacy")]
pub async fn import_legacy(
    /// The list.
    #[server(default)]
    list: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    legacy::import(&desk.firm, &desk.actor, &list).await.told(&desk)?;
    desk.done(Said::LinksTaken, PAGE);
    Ok(())
}

/// Lets an old address lead nowhere.
///
/// # Errors
/// The actor may not run the firm, or it is not there.
#[server(prefix = "/api", endpoint = "remove_legacy")]
pub async fn remove_legacy(
    /// Which.
    id: LegacyAddressId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    legacy::remove(&desk.firm, &desk.actor, id).await.told(&desk)?;
    desk.done(Said::LinkRemoved, PAGE);
    Ok(())
}
