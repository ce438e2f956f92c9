//! A file's own page: what it is, who sees it, who opened it, and what can be done.

use super::{
    aside,
    parts::{self, stamp},
};
use crate::{
    desk::Told,
    office::parts::{back_to, hidden},
    plain::{framed, id_of, refused_by},
    ui::{
        avatar::called,
        banner::ErrorBanner,
        client::Client,
        file::{content_path, grouped},
        icon::{Glyph, Icon},
    },
};
use domain::{
    FileId, FormId,
    client::Side,
    file::{Check, may_show},
    form,
    library::{FileView, Look, page_of, preview_of},
    limits, size,
};
use firm::library;
use leptos::prelude::*;

/// `/files/{id}` and `/office/files/{id}`.
#[component]
pub fn FilePage() -> impl IntoView {
    let id = id_of::<FileId>();
    framed("File", move |desk| async move {
        let view = library::view(&desk.firm, &desk.actor, id?).await.told(&desk)?;
        let refused = refused_by(&desk, &[form::CHANGE_FILES]).await?;
        let side = if desk.actor.is_staff() {
            Side::Staff
        } else {
            Side::Contact
        };
        let sent = aside::refused_upload(&desk, &page_of(side, view.row.file.id)).await?;
        let form = FormId::from(desk.firm.random().id());
        Ok(show(&view, side, refused.or(sent), form))
    })
}

fn show(view: &FileView, side: Side, refused: Option<String>, form: FormId) -> AnyView {
    let (row, office) = (&view.row, side == Side::Staff);
    let file = &row.file;
    let here = page_of(side, file.id);
    let list = if office { "/office/files" } else { "/files" };
    let open = file.gone.is_none() && file.check.is_open();
    let download = open.then(|| {
        view! {
            <a class="button primary" href=content_path(file) rel="external" download>
                <Icon glyph=Glyph::Download />
                "Download"
            </a>
        }
    });
    let preview = (open && may_show(&file.name)).then(|| {
        view! {
            <a class="button" href=preview_of(side, file.id)>
                <Icon glyph=Glyph::Eye />
                "Preview"
            </a>
        }
    });
    let gone = file.gone.as_ref().map(|gone| {
        let at = gone.at();
        let fate = match view.swept {
            Some(at) => {
                view! { "It cannot be downloaded while it is there, and goes for good on " {stamp(at)} "." }.into_any()
            }
            None => "Its content is erased; this record stays.".into_any(),
        };
        view! {
            <div class="banner warning">
                <Icon glyph=Glyph::Info />
                <p>
                    {gone.words()} ", " {stamp(at)} ". " {fate}
                </p>
            </div>
        }
    });
    let renew = view.may_renew.then(|| renew(view, &here, form));
    let keep = (office && file.gone.is_none()).then(|| keep(view, &here));
    view! {
        {back_to(list, "Files")}
        <div class="page-head">
            <div>
                <h1 class="file-title">{file.name.clone()}</h1>
                <p class="meta">
                    <Client label=row.client.clone() />
                    <span>{size::human(file.size)}</span>
                    {file.new.then(|| view! { <span class="new">"New"</span> })}
                    {office.then(|| parts::eye(row.shared))}
                    {parts::words(row)}
                </p>
            </div>
            <div class="actions">{talk(view, office)} {preview} {download}</div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        {gone} {quarantine(view)}
        <div class="columns">
            <div>{facts(view, office)} {versions(view)} {looks(view, office)}</div>
            <aside aria-label="What can be done">{acts(view, office, &here)} {renew} {keep}</aside>
        </div>
    }
    .into_any()
}

/// What somebody does about a file that cannot be opened.
fn quarantine(view: &FileView) -> Option<AnyView> {
    let words = match &view.row.file.check {
        Check::Unscanned | Check::Clean => return None,
        Check::Held => "This file is being checked for viruses. It can be opened once that is done.".to_owned(),
        Check::Quarantined { found } => format!(
            "A virus was found in this file ({found}), so nobody can open it. Ask whoever sent it to look at their computer, and to send a clean copy."
        ),
    };
    Some(
        view! {
            <div class="banner warning">
                <Icon glyph=Glyph::CircleAlert />
                <p>{words}</p>
            </div>
        }
        .into_any(),
    )
}

/// The way to the conversation about it, or to a new one.
fn talk(view: &FileView, office: bool) -> AnyView {
    let threads = if office { "/office/inbox" } else { "/threads" };
    let href = match &view.row.thread {
        Some((thread, _)) => format!("{threads}/{thread}"),
        None => format!("{threads}/new"),
    };
    view! {
        <a class="button" href=href>
            "Talk about it"
        </a>
    }
    .into_any()
}

