//! The shell of every page before sign-in, and of the pages that say why there is no page.
//!
//! Invariant: nothing here hydrates and no module is shipped; `doors.js` is the only script, and each page works
//! without it.

use crate::{
    activation::{
        CodePage as ActivationCodePage, InvitationPage, PasswordPage as FirstPasswordPage,
        QuestionsPage as FirstQuestionsPage,
    },
    assets::PageAssets,
    desk::desk_here,
    drop::DropPage,
    sign_in::{
        codes::CodesPage,
        enrol::EnrolPage,
        factor::FactorPage,
        help::{HelpPage, HelpSentPage},
        join::JoinPage,
        link::LinkPage,
        manual::ManualPage,
        page::SignInPage,
        reset::ResetPage,
        sent::SentPage,
    },
    ui::{
        banner::DemoBanner,
        icon::{Glyph, Icon, SPRITE},
        problem::ProblemWords,
        text_area, title,
    },
};
use domain::{client::Side, portal::FirmCard};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

pub use crate::ui::problem::ProblemPage;

/// The document around [`App`].
pub fn shell(assets: &PageAssets) -> impl IntoView + use<> {
    document(assets, || view! { <App /> }.into_any())
}

/// A document without a module: `doors.js` is its only script.
pub(crate) fn document(assets: &PageAssets, body: fn() -> AnyView) -> impl IntoView + use<> {
    let card = desk_here().map(|desk| desk.firm.card());
    let script = assets.doors.to_string();
    view! {
        <!DOCTYPE html>
        <html lang="en-GB">
            <head>
                <Head css=assets.css.to_string() card=card />
                <MetaTags />
                <script type="module" src=script nonce=use_nonce()></script>
            </head>
            <body>
                {body()}
                <div hidden inner_html=SPRITE></div>
            </body>
        </html>
    }
}

/// What every document's head has, whichever shell.
#[component]
pub fn Head(
    /// The stylesheet's path.
    css: String,
    /// The firm, for its colour.
    card: Option<FirmCard>,
) -> impl IntoView {
    let theme = card.map(|card| format!("/theme.css?v={}-{}", card.accent_hue, card.accent_chroma));
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="stylesheet" href=css />
        {theme.map(|href| view! { <link rel="stylesheet" href=href /> })}
    }
}

/// The routes before sign-in.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=title::safe />
        <Router>
            <FlatRoutes fallback=|| ()>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/sent") view=SentPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/manually") view=ManualPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/factor") view=FactorPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/enrol") view=EnrolPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/codes") view=CodesPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/help") view=HelpPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/help/sent") view=HelpSentPage ssr=SsrMode::Async />
                <Route path=path!("/reset/:id") view=ResetPage ssr=SsrMode::Async />
                <Route path=path!("/join/:id") view=JoinPage ssr=SsrMode::Async />
                <Route path=path!("/drop/:id") view=DropPage ssr=SsrMode::Async />
                <Route path=path!("/link/:id") view=LinkPage ssr=SsrMode::Async />
                <Route path=path!("/activate/:id") view=InvitationPage ssr=SsrMode::Async />
                <Route path=path!("/activate/:id/code") view=ActivationCodePage ssr=SsrMode::Async />
                <Route path=path!("/activate/:id/password") view=FirstPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/activate/:id/questions") view=FirstQuestionsPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
}

/// What stands beside a page without a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Why one may trust this portal.
    Reasons,
    /// Whom one may ring.
    People,
}

/// A page without a frame: what to do on the left, trust or help on the right.
#[component]
pub fn Gate(
    /// The firm.
    card: Option<FirmCard>,
    /// The right side.
    beside: Beside,
    /// The left side.
    children: Children,
) -> impl IntoView {
    let demo = card.as_ref().is_some_and(|card| card.demo);
    let brand = card.clone().map(|card| {
        view! {
            <p class="brand">
                <span class="logo" aria-hidden="true">
                    {card.mark}
                </span>
                {card.name}
            </p>
        }
    });
    let host = card.as_ref().map(|card| {
        view! {
            <p class="gate-foot">
                "This page’s address always begins with " <strong>{card.host.clone()}</strong>
            </p>
        }
    });
    view! {
        {demo.then(DemoBanner)}
        <div class="gate">
            <main class="gate-main" id="main">
                {brand}
                {children()}
                {host}
            </main>
            {card.map(|card| aside(card, beside))}
        </div>
    }
}

