//! The second proof: a passkey, the code of an authenticator app, or one that was kept on paper.

use super::{
    begin_again, flash_of, gated, hidden,
    sent::{CodeField, clock},
};
use crate::{
    desk::Told,
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
        passkey::{Ceremony, PasskeyForm},
    },
};
use domain::{
    Field, Problem, form,
    sign_in::{FactorPage as Page, MailedCode},
};
use firm::sign_in;
use leptos::prelude::*;

const HERE: &str = "/sign-in/factor";

/// `/sign-in/factor`.
#[component]
pub fn FactorPage() -> impl IntoView {
    gated("One more step", |desk| async move {
        let page = sign_in::factor_page(&desk.firm, &desk.actor, &desk.host, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let by_app = flash_of(&desk, &form::GIVE_CODE).map(|flash| flash.problem);
        let by_paper = flash_of(&desk, &form::GIVE_RECOVERY_CODE).map(|flash| flash.problem);
        let by_passkey = flash_of(&desk, &form::GIVE_PASSKEY).map(|flash| flash.problem);
        let by_mail = flash_of(&desk, &form::GIVE_MAILED_CODE)
            .or_else(|| flash_of(&desk, &form::MAIL_STEP_CODE))
            .map(|flash| flash.problem);
        let problem = by_app
            .as_ref()
            .or(by_paper.as_ref())
            .or(by_mail.as_ref())
            .or(by_passkey.as_ref());
        Ok(match page {
            Some(page) => {
                let firm = desk.firm.card().name;
                view! {
                    <div class="stack">
                        <div>
                            <h1>"One more step"</h1>
                            <p class="lead">"Your first proof was right. Now the second, so that nobody else gets in with it."</p>
                        </div>
                        <ErrorBanner sentence=error_of_form(
                                problem,
                                &[Field::AppCode, Field::RecoveryCode, Field::Code],
                            )
                            .unwrap_or_default() />
                        {passkey_form(&page)}
                        {page.app.then(|| mail_form(page.mail, by_mail.as_ref()))}
                        {(page.app && matches!(page.mail, MailedCode::NotAsked | MailedCode::Right))
                            .then(|| app_form(&firm, by_app.as_ref()))}
                        {paper_form(&page, by_paper.as_ref())}
                    </div>
                }
                    .into_any()
            }
            None => begin_again(problem),
        })
    })
}

/// A passkey, where there is one for this host; and where there is none but one for another, that it does not work here.
fn passkey_form(page: &Page) -> AnyView {
    if let Some(host) = &page.passkey_at {
        return view! {
            <p class="quiet-text">
                "Your passkey was made at " <strong>{host.clone()}</strong> " and works there only."
            </p>
        }
        .into_any();
    }
    if !page.passkey {
        return ().into_any();
    }
    view! {
        <PasskeyForm
            form=form::GIVE_PASSKEY
            ask="/api/ask_step_passkey"
            ceremony=Ceremony::Sign
            words="Use a passkey"
            class=if page.app { "button wide" } else { "button primary wide" }
        >
            {hidden("from", HERE.to_owned())}
        </PasskeyForm>
        {(!page.app)
            .then(|| {
                view! {
                    <p class="quiet-text" data-without-passkeys>
                        "A passkey needs a browser that knows them, with scripts on. Without, use one of your recovery codes."
                    </p>
                }
            })}
    }
    .into_any()
}

/// After many wrong codes: a mailed one first, on top of the app's.
fn mail_form(mail: MailedCode, problem: Option<&Problem>) -> AnyView {
    let send = |words: &'static str, class: &'static str| {
        view! {
            <form method="post" action=form::MAIL_STEP_CODE.action>
                {hidden("from", HERE.to_owned())}
                <button class=class>{words}</button>
            </form>
        }
    };
    match mail {
        MailedCode::NotAsked => ().into_any(),
        MailedCode::Right => view! { <p>"The code from the email was right. Now the one of your app."</p> }.into_any(),
        MailedCode::Unsent => view! {
            <p>
                "Many wrong codes were typed for this account. For your safety, we email you a code first; the one of your app follows."
            </p>
            {send("Email me a code", "button primary")}
        }
        .into_any(),
        MailedCode::Sent(at) => view! {
            <p>"A code was emailed to you at " {clock(at)} "."</p>
            <form class="stack" method="post" action=form::GIVE_MAILED_CODE.action>
                {hidden("from", HERE.to_owned())}
                <CodeField error=error_of(problem, Field::Code) />
                <button class="button primary">"Continue"</button>
            </form>
            {send("Email me another", "button quiet")}
        }
        .into_any(),
    }
}

fn app_form(firm: &str, problem: Option<&Problem>) -> impl IntoView {
    view! {
        <p>{format!("Open the authenticator app on your phone and find {firm}.")}</p>
        <form class="stack" method="post" action=form::GIVE_CODE.action>
            {hidden("from", HERE.to_owned())}
            <TextField
                name="code"
                label="Code from your app"
                hint="Six digits, new every 30 seconds. A pasted code goes on by itself."
                kind=Kind::AppCode
                error=error_of(problem, Field::AppCode)
                first=true
            />
            <button class="button primary">"Continue"</button>
        </form>
    }
}

/// Codes kept on paper; whoever has none left is told who helps.
fn paper_form(page: &Page, problem: Option<&Problem>) -> AnyView {
    if page.recovery_codes == 0 {
        return view! {
            <p class="quiet-text">
                "Lost your phone? Ask a colleague who runs the portal, or ring us."
            </p>
        }
        .into_any();
    }
    let left = match page.recovery_codes {
        1 => "One of your codes is unused.".to_owned(),
        many => format!("{many} of your codes are unused."),
    };
    view! {
        <details class="other-way" open=problem.is_some()>
            <summary>"Phone lost or not at hand"</summary>
            <form class="stack" method="post" action=form::GIVE_RECOVERY_CODE.action>
                {hidden("from", HERE.to_owned())}
                <p class="quiet-text">
                    "Use one of the recovery codes that you kept when you set up your second step. " {left}
                </p>
                <TextField
                    name="recovery"
                    label="Recovery code"
                    hint="Seven groups of four. Spaces and capitals do not matter."
                    kind=Kind::RecoveryCode
                    error=error_of(problem, Field::RecoveryCode)
                />
                <button class="button">"Use this code"</button>
            </form>
        </details>
    }
    .into_any()
}
