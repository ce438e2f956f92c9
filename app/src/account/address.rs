//! Another e-mail address of one's own: the new one is proven first.

use crate::{
    desk::{Told, desk},
    error::AppError,
    plain::{flash_of, framed},
    sign_in::{
        hidden,
        sent::{CodeField, clock},
        walk::{self, Door},
    },
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form, typed},
        icon::{Glyph, Icon},
    },
};
use domain::{
    Field, LinkId, Problem,
    account::PendingAddress,
    form::{self, Flash},
    said::Said,
    sign_in::LinkState,
};
use firm::addresses;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

const HERE: &str = "/account/address";

/// `/account/address`.
#[component]
pub fn AddressPage() -> impl IntoView {
    framed("Email address", |desk| async move {
        let view = addresses::own(&desk.firm, &desk.actor, desk.session()?)
            .await
            .told(&desk)?;
        let asked = flash_of(&desk, &form::ASK_ADDRESS).await?;
        let proven = flash_of(&desk, &form::PROVE_ADDRESS_BY_CODE).await?;
        let above = error_of_form(asked.as_ref().map(|flash| &flash.problem), &[Field::Address]).or(error_of_form(
            proven.as_ref().map(|flash| &flash.problem),
            &[Field::Code],
        ));
        let waiting = view
            .pending
            .as_ref()
            .map(|pending| waiting(pending, proven.as_ref().map(|flash| &flash.problem)));
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Email address"</h1>
                    <p class="lead">
                        "You sign in with " <strong>{view.address.clone()}</strong> ", and we write to you there."
                    </p>
                </div>
            </div>
            <ErrorBanner sentence=above.unwrap_or_default() />
            {waiting}
            {change(view.fresh, asked.as_ref())}
        }
        .into_any())
    })
}

/// The address that waits to be proven.
fn waiting(pending: &PendingAddress, problem: Option<&Problem>) -> impl IntoView + use<> {
    let code = if pending.code_spent {
        view! { <p>"The code was tried too often and no longer works. Ask once more below."</p> }.into_any()
    } else {
        view! {
            <form class="stack narrow" method="post" action=form::PROVE_ADDRESS_BY_CODE.action>
                {hidden("from", HERE.to_owned())}
                {hidden("id", pending.id.to_string())}
                <CodeField error=error_of(problem, Field::Code) />
                <button class="button primary">"Use this address"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="waiting">
            <div class="section-head">
                <h2 id="waiting">"Waiting to be proven"</h2>
            </div>
            <div class="stack">
                <p>
                    "We wrote to " <strong>{pending.address.clone()}</strong>
                    ". Press the link in that email in this browser, or type its code here. Both work until "
                    {pending.until.long_day()} ", " {clock(pending.until)} "; until then nothing changes."
                </p>
                {code}
                <form method="post" action=form::CALL_OFF_ADDRESS.action>
                    {hidden("from", HERE.to_owned())}
                    <button class="button quiet">"Keep my old address"</button>
                </form>
            </div>
        </section>
    }
}

fn change(fresh: bool, flash: Option<&Flash>) -> impl IntoView + use<> {
    let problem = flash.map(|flash| &flash.problem);
    let way = if fresh {
        view! {
            <form class="stack narrow" method="post" action=form::ASK_ADDRESS.action>
                {hidden("from", HERE.to_owned())}
                <TextField
                    name="address"
                    label="New email address"
                    hint="We write to it first. The old one works until you have proven the new one."
                    kind=Kind::NewAddress
                    value=typed(flash, "address")
                    error=error_of(problem, Field::Address)
                />
                <button class="button primary">
                    <Icon glyph=Glyph::Mail />
                    "Write to this address"
                </button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <div class="stack">
                <p>"You signed in some time ago. Before anything changes, prove once more that it is you."</p>
                <a class="button primary" href="/account/confirm?next=/account/address">
                    "Change address"
                </a>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="change">
            <div class="section-head">
                <h2 id="change">"Change it"</h2>
            </div>
            {way}
        </section>
    }
}

/// `/account/address/{id}`: the page of the mailed link, for whoever asked and is signed in.
#[component]
pub fn ProveAddressPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    framed("Email address", |desk| async move {
        let unknown = |_| desk.told(firm::Error::Problem(Problem::NotFound));
        let id: LinkId = id.parse().map_err(unknown)?;
        let page = addresses::page(&desk.firm, &desk.actor, id).await.told(&desk)?;
        if page.state != LinkState::Live {
            let on = view! {
                <div class="actions">
                    <a class="button primary" href=HERE>
                        "Go to your email address"
                    </a>
                </div>
            };
            return Ok(walk::over(&page, on.into_any()));
        }
        let pressed = flash_of(&desk, &form::PROVE_ADDRESS).await?;
        let typed = flash_of(&desk, &form::PROVE_ADDRESS_BY_CODE).await?;
        let problem = walk::problem_of([pressed, typed]);
        let door = Door {
            here: format!("{HERE}/{id}"),
            begin: form::PROVE_ADDRESS,
            type_code: form::PROVE_ADDRESS_BY_CODE,
            heading: "Is this your new address?".to_owned(),
            lead: "From now on you sign in with the address to which this link was mailed, and we write to you there."
                .to_owned(),
            button: "Use this address",
            at_once: false,
        };
        let left = walk::door(&page, &door, problem.as_ref());
        Ok(view! { <div class="narrow">{left}</div> }.into_any())
    })
}

/// Asks for another address: a link and a code go to it.
///
/// # Errors
/// The session did not prove itself lately; the address is none or the reader's own; it is too soon.
#[server(prefix = "/api", endpoint = "ask_address")]
pub async fn ask_address(
    /// The new address.
    address: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    addresses::ask(&desk.firm, &desk.actor, desk.session()?, &address, &desk.device)
        .await
        .told(&desk)?;
    leptos_axum::redirect(HERE);
    Ok(())
}

/// Calls the new address off.
///
/// # Errors
/// Nobody is signed in.
#[server(prefix = "/api", endpoint = "call_off_address")]
pub async fn call_off_address() -> Result<(), AppError> {
    let desk = desk().await?;
    addresses::call_off(&desk.firm, &desk.actor).await.told(&desk)?;
    desk.done(Said::AddressKept, HERE);
    Ok(())
}

/// Takes the new address with the secret of its link.
///
/// # Errors
/// The link is somebody else's, spent or too old, or the address is in use by now.
#[server(prefix = "/api", endpoint = "prove_address")]
pub async fn prove_address(
    /// Which.
    id: LinkId,
    /// The secret of the link.
    #[server(default)]
    secret: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    addresses::prove_by_link(&desk.firm, &desk.actor, id, &secret)
        .await
        .told(&desk)?;
    desk.done(Said::AddressChanged, HERE);
    Ok(())
}

/// Takes the new address with the code of the same mail.
///
/// # Errors
/// The code is wrong or spent; else as [`prove_address`].
#[server(prefix = "/api", endpoint = "prove_address_by_code")]
pub async fn prove_address_by_code(
    /// Which.
    id: LinkId,
    /// The typed code.
    code: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    addresses::prove_by_code(&desk.firm, &desk.actor, id, &code, &desk.device)
        .await
        .told(&desk)?;
    desk.done(Said::AddressChanged, HERE);
    Ok(())
}
