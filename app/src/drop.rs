//! The page of an upload-only link: plain forms without scripts, step by step, up to a form that sends files.
//!
//! Invariant: it names no client and lists nothing of the firm's, whoever opens it; a guest sees the receipts of what they sent
//! in this browser, and nothing else.

pub mod api;

use crate::{
    desk::{Desk, Told},
    error::AppError,
    library::parts::sending,
    sign_in::{
        flash_anywhere, gated, hidden,
        sent::{CodeField, clock},
    },
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form, typed},
        file::grouped,
        icon::{Glyph, Icon},
    },
};
use domain::{
    Field, FormId, Problem, UploadLinkId,
    form::{self, Flash, Form},
    limits, size,
    upload_link::{
        DropPage, DropStep, GIVE_PIN, INTRODUCE, OPEN, PROVE, Receipt, Sending, Standing, form_action, path,
    },
};
use firm::{flashes, upload_links::guests};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Characters of a link that is pasted.
const LINK_CHARS: usize = 500;

/// `/drop/{id}`.
#[component]
pub fn DropPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    gated("Send files", |desk| async move {
        let id: UploadLinkId = id
            .parse()
            .map_err(|_| desk.told(firm::Error::Problem(Problem::NotFound)))?;
        let page = guests::page(&desk.firm, &desk.actor, id, desk.guest.as_deref())
            .await
            .told(&desk)?;
        let name = desk.firm.card().name;
        let once = FormId::from(desk.firm.random().id());
        let files = flash_of_files(&desk, id).await?;
        Ok(match &page.step {
            // Whoever sent the last that fitted still sees its receipt.
            DropStep::Send(sending) => send(&page, sending, &name, once, files.as_ref()),
            _ if page.standing != Standing::Open => over(&page, &name),
            DropStep::Door => {
                // Files may have been sent when the browser's day was over.
                let problem = refused_by(&desk, &OPEN).await?.or(files);
                door(&page, &name, problem.as_ref())
            }
            DropStep::Pin { left } => pin(&page, *left, refused_by(&desk, &GIVE_PIN).await?.as_ref()),
            DropStep::Name => introduce(&page, &name, flash_anywhere(&desk, &INTRODUCE).await?.as_ref()),
            DropStep::Code { .. } => {
                let again = flash_anywhere(&desk, &INTRODUCE).await?;
                prove(&page, refused_by(&desk, &PROVE).await?.as_ref(), again.as_ref())
            }
        })
    })
}

async fn refused_by(desk: &Desk, form: &Form) -> Result<Option<Problem>, AppError> {
    Ok(flash_anywhere(desk, form).await?.map(|flash| flash.problem))
}

/// Why files that were sent from this page were refused a moment ago.
async fn flash_of_files(desk: &Desk, id: UploadLinkId) -> Result<Option<Problem>, AppError> {
    let name = form::SEND_MESSAGE.on(&path(id));
    let here = desk.flash.clone().filter(|flash| flash.form == name);
    let flash = match (here, desk.session) {
        (None, Some(session)) => flashes::seen(&desk.firm, session, &name).await.told(desk)?,
        (here, _) => here,
    };
    Ok(flash.map(|flash| flash.problem))
}

fn over(page: &DropPage, name: &str) -> AnyView {
    let (heading, words) = match page.standing {
        Standing::Full => (
            "This link is full",
            "As much came by it as may come. Nothing of that is lost.",
        ),
        Standing::Expired => (
            "This link has expired",
            "What was sent by it has arrived. To send more, ask for a new link.",
        ),
        Standing::Ended | Standing::Closed | Standing::Open => (
            "This link was ended",
            "What was sent by it before has arrived. To send more, ask for a new link.",
        ),
    };
    view! {
        <div class="stack">
            <div>
                <h1>{heading}</h1>
                <p class="lead">{words}</p>
            </div>
            <p class="quiet-text">{format!("Ask {name} for another one.")}</p>
        </div>
    }
    .into_any()
}