fn facts(view: &FileView, office: bool) -> impl IntoView + use<> {
    let row = &view.row;
    let thread = row.thread.clone().map(|(id, subject)| {
        let place = if office { "/office/inbox" } else { "/threads" };
        let href = format!("{place}/{id}");
        fact("Came with", view! { <a href=href>{subject}</a> }.into_any())
    });
    let folder = row.folder.clone().map(|folder| fact("Folder", folder.name.into_any()));
    let shared = if office {
        let words = match view.shared.clone() {
            Some((name, at)) => view! { "Since " {stamp(at)} ", by " {name} }.into_any(),
            None => "No: only staff see it".into_any(),
        };
        Some(fact("Client sees it", words))
    } else {
        None
    };
    let kept = match view.swept {
        Some(at) => view! { "In the trash until " {stamp(at)} }.into_any(),
        None => "Until it is removed. In the trash it waits 30 days, then it goes for good.".into_any(),
    };
    view! {
        <dl class="facts">
            {fact("From", called(&row.sender).into_any())} {fact("Received", stamp(row.file.received).into_any())} {thread} {folder}
            {shared} {fact("Virus check", row.file.check.words().into_any())} {fact("Kept", kept)}
        </dl>
    }
}

fn fact(word: &'static str, words: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{word}</dt>
            <dd>{words}</dd>
        </div>
    }
    .into_any()
}

