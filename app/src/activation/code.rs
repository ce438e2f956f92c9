//! The second proof: a code that comes by another way than the invitation.

use super::{
    api::{path, step_path},
    id_here, link, stepper,
};
use crate::{
    desk::Told,
    sign_in::{flash_of, gated, hidden, sent::clock},
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
        icon::{Glyph, Icon},
    },
};
use domain::{
    Field, LinkId, Problem, form,
    portal::FirmCard,
    walk::{CodeStep, CodeWay, SentCode, Step, Texts},
};
use firm::{
    activation,
    walks::{Purpose, second},
};
use leptos::prelude::*;

/// `/activate/{id}/code`.
#[component]
pub fn CodePage() -> impl IntoView {
    let id = id_here();
    gated("Enter your code", |desk| async move {
        let id = link(&desk, &id)?;
        let step = second::step(&desk.firm, &desk.actor, Purpose::Activate, id, desk.browser.as_deref()).await;
        let step = match step {
            Ok(step) => step,
            Err(error) => return super::open_again(&desk, id, error),
        };
        if step.proven {
            let browser = desk.browser.as_deref();
            let next = activation::step(&desk.firm, &desk.actor, id, browser)
                .await
                .told(&desk)?;
            return Ok(proven(id, next));
        }
        let problem = flash_of(&desk, &form::GIVE_ACTIVATION_CODE)
            .or_else(|| flash_of(&desk, &form::SEND_ACTIVATION_CODE))
            .map(|flash| flash.problem);
        let course = activation::course(&desk.firm, &desk.actor).await.told(&desk)?;
        let card = desk.firm.card();
        Ok(view! {
            {stepper(1, course.asks_questions)}
            {show(&step, &card, problem.as_ref())}
        }
        .into_any())
    })
}

fn show(step: &CodeStep, card: &FirmCard, problem: Option<&Problem>) -> AnyView {
    let error = error_of_form(problem, &[Field::SentCode]).unwrap_or_default();
    let main = if step.spent {
        spent(step, card)
    } else if let Some(sent) = &step.sent {
        type_it(step, sent, card, problem)
    } else {
        ask(step, card)
    };
    let heading = if step.sent.is_some() && !step.spent {
        "Enter your code"
    } else {
        "One code, to be sure it is you"
    };
    view! {
        <div class="stack">
            <div>
                <h1>{heading}</h1>
                <p class="lead">"This invitation is for " <strong>{step.masked.clone()}</strong> "."</p>
            </div>
            <ErrorBanner sentence=error />
            {main}
        </div>
    }
    .into_any()
}

/// Nothing is on its way: the first code is asked for.
fn ask(step: &CodeStep, card: &FirmCard) -> AnyView {
    match (step.texts, step.otherwise) {
        (Texts::Go, _) => view! {
            <p>
                "We text a code to your mobile, the one ending " <strong>{step.mobile.clone()}</strong> "."
            </p>
            {send(step, CodeWay::Text, "Send the code", "button primary wide")}
            {not_mine(card)}
        }
        .into_any(),
        (texts, otherwise) => view! {
            <p>{why_not(texts)}</p>
            {other_way(step, otherwise, card)}
            {(texts == Texts::Failed).then(|| send_again(step, CodeWay::Text, "Text me a code after all"))}
        }
        .into_any(),
    }
}

/// A code is on its way, or was read out.
fn type_it(step: &CodeStep, sent: &SentCode, card: &FirmCard, problem: Option<&Problem>) -> AnyView {
    let how = match sent.way {
        CodeWay::Text => view! {
            "Sent at " {clock(sent.at)} " to the mobile ending " <strong>{step.mobile.clone()}</strong>
            ". It works for ten minutes."
        }
        .into_any(),
        CodeWay::Mail => view! { "Emailed to you at " {clock(sent.at)} ". It works for a day." }.into_any(),
        CodeWay::ReadOut => view! { "Type the code that we read to you." }.into_any(),
    };
    let failed = (step.texts == Texts::Failed && sent.way == CodeWay::Text).then(|| {
        view! { <ErrorBanner sentence=why_not(Texts::Failed).to_owned() /> }
    });
    let texts = step.texts != Texts::NoMobile && step.texts != Texts::NotSetUp;
    let again = match sent.way {
        CodeWay::Text => Some((CodeWay::Text, "Send a new code")),
        CodeWay::Mail => Some((CodeWay::Mail, "Email me a new code")),
        CodeWay::ReadOut if texts => Some((CodeWay::Text, "Text me a code instead")),
        CodeWay::ReadOut => None,
    };
    let otherwise = failed.is_some().then(|| match step.otherwise {
        CodeWay::Mail => send(step, CodeWay::Mail, "Email me the code instead", "button").into_any(),
        _ => view! {
            <p>
                "The other way: ring us" {number(card)}
                ". Once we are sure that it is you, we read you a code, and you type it here."
            </p>
        }
        .into_any(),
    });
    let (kind, hint) = Kind::of_sent(step.digits);
    view! {
        {failed}
        <p>{how}</p>
        <form class="stack" method="post" action=form::GIVE_ACTIVATION_CODE.action>
            {hidden("from", here(step))}
            {hidden("id", step.id.to_string())}
            <TextField
                name="code"
                label="Your code"
                hint=hint
                kind=kind
                error=error_of(problem, Field::SentCode)
                first=true
            />
            <button class="button primary">"Continue"</button>
        </form>
        <div class="stack quiet-text">
            {otherwise}
            {again.map(|(way, words)| send_again(step, way, words))}
        </div>
    }
    .into_any()
}

