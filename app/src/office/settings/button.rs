//! The button for the firm's own website: choose, look, copy.

use crate::{
    desk::{Told, desk},
    error::AppError,
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        field::{FieldError, Kind, TextField, error_of, error_of_form, typed},
        icon::{Glyph, Icon},
        text_area::inner,
    },
};
use domain::{
    Field,
    button::{Button, LOOKS, Look, WORDS_CHARS},
    form,
    said::Said,
};
use firm::settings::button;
use leptos::{nonce::use_nonce, prelude::*};

const PAGE: &str = "/office/settings/button";

/// `/office/settings/button`.
#[component]
pub fn ButtonPage() -> impl IntoView {
    let nonce = use_nonce();
    framed("Button for your website", |desk| async move {
        let chosen = button::open(&desk.firm, &desk.actor).await.told(&desk)?;
        let flash = flash_of(&desk, &form::SAVE_BUTTON).await?;
        let problem = flash.as_ref().map(|flash| flash.problem.clone());
        let shown = Button {
            look: flash
                .as_ref()
                .and_then(|flash| Look::named(flash.typed("look")?))
                .unwrap_or(chosen.look),
            words: if flash.is_some() {
                typed(flash.as_ref(), "words")
            } else {
                chosen.words.clone()
            },
        };
        let origin = desk.firm.origin();
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Button for your website"</h1>
                    <p>
                        "It leads your clients to their portal: straight in when they are signed in, to the sign-in page when not."
                    </p>
                </div>
            </div>
            <div class="button-page">
                <form class="stack" method="post" action=form::SAVE_BUTTON.action data-button-form>
                    <input type="hidden" name="from" value=PAGE />
                    <ErrorBanner sentence=error_of_form(problem.as_ref(), &[Field::Look, Field::Words])
                        .unwrap_or_default() />
                    {looks(shown.look, error_of(problem.as_ref(), Field::Look))}
                    <TextField
                        name="words"
                        label="Words on the button"
                        hint="Short, such as Client login or My portal."
                        kind=Kind::Line(WORDS_CHARS)
                        value=shown.words.clone()
                        error=error_of(problem.as_ref(), Field::Words)
                    />
                    <div class="actions">
                        <button class="button primary">"Save the button"</button>
                    </div>
                </form>
                {preview(&shown, &origin)}
            </div>
            {snippets(&chosen, &origin)}
            <script async nonce=nonce src="/button.js"></script>
        }
        .into_any())
    })
}

fn looks(chosen: Look, error: Option<String>) -> impl IntoView {
    let choices = LOOKS
        .map(|look| {
            view! {
                <label>
                    <input type="radio" name="look" value=look.name() checked=look == chosen />
                    <span>{look.word()}</span>
                </label>
            }
        })
        .collect_view();
    let described = error.is_some().then_some("look-error");
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend>"How it looks"</legend>
            <div class="choices">{choices}</div>
            {error.map(|sentence| view! { <FieldError id="look-error" sentence=sentence /> })}
        </fieldset>
    }
}

/// The real button, on a light and on a dark website.
fn preview(shown: &Button, origin: &str) -> impl IntoView + use<> {
    let on = |ground: &'static str, word: &'static str| {
        let href = format!("{origin}/");
        view! {
            <figure class=format!("website {ground}")>
                <client-portal-button look=shown.look.name() words=shown.words.clone()>
                    <a href=href>{shown.words.clone()}</a>
                </client-portal-button>
                <figcaption>{word}</figcaption>
            </figure>
        }
    };
    view! {
        <section class="section" aria-labelledby="preview">
            <div class="section-head">
                <h2 id="preview">"What your clients will see"</h2>
            </div>
            <div class="websites">{on("light", "On a light page")} {on("dark", "On a dark page")}</div>
        </section>
    }
}

fn snippets(chosen: &Button, origin: &str) -> impl IntoView + use<> {
    view! {
        <section class="section" aria-labelledby="paste">
            <div class="section-head">
                <h2 id="paste">"What you paste into your website"</h2>
            </div>
            {snippet(
                "drawn",
                "The button as you chose it",
                "Put this where the button should stand. When you change look, words or colour here, your website follows within an hour. It sets no cookie and follows nobody.",
                chosen.snippet(origin),
            )}
            {snippet(
                "link",
                "A plain link",
                "For a website that allows no scripts. It takes its look from your website.",
                chosen.plain_snippet(origin),
            )}
            <p class="quiet-text">
                "If your website has a content security policy, let its script-src name "
                <code>{origin.to_owned()}</code> ". Nothing else is needed."
            </p>
        </section>
    }
}

fn snippet(id: &'static str, title: &'static str, words: &'static str, text: String) -> impl IntoView {
    let rows = text.lines().count().to_string();
    view! {
        <div class="field snippet">
            <label for=id>{title}</label>
            <p class="hint" id=format!("{id}-hint")>
                {words}
            </p>
            <textarea
                id=id
                class="mono"
                readonly
                rows=rows
                spellcheck="false"
                aria-describedby=format!("{id}-hint")
                inner_html=inner(&text)
            ></textarea>
            <div class="actions">
                <button class="button small" type="button" data-copy=id hidden>
                    <Icon glyph=Glyph::Copy />
                    "Copy"
                </button>
                <span class="quiet-text" role="status" data-copied=id></span>
            </div>
        </div>
    }
}

/// Keeps the button's look and words.
///
/// # Errors
/// The actor may not run the firm, or a field is refused.
#[server(prefix = "/api", endpoint = "save_button")]
pub async fn save_button(
    /// The look's name.
    #[server(default)]
    look: String,
    /// What stands on it.
    #[server(default)]
    words: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    button::write(&desk.firm, &desk.actor, &look, &words)
        .await
        .told(&desk)?;
    desk.done(Said::Saved, PAGE);
    Ok(())
}