fn door(page: &DropPage, name: &str, problem: Option<&Problem>) -> AnyView {
    let here = path(page.id);
    view! {
        <div class="stack">
            <div>
                <h1>{format!("Send files to {name}")}</h1>
                <p class="lead">
                    "You need no account. You prove your email address, choose the files, and get a receipt for each. Nobody who has this link can see what was sent."
                </p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::Code]).unwrap_or_default() />
            <form class="stack" method="post" action=OPEN.action data-secret-form hidden>
                {hidden("from", here.clone())}
                {hidden("id", page.id.to_string())}
                <input type="hidden" name="secret" value="" />
                <button class="button primary wide" disabled>
                    "Begin"
                    <Icon glyph=Glyph::ArrowRight />
                </button>
            </form>
            <details class="other-way" data-code-form open>
                <summary>"Paste the whole link"</summary>
                <form class="stack" method="post" action=OPEN.action>
                    {hidden("from", here)}
                    {hidden("id", page.id.to_string())}
                    <TextField
                        name="secret"
                        label="The link that you got"
                        hint="From its beginning to the last character."
                        kind=Kind::Line(LINK_CHARS)
                        error=error_of(problem, Field::Code)
                    />
                    <button class="button">"Continue"</button>
                </form>
            </details>
            {until(page)}
        </div>
    }
    .into_any()
}

fn until(page: &DropPage) -> impl IntoView + use<> {
    view! {
        <p class="quiet-text">"The link works until " {page.until.long_day()} ", " {clock(page.until)} "."</p>
    }
}

/// What is asked for, above each later step.
fn asked(page: &DropPage) -> impl IntoView + use<> {
    view! {
        <p class="lead">
            "You are asked for: " <strong>{page.label.clone()}</strong>
        </p>
    }
}

fn pin(page: &DropPage, left: i32, problem: Option<&Problem>) -> AnyView {
    let field = if left > 0 {
        view! {
            <form class="stack" method="post" action=GIVE_PIN.action>
                {hidden("from", path(page.id))}
                {hidden("id", page.id.to_string())}
                <TextField
                    name="pin"
                    label="PIN"
                    hint="Six digits, told to you apart from the link."
                    kind=Kind::AppCode
                    error=error_of(problem, Field::Pin)
                    first=true
                />
                <button class="button primary">"Continue"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p>"The PIN was tried too often, so this link opens no more. Ask for a new one."</p> }.into_any()
    };
    view! {
        <div class="stack">
            <div>
                <h1>"Type the PIN"</h1>
                {asked(page)}
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::Pin]).unwrap_or_default() />
            {field}
        </div>
    }
    .into_any()
}

fn introduce(page: &DropPage, name: &str, flash: Option<&Flash>) -> AnyView {
    let problem = flash.map(|flash| &flash.problem);
    view! {
        <div class="stack">
            <div>
                <h1>"Who are you?"</h1>
                {asked(page)}
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::Name, Field::Address]).unwrap_or_default() />
            {who(page, typed(flash, "name"), typed(flash, "address"), problem, "Email me a code")}
            <p class="quiet-text">
                {format!("{name} see your name and address beside what you send. We use the address for the code alone.")}
            </p>
        </div>
    }
    .into_any()
}

fn who(
    page: &DropPage,
    name: String,
    address: String,
    problem: Option<&Problem>,
    button: &'static str,
) -> impl IntoView + use<> {
    view! {
        <form class="stack" method="post" action=INTRODUCE.action>
            {hidden("from", path(page.id))}
            {hidden("id", page.id.to_string())}
            <TextField
                name="name"
                label="Your name"
                kind=Kind::Line(limits::NAME_CHARS)
                value=name
                error=error_of(problem, Field::Name)
            />
            <TextField
                name="address"
                label="Your email address"
                kind=Kind::NewAddress
                value=address
                error=error_of(problem, Field::Address)
            />
            <button class="button primary">{button}</button>
        </form>
    }
}