/// Each version with its receipt; the older ones can be downloaded still.
fn versions(view: &FileView) -> impl IntoView + use<> {
    let all = &view.versions;
    let many = all.len() > 1;
    let gone = view.row.file.gone.is_some();
    let id = view.row.file.id;
    let rows = all
        .iter()
        .enumerate()
        .map(|(place, version)| {
            let digest = grouped(&version.sha256);
            let number = version.number;
            let which = many.then(|| {
                view! { <strong>{format!("Version {number}")}</strong> ": " {version.name.clone()} ", " }
            });
            let older = (place > 0 && !gone && version.check.is_open()).then(|| {
                let href = format!("/files/{id}/versions/{number}/content");
                let label = format!("Download version {number}");
                view! {
                    <a class="button quiet small" href=href rel="external" download>
                        <Icon glyph=Glyph::Download />
                        {label}
                    </a>
                }
            });
            let by = many.then(|| format!(", from {}", version.sender));
            view! {
                <li class="plain-row">
                    <span>{which} {size::human(version.size)} ", received " {stamp(version.received)} {by}</span>
                    <span class="meta">
                        <span>"SHA-256"</span>
                        <code class="mono digest">{digest}</code>
                        {(!version.check.is_open()).then(|| view! { <span class="held">{version.check.words()}</span> })}
                    </span>
                    {older}
                </li>
            }
        })
        .collect_view();
    let title = if many { "Versions and receipts" } else { "Receipt" };
    view! {
        <section class="section spaced" aria-labelledby="receipt">
            <div class="section-head">
                <h2 id="receipt">{title}</h2>
            </div>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

/// The way to add a version.
fn renew(view: &FileView, here: &str, form: FormId) -> impl IntoView + use<> {
    let limit = format!(
        "One file of up to {}. The versions before it stay.",
        size::human(view.file_limit)
    );
    view! {
        <section class="section" aria-labelledby="renew">
            <div class="section-head">
                <h2 id="renew">"Changed since?"</h2>
            </div>
            <form
                class="stack drop-form"
                data-uploads=format!("version {}", view.row.file.id)
                method="post"
                action=form::SEND_MESSAGE.action
                enctype="multipart/form-data"
                aria-labelledby="renew"
            >
                {hidden("version", view.row.file.id)} {hidden("from", here)} {hidden("form", form)}
                <div class="field">
                    <label for="renew-file">"New version"</label>
                    <p class="hint" id="renew-hint">
                        {limit}
                    </p>
                    <input id="renew-file" type="file" name="files" aria-describedby="renew-hint" required />
                </div>
                <button class="button">
                    <Icon glyph=Glyph::Upload />
                    "Add this version"
                </button>
                {parts::sending()}
            </form>
        </section>
    }
}

fn looks(view: &FileView, office: bool) -> Option<AnyView> {
    let own_side = view.row.sender.side == Side::Contact;
    if !office && !own_side {
        return None;
    }
    let rows = view.looks.iter().map(look).collect_view();
    let none = view
        .looks
        .is_empty()
        .then(|| view! { <p class="quiet-text">"Nobody of the other side yet."</p> });
    Some(
        view! {
            <section class="section" aria-labelledby="looks">
                <div class="section-head">
                    <h2 id="looks">"Opened by"</h2>
                </div>
                {none}
                <ul class="rows">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn look(look: &Look) -> AnyView {
    let name = look.name.clone();
    let first = look.first;
    let words = match look.downloaded {
        Some(at) if at == first => view! { "First downloaded " {stamp(at)} }.into_any(),
        Some(at) => view! { "First viewed " {stamp(first)} ", first downloaded " {stamp(at)} }.into_any(),
        None => view! { "First viewed " {stamp(first)} }.into_any(),
    };
    view! {
        <li class="plain-row">
            <strong>{name}</strong>
            <span class="meta">
                <span>{words}</span>
            </span>
        </li>
    }
    .into_any()
}

/// One act as a form of one button.
fn press(here: &str, view: &FileView, act: &'static str, words: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action=form::CHANGE_FILES.action>
            {hidden("from", here)} {hidden("file", view.row.file.id)} {hidden("act", act)} <button class=class>{words}</button>
        </form>
    }
    .into_any()
}

fn acts(view: &FileView, office: bool, here: &str) -> AnyView {
    let gone = view.row.file.gone.is_some();
    if !office {
        if view.row.may_withdraw {
            let (words, fate) = if view.versions.len() > 1 {
                (
                    "Withdraw this version",
                    " It is then erased, and the version before it is the newest again.",
                )
            } else {
                (
                    "Withdraw file",
                    " Its content is then erased; the record that you sent it stays.",
                )
            };
            let until = match view.withdraw_until {
                Some(at) => {
                    view! { "You can withdraw it until " {stamp(at)} ", and after that until we have opened it." }
                        .into_any()
                }
                None => "You can withdraw it until we have opened it.".into_any(),
            };
            return view! {
                <section class="section" aria-labelledby="withdraw">
                    <div class="section-head">
                        <h2 id="withdraw">"Sent by mistake?"</h2>
                    </div>
                    <p class="quiet-text">{until} {fate}</p>
                    <div class="actions">{press(here, view, "withdraw", words, "button danger")}</div>
                </section>
            }
            .into_any();
        }
        return ().into_any();
    }
    if view.swept.is_some() {
        return press(here, view, "restore", "Take out of the trash", "button primary");
    }
    if gone {
        return ().into_any();
    }
    let (share, rule) = if view.row.shared {
        let hide = view
            .may_hide
            .then(|| press(here, view, "hide", "Make internal", "button"));
        let rule = if hide.is_some() {
            "It can be made internal as long as no contact has opened it."
        } else if view.row.thread.is_some() {
            "It came with a message, so both sides see it."
        } else {
            "A contact has opened it, so it stays shared."
        };
        (hide, rule)
    } else {
        let share = press(here, view, "share", "Share with the client", "button");
        (
            Some(share),
            "Contacts of this client are told by email that something waits.",
        )
    };
    view! {
        <section class="section" aria-labelledby="sees">
            <div class="section-head">
                <h2 id="sees">"Who sees it"</h2>
            </div>
            <p class="quiet-text">{rule}</p>
            <div class="actions">{share} {press(here, view, "trash", "Put into the trash", "button danger")}</div>
        </section>
    }
    .into_any()
}

/// Folder, year and tags, for staff.
fn keep(view: &FileView, here: &str) -> impl IntoView + use<> {
    let row = &view.row;
    let chosen = row.folder.as_ref().map(|folder| folder.id);
    let folders = view
        .folders
        .iter()
        .map(|folder| {
            view! {
                <option value=folder.id.to_string() selected=chosen == Some(folder.id)>
                    {folder.name.clone()}
                </option>
            }
        })
        .collect_view();
    let year = row.year.map(|year| year.to_string()).unwrap_or_default();
    let tags = row
        .tags
        .iter()
        .map(|tag| {
            view! {
                <form method="post" action=form::CHANGE_FILES.action>
                    {hidden("from", here)} {hidden("file", row.file.id)} {hidden("act", "untag")} {hidden("tag", tag)}
                    <button class="button quiet small">
                        {format!("Take away “{tag}”")} <Icon glyph=Glyph::Cross />
                    </button>
                </form>
            }
        })
        .collect_view();
    let years = format!("From {} to {}, or nothing.", limits::YEARS.start(), limits::YEARS.end());
    view! {
        <section class="section" aria-labelledby="order">
            <div class="section-head">
                <h2 id="order">"Folder, year and tags"</h2>
            </div>
            <form class="stack" method="post" action=form::CHANGE_FILES.action>
                {hidden("from", here)} {hidden("file", row.file.id)} {hidden("act", "set")}
                <div class="field">
                    <label for="folder">"Folder"</label>
                    <select id="folder" name="folder">
                        <option value="none">"No folder"</option>
                        {folders}
                    </select>
                </div>
                <div class="field number">
                    <label for="year">"Year"</label>
                    <p class="hint" id="year-hint">
                        {years}
                    </p>
                    <input id="year" name="year" inputmode="numeric" autocomplete="off" value=year aria-describedby="year-hint" />
                </div>
                <div class="field">
                    <label for="tag">"Add a tag"</label>
                    <p class="hint" id="tag-hint">
                        "The client sees folders, years and tags of what is shared."
                    </p>
                    <input id="tag" name="tag" autocomplete="off" aria-describedby="tag-hint" />
                </div>
                <button class="button">"Save"</button>
            </form>
            <div class="actions">{tags}</div>
        </section>
    }
}
