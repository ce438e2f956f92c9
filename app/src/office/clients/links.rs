//! A client's upload-only links: made, handed over, ended.

use crate::{
    desk::Told,
    office::parts::{Line, back_to, hidden, select, tick},
    plain::{flash_of, framed, id_of, refused_by},
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form, typed},
        icon::{Glyph, Icon},
        time::{Style, Time},
    },
};
use domain::{
    ClientId, Field, UploadLinkId,
    form::Flash,
    office::{
        Choice,
        contacts::{Slip, SlipKind},
    },
    size,
    upload_link::{
        DAYS, GIGABYTES, MAKE, STEP, Standing, USUAL_DAYS, USUAL_GIGABYTES, UploadLinkRow, UploadLinks, office_path,
    },
};
use firm::upload_links;
use leptos::prelude::*;

/// `/office/clients/{id}/links`.
#[component]
pub fn ClientLinksPage() -> impl IntoView {
    let id = id_of::<ClientId>();
    framed("Upload links", move |desk| async move {
        let id = id?;
        let (links, slips) = upload_links::list(&desk.firm, &desk.actor, desk.session()?, id)
            .await
            .told(&desk)?;
        let flash = flash_of(&desk, &MAKE).await?;
        let refused = refused_by(&desk, &[STEP]).await?;
        Ok(show(&links, &slips, flash.as_ref(), refused).into_any())
    })
}

fn show(
    links: &UploadLinks,
    slips: &[(UploadLinkId, Slip)],
    flash: Option<&Flash>,
    refused: Option<String>,
) -> impl IntoView + use<> {
    let here = office_path(links.client.id);
    let problem = flash.map(|flash| &flash.problem);
    let banner = refused.or_else(|| error_of_form(problem, &[Field::Label, Field::Address]));
    let fresh = links
        .rows
        .iter()
        .filter_map(|row| fresh(row, slips, &here))
        .collect_view();
    let rows = links.rows.iter().map(|row| shown(row, &here)).collect_view();
    let none = links.rows.is_empty().then(|| {
        view! {
            <p class="quiet-text">
                "None yet. Make one for somebody who has no access here: a bank, an earlier accountant, a new client."
            </p>
        }
    });
    view! {
        {back_to(format!("/office/clients/{}", links.client.id), "Client")}
        <div class="page-head">
            <div>
                <h1>"Upload links"</h1>
                <p class="lead">
                    "Somebody without an account sends files to " {links.client.name.clone()}
                    ". They prove an email address and see nothing of what is here."
                </p>
            </div>
        </div>
        <ErrorBanner sentence=banner.unwrap_or_default() />
        {fresh}
        <div class="columns">
            <div>
                <section class="section" aria-labelledby="links">
                    <div class="section-head">
                        <h2 id="links">"Links"</h2>
                    </div>
                    {none}
                    <ul class="rows">{rows}</ul>
                </section>
            </div>
            <aside aria-label="Make a link">{make(links, &here, flash)}</aside>
        </div>
    }
}

/// What may be read once of a link that was just made.
fn fresh(row: &UploadLinkRow, slips: &[(UploadLinkId, Slip)], here: &str) -> Option<impl IntoView + use<>> {
    let own: Vec<&Slip> = slips
        .iter()
        .filter(|(id, _)| *id == row.id)
        .map(|(_, slip)| slip)
        .collect();
    if own.is_empty() {
        return None;
    }
    let id = row.id;
    // The link first.
    let parts = own
        .into_iter()
        .rev()
        .map(|slip| match slip.kind {
            SlipKind::Link => {
                let field = format!("link-{id}");
                view! {
                    <div class="field">
                        <label for=field.clone()>"The link, for you to hand over"</label>
                        <input id=field.clone() type="text" readonly value=slip.words.clone() />
                        <div class="actions">
                            <button class="button small" type="button" data-copy=field.clone() hidden>
                                <Icon glyph=Glyph::Copy />
                                "Copy"
                            </button>
                            <span class="quiet-text" role="status" data-copied=field></span>
                        </div>
                    </div>
                }
                .into_any()
            }
            SlipKind::Code => view! {
                <div>
                    <p>"The PIN. Tell it apart from the link, on the telephone for example:"</p>
                    <p class="app-key">{slip.words.clone()}</p>
                </div>
            }
            .into_any(),
        })
        .collect_view();
    Some(view! {
        <section class="slip stack" aria-label=format!("New link: {}", row.label)>
            <p>
                <strong>{row.label.clone()}</strong>
            </p>
            {parts} <p class="quiet-text">"It is shown here for ten minutes, to you alone, and never again."</p>
            {step(here, row.id, "put_away", "Put it away", "button")}
        </section>
    })
}

