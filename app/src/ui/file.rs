//! A file: on a message with its receipt, and as a row of a list.

use crate::ui::{
    avatar::called,
    client::Client,
    icon::{Glyph, Icon},
    time::{Style, Time},
};
use domain::{
    Moment,
    file::{FileChip, FileRow},
    size,
};
use leptos::prelude::*;

/// The address of a file's bytes. It leaves the client router: it is a download, not a page.
pub fn content_path(file: &FileChip) -> String {
    format!("/files/{}/content", file.id)
}

/// A digest in groups of eight, as people read it out.
fn grouped(digest: &str) -> String {
    let digits: Vec<char> = digest.chars().collect();
    digits
        .chunks(8)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A file on a message: type, name, size, download and the receipt that folds out.
#[component]
pub fn Chip(
    /// The file.
    file: FileChip,
) -> impl IntoView {
    let path = content_path(&file);
    let short = file.short_digest();
    view! {
        <div class="file-chip">
            <span class="file-icon" aria-hidden="true">
                {file.kind.clone()}
            </span>
            <div>
                <a class="file-name" href=path.clone() rel="external" download>
                    {file.name.clone()}
                </a>
                <p class="meta">
                    <span>{size::human(file.size)}</span>
                    {file.new.then(|| view! { <span class="new">"New"</span> })}
                </p>
            </div>
            <a
                class="button quiet only-icon small"
                href=path
                rel="external"
                download
                aria-label=format!("Download {}", file.name)
            >
                <Icon glyph=Glyph::Download />
            </a>
            <details class="receipt">
                <summary>
                    <Icon glyph=Glyph::ShieldCheck />
                    <span>
                        "Received " <Time at=file.received style=Style::Clock />
                        {format!(" · SHA-256 {short}")}
                    </span>
                </summary>
                <span class="mono">{grouped(&file.sha256)}</span>
            </details>
        </div>
    }
}

/// A file in an aside: type, name, whose, when.
#[component]
pub fn BriefRow(
    /// The file.
    row: FileRow,
    /// When the page was made.
    now: Moment,
) -> impl IntoView {
    let file = row.file;
    let sender = row.sender.own.then_some("from you");
    view! {
        <li class="file-row">
            <span class="file-icon" aria-hidden="true">
                {file.kind.clone()}
            </span>
            <div>
                <a class="file-name" href=content_path(&file) rel="external" download>
                    {file.name.clone()}
                </a>
                <p class="meta">
                    <Client label=row.client />
                    {sender.map(|words| view! { <span>{words}</span> })}
                    <Time at=file.received style=Style::Brief(now) />
                </p>
            </div>
            {file.new.then(|| view! { <span class="new">"New"</span> })}
        </li>
    }
}

/// A file in a thread's aside: type, name, size.
#[component]
pub fn ThreadFile(
    /// The file.
    file: FileChip,
) -> impl IntoView {
    view! {
        <li class="file-row">
            <span class="file-icon" aria-hidden="true">
                {file.kind.clone()}
            </span>
            <div>
                <a class="file-name" href=content_path(&file) rel="external" download>
                    {file.name.clone()}
                </a>
                <p class="meta">
                    <span>{size::human(file.size)}</span>
                </p>
            </div>
            {file.new.then(|| view! { <span class="new">"New"</span> })}
        </li>
    }
}

/// A row of the table of files.
#[component]
pub fn TableRow(
    /// The file.
    row: FileRow,
    /// Where its thread is.
    thread: String,
    /// When the page was made.
    now: Moment,
) -> impl IntoView {
    let file = row.file;
    let sender = called(&row.sender);
    view! {
        <tr>
            <th scope="row">
                <a class="file-name" href=content_path(&file) rel="external" download>
                    {file.name.clone()}
                </a>
                <span class="meta">
                    <Client label=row.client />
                    {file.new.then(|| view! { <span class="new">"New"</span> })}
                </span>
            </th>
            <td data-label="Received">
                <Time at=file.received style=Style::Brief(now) />
            </td>
            <td data-label="Size" class="num">
                {size::human(file.size)}
            </td>
            <td data-label="From">{sender}</td>
            <td data-label="Opened by">
                {match row.opened {
                    Some((name, at)) => {
                        view! {
                            <span>{name} ", " <Time at=at style=Style::Brief(now) /></span>
                        }
                            .into_any()
                    }
                    None => view! { <span class="faint">"Nobody yet"</span> }.into_any(),
                }}
            </td>
            <td data-label="Thread">
                <a href=thread>{row.subject}</a>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_digest_is_read_out_in_eights() {
        let groups = grouped(&"0123456789abcdef".repeat(4));
        assert_eq!(groups.split(' ').count(), 8);
        assert!(groups.split(' ').all(|group| group.len() == 8));
    }
}
