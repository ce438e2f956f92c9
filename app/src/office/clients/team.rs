//! Who of the team sees a client, on its page.

use crate::office::parts::{self, hidden};
use domain::{form, office::clients::ClientView};
use leptos::prelude::*;

pub(super) fn need_to_know(view: &ClientView, here: &str) -> impl IntoView + use<> {
    let known = view.need_to_know.clone();
    let words = if known.restricted {
        "Owners, admins and the members named here."
    } else {
        "The whole team."
    };
    let names: Vec<String> = known
        .members
        .iter()
        .filter(|member| member.chosen)
        .map(|member| member.name.clone())
        .collect();
    let listed = (known.restricted && !names.is_empty()).then(|| names.join(", "));
    let (id, from) = (view.label.id, here.to_owned());
    let boxes = known
        .members
        .into_iter()
        .enumerate()
        .map(|(place, member)| {
            let on = member.chosen;
            parts::tick(
                format!("named[{place}]"),
                format!("named-{place}"),
                member.id,
                member.name,
                on,
            )
        })
        .collect_view();
    let form = known.may_change.then(|| {
        view! {
            <details class="edit">
                <summary>"Change who sees it"</summary>
                <form class="stack office-form" method="post" action=form::RESTRICT_CLIENT.action>
                    {hidden("from", from)} {hidden("id", id)}
                    {parts::tick(
                        "restricted",
                        "restricted",
                        "yes",
                        "Only owners, admins and the members ticked below",
                        known.restricted,
                    )} <fieldset class="ticks">
                        <legend>"Members"</legend>
                        {boxes}
                    </fieldset> <button class="button">"Save"</button>
                </form>
            </details>
        }
    });
    view! {
        <section class="section" aria-labelledby="sees">
            <div class="section-head">
                <h2 id="sees">"Who of us sees this client"</h2>
            </div>
            <p class="quiet-text">{words}</p>
            {listed.map(|names| view! { <p>{names}</p> })}
            {form}
        </section>
    }
}