fn shown(row: &UploadLinkRow, here: &str) -> impl IntoView + use<> {
    let tone = match row.standing {
        Standing::Open if !row.guessed => "badge success",
        _ => "badge warning",
    };
    let word = if row.guessed && row.standing == Standing::Open {
        "PIN tried too often"
    } else {
        row.standing.word()
    };
    let came = match row.files {
        0 => format!("Nothing came yet, {} may", size::human(row.room)),
        1 => format!("1 file came, {} of {}", size::human(row.bytes), size::human(row.room)),
        files => format!(
            "{files} files came, {} of {}",
            size::human(row.bytes),
            size::human(row.room)
        ),
    };
    let end = (row.standing == Standing::Open || row.standing == Standing::Full)
        .then(|| step(here, row.id, "end", "End it", "button quiet small"));
    view! {
        <li class="plain-row">
            <span>
                <strong>{row.label.clone()}</strong> " " <span class=tone>{word}</span>
            </span>
            <span class="meta">
                <span>{came}</span>
                <span>"Until " <Time at=row.until style=Style::LongDay /></span>
                <span>{format!("By {}", row.by)}</span>
                {row.pin.then(|| view! { <span>"With a PIN"</span> })}
            </span>
            {end}
        </li>
    }
}

fn make(links: &UploadLinks, here: &str, flash: Option<&Flash>) -> impl IntoView + use<> {
    let problem = flash.map(|flash| &flash.problem);
    let choice = |name: &str, usual: u32| match flash {
        Some(_) => typed(flash, name),
        None => usual.to_string(),
    };
    let choices = |of: [u32; 4], chosen: String, words: fn(u32) -> String| {
        of.map(|number| Choice {
            id: number.to_string(),
            name: words(number),
            chosen: number.to_string() == chosen,
        })
        .to_vec()
    };
    let days = choices(DAYS, choice("days", USUAL_DAYS), |days| match days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    });
    let gigabytes = choices(GIGABYTES, choice("gigabytes", USUAL_GIGABYTES), |most| {
        format!("{most} GB")
    });
    let mail = links.sends_mail.then(|| {
        Line {
            name: "address",
            label: "Email it to",
            hint: "Or leave it empty, and hand the link over yourself.",
            kind: "email",
            value: typed(flash, "address"),
            error: error_of(problem, Field::Address),
            required: false,
        }
        .show()
    });
    view! {
        <section class="section" aria-labelledby="make">
            <div class="section-head">
                <h2 id="make">"Make a link"</h2>
            </div>
            <form class="stack" method="post" action=MAKE.action>
                {hidden("from", here)} {hidden("client", links.client.id)}
                {Line {
                    name: "label",
                    label: "What you ask for",
                    hint: "Whoever opens the link reads this: Bank statements 2025.",
                    kind: "text",
                    value: typed(flash, "label"),
                    error: error_of(problem, Field::Label),
                    required: true,
                }
                    .show()} {select("days", "It works for", None, days, None)}
                {select("gigabytes", "As much may come", None, gigabytes, None)} {mail}
                {tick("guarded", "guarded", "yes", "Ask for a PIN as well", typed(flash, "guarded") == "yes")}
                <button class="button primary">"Make the link"</button>
            </form>
        </section>
    }
}

fn step(
    here: &str,
    id: UploadLinkId,
    step: &'static str,
    words: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    view! {
        <form method="post" action=STEP.action>
            {hidden("from", here)} {hidden("id", id)} {hidden("step", step)} <button class=class>{words}</button>
        </form>
    }
}
