//! A file: on a message with its receipt, and as a row of a list.

use crate::ui::{
    client::Client,
    icon::{Glyph, Icon},
    time::{Style, Time},
};
use domain::{
    Moment,
    client::Side,
    file::{FileChip, FileRow, Gone, may_show},
    library::preview_of,
    size,
};
use leptos::prelude::*;

/// The address of a file's bytes. It leaves the client router: it is a download, not a page.
pub fn content_path(file: &FileChip) -> String {
    format!("/files/{}/content", file.id)
}

/// A digest in groups of eight, as people read it out.
pub fn grouped(digest: &str) -> String {
    let digits: Vec<char> = digest.chars().collect();
    digits
        .chunks(8)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Its name, which downloads it where it may be opened.
fn named(file: &FileChip) -> AnyView {
    let name = file.name.clone();
    if file.check.is_open() {
        let href = content_path(file);
        view! {
            <a class="file-name" href=href rel="external" download>
                {name}
            </a>
        }
        .into_any()
    } else {
        view! { <span class="file-name">{name}</span> }.into_any()
    }
}

/// Why it cannot be opened now, where that is so.
pub fn held(file: &FileChip) -> Option<AnyView> {
    (!file.check.is_open()).then(|| view! { <span class="held">{file.check.held()}</span> }.into_any())
}

/// A file on a message: type, name, size, preview, download and the receipt that folds out.
#[component]
pub fn Chip(
    /// The file.
    file: FileChip,
    /// Whose page it is on.
    side: Side,
) -> impl IntoView {
    if let Some(gone) = file.gone.clone() {
        return record(&file, &gone).into_any();
    }
    let short = file.short_digest();
    let download = file.check.is_open().then(|| {
        view! {
            <a
                class="button quiet only-icon small"
                href=content_path(&file)
                rel="external"
                download
                aria-label=format!("Download {}", file.name)
            >
                <Icon glyph=Glyph::Download />
            </a>
        }
    });
    let preview = (file.check.is_open() && may_show(&file.name)).then(|| {
        view! {
            <a
                class="button quiet only-icon small"
                href=preview_of(side, file.id)
                rel="external"
                aria-label=format!("Preview {}", file.name)
            >
                <Icon glyph=Glyph::Eye />
            </a>
        }
    });
    view! {
        <div class="file-chip">
            <span class="file-icon" aria-hidden="true">
                {file.kind.clone()}
            </span>
            <div>
                {named(&file)}
                <p class="meta">
                    <span>{size::human(file.size)}</span>
                    {held(&file)}
                    {file.new.then(|| view! { <span class="new">"New"</span> })}
                </p>
            </div>
            <span class="file-acts">{preview} {download}</span>
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
    .into_any()
}

/// A file that was withdrawn or removed: its place stays, with what became of it.
fn record(file: &FileChip, gone: &Gone) -> impl IntoView + use<> {
    let at = gone.at();
    view! {
        <div class="file-chip gone">
            <span class="file-icon" aria-hidden="true">
                {file.kind.clone()}
            </span>
            <div>
                <span class="file-name">{file.name.clone()}</span>
                <p class="meta">
                    <span>
                        {gone.words()} ", " <Time at=at style=Style::LongDay /> ", " <Time at=at style=Style::Clock />
                    </span>
                </p>
            </div>
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
                {named(&file)}
                <p class="meta">
                    <Client label=row.client />
                    {sender.map(|words| view! { <span>{words}</span> })}
                    <Time at=file.received style=Style::Brief(now) />
                    {held(&file)}
                </p>
            </div>
            {file.new.then(|| view! { <span class="new">"New"</span> })}
        </li>
    }
}

/// A file in a thread's aside: type, name, size; of a record, what became of it.
#[component]
pub fn ThreadFile(
    /// The file.
    file: FileChip,
) -> impl IntoView {
    if let Some(gone) = file.gone.clone() {
        return view! { <li>{record(&file, &gone)}</li> }.into_any();
    }
    view! {
        <li class="file-row">
            <span class="file-icon" aria-hidden="true">
                {file.kind.clone()}
            </span>
            <div>
                {named(&file)}
                <p class="meta">
                    <span>{size::human(file.size)}</span>
                    {held(&file)}
                </p>
            </div>
            {file.new.then(|| view! { <span class="new">"New"</span> })}
        </li>
    }
    .into_any()
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