fn prove(page: &DropPage, problem: Option<&Problem>, again: Option<&Flash>) -> AnyView {
    let DropStep::Code {
        name,
        address,
        sent,
        spent,
    } = &page.step
    else {
        return ().into_any();
    };
    let field = (!*spent).then(|| {
        view! {
            <form class="stack" method="post" action=PROVE.action>
                {hidden("from", path(page.id))}
                {hidden("id", page.id.to_string())}
                <CodeField error=error_of(problem, Field::Code) />
                <button class="button primary">"Continue"</button>
            </form>
        }
    });
    let refused = again.map(|flash| &flash.problem);
    let error =
        error_of_form(problem, &[Field::Code]).or_else(|| error_of_form(refused, &[Field::Name, Field::Address]));
    let kept = |field: &str, now: &String| match again {
        Some(_) => typed(again, field),
        None => now.clone(),
    };
    view! {
        <div class="stack">
            <div>
                <h1>"Enter your code"</h1>
                {asked(page)}
            </div>
            <ErrorBanner sentence=error.unwrap_or_default() />
            <p>"Emailed to " <strong>{address.clone()}</strong> " at " {clock(*sent)} ". It works for an hour."</p>
            {spent.then(|| view! { <p>"That code was tried too often. Have another sent."</p> })}
            {field}
            <details class="other-way" open=*spent || again.is_some()>
                <summary>"Nothing came, or another address?"</summary>
                <p class="quiet-text">"Look in your spam folder first. A new code takes the place of the earlier one."</p>
                {who(page, kept("name", name), kept("address", address), refused, "Email me another code")}
            </details>
        </div>
    }
    .into_any()
}

fn send(page: &DropPage, may: &Sending, name: &str, once: FormId, refused: Option<&Problem>) -> AnyView {
    let open = page.standing == Standing::Open;
    let limit = format!(
        "Up to {} files at once, {} each. There is room for {}.",
        limits::FILES_A_MESSAGE,
        size::human(may.file_limit),
        size::human(may.left)
    );
    let form = if open {
        view! {
            <form
                class="stack drop-form"
                data-uploads=format!("link {}", page.id)
                method="post"
                action=form_action(page.id)
                enctype="multipart/form-data"
            >
                {hidden("from", path(page.id))}
                {hidden("form", once.to_string())}
                <div class="field">
                    <label for="drop-files">"Your files"</label>
                    <p class="hint" id="drop-files-hint">
                        {limit}
                    </p>
                    <input id="drop-files" type="file" name="files" multiple required aria-describedby="drop-files-hint" />
                </div>
                <button class="button primary">
                    <Icon glyph=Glyph::Upload />
                    "Send"
                </button>
                {sending()}
            </form>
            {until(page)}
        }
        .into_any()
    } else {
        view! { <p>"As much came by this link as may come. To send more, ask for a new one."</p> }.into_any()
    };
    view! {
        <div class="stack">
            <div>
                <h1>{format!("Send files to {name}")}</h1>
                {asked(page)}
            </div>
            <ErrorBanner sentence=refused.map(Problem::sentence).unwrap_or_default() />
            {form}
            {receipts(&may.receipts)}
            <p class="quiet-text">
                "You send as " <strong>{may.address.clone()}</strong>
                ". What you sent cannot be opened or taken back with this link: ask us, if something went wrong."
            </p>
        </div>
    }
    .into_any()
}

fn receipts(receipts: &[Receipt]) -> Option<impl IntoView + use<>> {
    let rows = receipts
        .iter()
        .map(|receipt| {
            view! {
                <li class="plain-row">
                    <span>
                        <strong>{receipt.name.clone()}</strong> ", " {size::human(receipt.size)} ", received " {clock(receipt.received)}
                    </span>
                    <span class="meta">
                        <span>"SHA-256"</span>
                        <code class="mono digest">{grouped(&receipt.sha256)}</code>
                    </span>
                </li>
            }
        })
        .collect_view();
    (!receipts.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="receipts">
                <div class="section-head">
                    <h2 id="receipts">"Sent from this browser"</h2>
                </div>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}
