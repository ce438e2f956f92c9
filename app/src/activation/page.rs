//! The page of an invitation's link.

use super::{
    api::{path, step_path},
    id_here, link,
};
use crate::{
    desk::Told,
    sign_in::{
        flash_of, gated, hidden,
        walk::{Door, door, over, problem_of},
    },
    ui::{
        banner::ErrorBanner,
        field::error_of_form,
        icon::{Glyph, Icon},
    },
};
use domain::{
    Problem, form,
    sign_in::LinkState,
    walk::{BegunWalk, Step, WalkPage},
};
use firm::{
    activation,
    walks::{self, Purpose},
};
use leptos::prelude::*;

/// `/activate/{id}`.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let id = id_here();
    gated("Activate your access", |desk| async move {
        let id = link(&desk, &id)?;
        let page = walks::page(&desk.firm, &desk.actor, Purpose::Activate, id, desk.browser.as_deref())
            .await
            .told(&desk)?;
        if page.state != LinkState::Live {
            let asked = flash_of(&desk, &form::ASK_INVITATION).map(|flash| flash.problem);
            return Ok(dead(&page, asked.as_ref()));
        }
        if let Some(begun) = &page.begun {
            let step = activation::step(&desk.firm, &desk.actor, id, desk.browser.as_deref()).await;
            return Ok(carry_on(&page, begun, step.told(&desk)?));
        }
        let course = activation::course(&desk.firm, &desk.actor).await.told(&desk)?;
        let firm = desk.firm.card().name;
        let problem = problem_of([
            flash_of(&desk, &form::BEGIN_ACTIVATION),
            flash_of(&desk, &form::TYPE_INVITATION_CODE),
        ]);
        Ok(door(
            &page,
            &Door {
                here: path(id),
                begin: form::BEGIN_ACTIVATION,
                type_code: form::TYPE_INVITATION_CODE,
                heading: format!("Your invitation from {firm}"),
                lead: format!(
                    "{firm} invite you to their portal. It takes two minutes, and nothing is used up before you have finished."
                ),
                button: "Activate my access",
                at_once: course.sends_on_open,
            },
            problem.as_ref(),
        ))
    })
}

/// This browser has begun already, and goes on where it was.
fn carry_on(page: &WalkPage, begun: &BegunWalk, step: Step) -> AnyView {
    view! {
        <div class="stack">
            <div>
                <h1>"Carry on where you were"</h1>
                <p class="lead">"This invitation is for " <strong>{begun.masked.clone()}</strong> ", and you have begun here."</p>
            </div>
            <div class="actions">
                <a class="button primary" href=step_path(page.id, step)>
                    "Carry on"
                    <Icon glyph=Glyph::ArrowRight />
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// A link that works no more: whoever still waits has a fresh one mailed, whoever is in signs in.
fn dead(page: &WalkPage, problem: Option<&Problem>) -> AnyView {
    let sign_in = view! {
        <a class="button" href="/sign-in">
            "Go to the sign-in page"
        </a>
    };
    if page.state == LinkState::Used {
        return over(page, view! { <div class="actions">{sign_in}</div> }.into_any());
    }
    let on = view! {
        <ErrorBanner sentence=error_of_form(problem, &[]).unwrap_or_default() />
        <form class="stack" method="post" action=form::ASK_INVITATION.action>
            {hidden("from", path(page.id))}
            {hidden("id", page.id.to_string())}
            <div class="actions">
                <button class="button primary">
                    <Icon glyph=Glyph::Mail />
                    "Email me a new invitation"
                </button>
                {sign_in}
            </div>
        </form>
        <p class="quiet-text">
            {if page.moved {
                "It goes to the corrected address."
            } else {
                "It goes to the address to which this one was sent."
            }}
        </p>
    };
    over(page, on.into_any())
}