fn aside(card: FirmCard, beside: Beside) -> AnyView {
    let (label, voice) = match beside {
        Beside::Reasons => (
            "About this portal",
            "Your papers with us, in one place that only you and we can open.",
        ),
        Beside::People => ("Talk to us", "A person can help, too."),
    };
    let reasons = (beside == Beside::Reasons).then(|| {
        let place = (!card.place.is_empty()).then(|| {
            reason(
                Glyph::MapPin,
                format!("Kept in {}", card.place),
                "Files and database are stored there.",
            )
        });
        view! {
            {place}
            {reason(
                Glyph::Lock,
                "Encrypted, each file with its own key".to_owned(),
                "Our database is separate from every other firm’s.",
            )}
            {reason(
                Glyph::ShieldCheck,
                "A receipt for every file".to_owned(),
                "It proves that we hold exactly what you sent.",
            )}
        }
    });
    let digits: String = card.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let phone = (!card.phone.is_empty()).then(|| {
        let hours = (!card.hours.is_empty()).then(|| format!(", {}", card.hours));
        view! {
            <li>
                <Icon glyph=Glyph::Phone />
                <span>
                    <strong>"Stuck? Ring us"</strong>
                    <a href=format!("tel:{digits}")>{card.phone}</a>
                    {hours}
                </span>
            </li>
        }
    });
    if beside == Beside::People && phone.is_none() {
        return ().into_any();
    }
    view! {
        <aside class="gate-aside" aria-label=label>
            <p class="voice">{voice}</p>
            <ul>{reasons} {phone}</ul>
        </aside>
    }
    .into_any()
}

fn reason(glyph: Glyph, title: String, words: &'static str) -> impl IntoView {
    view! {
        <li>
            <Icon glyph=glyph />
            <span>
                <strong>{title}</strong>
                {words}
            </span>
        </li>
    }
}

/// A whole document that says why there is no page. It needs no request, no session and no script; `signed_in` decides
/// where its way on leads. `kept` is what was typed into a form, field by field, where nothing else could keep it.
pub fn problem_page(
    card: Option<&FirmCard>,
    signed_in: Option<Side>,
    what: &ProblemPage,
    kept: &[(String, String)],
    assets: &PageAssets,
) -> String {
    let (home, words) = match signed_in {
        Some(Side::Contact) => ("/home", "Go to my home"),
        Some(Side::Staff) => ("/office/inbox", "Go to the inbox"),
        None => ("/", "Go to the sign-in page"),
    };
    let title = match card {
        Some(card) => format!("{} · {}", what.title(), card.name),
        None => what.title().to_owned(),
    };
    let (card, what, css) = (card.cloned(), what.clone(), assets.css.to_string());
    let has_home = card.is_some();
    let kept: Vec<_> = kept.iter().filter_map(|(name, text)| written(name, text)).collect();
    let body = Owner::new().with(|| {
        view! {
            <html lang="en-GB">
                <head>
                    <Head css=css card=card.clone() />
                    <title>{title}</title>
                </head>
                <body>
                    <Gate card=card beside=Beside::People>
                        <ProblemWords what=what>
                            {has_home
                                .then(|| {
                                    view! {
                                        <a class="button primary" href=home>
                                            {words}
                                        </a>
                                    }
                                })}
                        </ProblemWords>
                        {kept}
                    </Gate>
                    <div hidden inner_html=SPRITE></div>
                </body>
            </html>
        }
        .into_any()
        .to_html()
    });
    format!("<!DOCTYPE html>{body}")
}

/// What somebody wrote, to copy and send again. Of a form's other fields there is nothing to keep.
fn written(name: &str, text: &str) -> Option<impl IntoView + use<>> {
    let label = match name {
        "subject" => "The subject you wrote",
        "text" => "The message you wrote. Copy it before you leave this page.",
        _ => return None,
    };
    let id = format!("kept-{name}");
    let (name, text) = (name.to_owned(), text.to_owned());
    (!text.is_empty()).then(|| {
        view! {
            <div class="field">
                <label for=id.clone()>
                    {label}
                </label>
                <textarea id=id name=name rows="8" inner_html=text_area::inner(&text)></textarea>
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_page_needs_no_script_and_names_the_reference() {
        let assets = PageAssets::from_hashes("css: c1");
        let what = ProblemPage::Fault {
            reference: "r-<17>".to_owned(),
        };
        let html = problem_page(None, None, &what, &[], &assets);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en-GB\">"), "{html}");
        assert!(html.contains("r-&lt;17&gt;") && html.contains("/pkg/gatehouse.c1.css"));
        assert!(!html.contains("<script") && !html.contains("style="));
        assert!(!html.contains("<textarea"));
        let kept = [
            ("text".to_owned(), "</textarea><b>".to_owned()),
            ("client".to_owned(), "c1".to_owned()),
        ];
        let html = problem_page(None, None, &what, &kept, &assets);
        assert!(
            html.contains("\n&lt;/textarea>&lt;b></textarea>") && !html.contains("c1<"),
            "{html}"
        );
    }
}
