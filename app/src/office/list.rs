//! A list of the office: what narrows and sorts it, its table, or what stands in the table's place, and its pages.

use crate::{office::parts::hidden, ui::pager::turn};
use domain::{office::Query, text::is_deceptive};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What is particular about a list.
pub struct List<F> {
    /// The head of the page, with the way to add one.
    pub head: AnyView,
    /// The list's address without query.
    pub base: &'static str,
    /// `Search clients`.
    pub search: &'static str,
    /// Links that narrow and sort.
    pub filters: F,
    /// The heads of the columns.
    pub columns: AnyView,
    /// This page's rows.
    pub rows: Vec<AnyView>,
    /// Whether another page follows.
    pub more: bool,
    /// What stands there where nothing fits what was asked for.
    pub no_fit: AnyView,
    /// What stands there where there is nothing at all.
    pub none: AnyView,
}

impl<F: IntoView + 'static> List<F> {
    /// The page of the list that was asked for, with the words that were looked for. `kept` are the parts of the address
    /// that a new search keeps.
    pub fn show(self, query: &impl Query, words: String, kept: Vec<(&'static str, &'static str)>) -> AnyView {
        let is_empty = self.rows.is_empty() && query.page() == 0;
        let narrowed = query.is_narrowed();
        let filters = (narrowed || !is_empty).then(|| {
            view! { <div class="list-head">{search(self.base, self.search, words, kept)} {self.filters}</div> }
        });
        let table = match (is_empty, narrowed) {
            (false, _) => table("table", self.columns, self.rows),
            (true, true) => self.no_fit,
            (true, false) => self.none,
        };
        view! {
            {self.head}
            {filters}
            {table}
            {pages(query, self.more)}
        }
        .into_any()
    }
}

/// A table.
pub fn table(class: &'static str, columns: AnyView, rows: Vec<AnyView>) -> AnyView {
    view! {
        <table class=class>
            {columns}
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Characters of a part of an address that are read.
const PART_CHARS: usize = 200;

/// The parts of the page's address: typed by whoever wrote it, and cleaned as names are. A NUL, for one, is no text to
/// PostgreSQL.
pub fn address_parts() -> impl Fn(&str) -> String {
    let map = use_query_map().get_untracked();
    move |name| {
        let typed = map.get(name).unwrap_or_default();
        typed.chars().filter(|c| !is_deceptive(*c)).take(PART_CHARS).collect()
    }
}

/// A search: a plain form that asks by address, so that each list can be kept and sent.
fn search(
    action: &'static str,
    label: &'static str,
    words: String,
    kept: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let kept = kept
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| hidden(name, value))
        .collect_view();
    view! {
        <form class="search" method="get" action=action role="search">
            {kept} <label class="visually-hidden" for="q">
                {label}
            </label> <input id="q" name="q" type="search" value=words placeholder=label /> <button class="button">"Search"</button>
        </form>
    }
}

/// Links of which one is in force: a filter or an order of a list.
pub fn links(label: &'static str, links: Vec<(String, String, bool)>) -> impl IntoView {
    let links = links
        .into_iter()
        .map(|(href, words, here)| {
            view! {
                <a href=href aria-current=here.then_some("true")>
                    {words}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="links" aria-label=label>
            <span class="links-label" aria-hidden="true">{label}</span>
            <div class="segments">{links}</div>
        </nav>
    }
}

/// [`links`], one for each choice; `address` is where a choice is in force.
pub fn choices<T: PartialEq, W: Into<String>>(
    label: &'static str,
    all: impl IntoIterator<Item = (T, W)>,
    chosen: &T,
    address: impl Fn(T) -> String,
) -> AnyView {
    let all = all
        .into_iter()
        .map(|(choice, words)| {
            let here = choice == *chosen;
            (address(choice), words.into(), here)
        })
        .collect();
    links(label, all).into_any()
}

/// The choices of a filter: everything, and each of some.
pub fn or_all<T>(
    some: impl IntoIterator<Item = T>,
    word: impl Fn(T) -> &'static str,
) -> impl Iterator<Item = (Option<T>, &'static str)>
where
    T: Copy,
{
    let some = some.into_iter().map(move |choice| (Some(choice), word(choice)));
    std::iter::once((None, "All")).chain(some)
}

fn pages(query: &impl Query, more: bool) -> AnyView {
    let page = query.page();
    let back = (page > 0).then(|| query.at(page - 1));
    let on = more.then(|| query.at(page + 1));
    let back = back.map(|href| view! { <a class="button small" href=href rel="prev">"Back"</a> });
    let on = on.map(|href| view! { <a class="button small" href=href rel="next">"Next"</a> });
    turn(page, back, on).into_any()
}
