//! From one page of a list to the next.

use domain::ClientId;
use leptos::prelude::*;

/// `Newer` and `Older`, as far as they exist.
#[component]
pub fn Pager(
    /// The list's address without query.
    base: &'static str,
    /// The filter in force, which is kept.
    client: Option<ClientId>,
    /// This page, from 0.
    page: u64,
    /// Whether older ones exist.
    more: bool,
) -> impl IntoView {
    let newer = (page > 0).then(|| page_path(base, client, page - 1));
    let older = more.then(|| page_path(base, client, page + 1));
    let newer = newer.map(|href| view! { <a class="button small" href=href rel="prev">"Newer"</a> });
    let older = older.map(|href| view! { <a class="button small" href=href rel="next">"Older"</a> });
    turn(page, newer, older)
}

/// The links to the page before and the page after, as far as they exist.
pub fn turn(page: u64, before: Option<impl IntoView>, after: Option<impl IntoView>) -> impl IntoView {
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {before} <span class="quiet-text">{format!("Page {}", page + 1)}</span> {after}
            </nav>
        }
    })
}

fn page_path(base: &str, client: Option<ClientId>, page: u64) -> String {
    let client = client.map(|id| format!("client={id}"));
    let page = (page > 0).then(|| format!("page={page}"));
    let query: Vec<String> = client.into_iter().chain(page).collect();
    if query.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", query.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::page_path;

    #[test]
    fn the_first_page_has_the_plain_address() {
        assert_eq!(page_path("/files", None, 0), "/files");
        assert_eq!(page_path("/files", None, 2), "/files?page=2");
        let client = "00112233445566778899aabbccddeeff".parse().expect("an id");
        assert_eq!(
            page_path("/files", Some(client), 1),
            "/files?client=00112233445566778899aabbccddeeff&page=1"
        );
    }
}