/// The other way, where no text message can go.
fn other_way(step: &CodeStep, way: CodeWay, card: &FirmCard) -> AnyView {
    if way == CodeWay::Mail {
        return view! {
            <p>"We email you a code instead, apart from the invitation."</p>
            {send(step, CodeWay::Mail, "Email me a code", "button primary wide")}
        }
        .into_any();
    }
    view! {
        <p>
            "Ring us" {number(card)} ". Once we are sure that it is you, we read you a code. Then open this page again and type it."
        </p>
        <div class="actions">
            <a class="button primary" href=here(step)>
                <Icon glyph=Glyph::Again />
                "I have my code"
            </a>
        </div>
    }
    .into_any()
}

fn spent(step: &CodeStep, card: &FirmCard) -> AnyView {
    if !step.fresh_mail_helps {
        return view! {
            <p>
                "Many wrong codes were typed for this access. For your safety we help you in person now: ring us"
                {number(card)} "."
            </p>
        }
        .into_any();
    }
    view! {
        <p>
            "The codes were tried too often, so this invitation stops here. Nothing is lost: a new one begins afresh."
        </p>
        <form class="stack" method="post" action=form::ASK_INVITATION.action>
            {hidden("from", here(step))}
            {hidden("id", step.id.to_string())}
            <button class="button primary">
                <Icon glyph=Glyph::Mail />
                "Email me a new invitation"
            </button>
        </form>
    }
    .into_any()
}

fn proven(id: LinkId, next: Step) -> AnyView {
    let lead = match next {
        Step::Questions => "Carry on with your questions.",
        _ => "Carry on with your password.",
    };
    view! {
        <div class="stack">
            <div>
                <h1>"Your code was right"</h1>
                <p class="lead">{lead}</p>
            </div>
            <div class="actions">
                <a class="button primary" href=step_path(id, next)>
                    "Continue"
                </a>
            </div>
        </div>
    }
    .into_any()
}

fn why_not(texts: Texts) -> &'static str {
    match texts {
        Texts::Go => "",
        Texts::NoMobile => "We have no mobile number of yours on file, so no code can be texted to you.",
        Texts::NotSetUp => "Text messages do not go out from here at the moment, so no code can be texted to you.",
        Texts::Failed => "The text message could not be sent. Try again in a moment, or take the other way.",
    }
}

fn send(step: &CodeStep, way: CodeWay, words: &'static str, class: &'static str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=form::SEND_ACTIVATION_CODE.action>
            {hidden("from", here(step))}
            {hidden("id", step.id.to_string())}
            {hidden("way", way.name().to_owned())}
            <button class=class>{words}</button>
        </form>
    }
}

/// The button that sends another: the script counts its pause down, without scripts the sentence says how long it is.
fn send_again(step: &CodeStep, way: CodeWay, words: &'static str) -> impl IntoView + use<> {
    let wait = step.wait;
    let pause = (wait > 0).then(|| {
        let words = if wait < 90 {
            format!("Nothing came? You can have another in {wait} seconds.")
        } else {
            format!("Nothing came? You can have another in {} minutes.", wait.div_ceil(60))
        };
        view! {
            <p data-wait=wait.to_string() data-wait-for="send-again">
                {words}
            </p>
        }
    });
    view! {
        <form method="post" action=form::SEND_ACTIVATION_CODE.action>
            {hidden("from", here(step))}
            {hidden("id", step.id.to_string())}
            {hidden("way", way.name().to_owned())}
            {pause}
            <button class="button" id="send-again">
                <Icon glyph=Glyph::Again />
                {words}
            </button>
        </form>
    }
}

fn not_mine(card: &FirmCard) -> impl IntoView + use<> {
    view! {
        <p class="quiet-text">"Not your number, or no signal? Ring us" {number(card)} "; we put it right."</p>
    }
}

/// `, 01632 960147`, to ring; nothing where the firm gives none.
fn number(card: &FirmCard) -> Option<impl IntoView + use<>> {
    let digits: String = card.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let phone = card.phone.clone();
    (!phone.is_empty()).then(|| view! { " on " <a href=format!("tel:{digits}")>{phone}</a> })
}

fn here(step: &CodeStep) -> String {
    format!("{}/code", path(step.id))
}
