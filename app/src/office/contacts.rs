//! Contacts: the list, one contact, a new one.

mod invitation;
pub mod questions;

use super::{
    clients::{asked_for, seen},
    parts::{self, Line, hidden},
};
use crate::{
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        client::Client,
        empty::Empty,
        field::{error_of, error_of_form, typed},
        time::{Style, Time},
    },
};
use domain::{
    ContactId, Field, Problem,
    contact::ContactState,
    form::{self, Flash},
    office::{
        Choice,
        contacts::{ContactClient, ContactOrder, ContactQuery, ContactRow, ContactView, ContactsView},
    },
};
use firm::contacts;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

const FIELDS: [Field; 5] = [
    Field::FirstName,
    Field::LastName,
    Field::Address,
    Field::Phone,
    Field::Client,
];

/// `/office/contacts`.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let map = use_query_map().get_untracked();
    let part = |name: &str| map.get(name).unwrap_or_default();
    let query = ContactQuery {
        words: part("q").chars().take(200).collect(),
        state: ContactState::named(&part("state")),
        order: ContactOrder::named(&part("sort")),
        page: part("page").parse().unwrap_or(0),
    };
    framed("Contacts", |desk| async move {
        let view = contacts::list(&desk.firm, &desk.actor, &query)
            .await
            .map_err(|error| desk.told(error))?;
        Ok(list(view).into_any())
    })
}

fn list(view: ContactsView) -> impl IntoView {
    let query = view.query.clone();
    let narrowed = query.is_narrowed();
    let kept = vec![
        ("state", query.state.map_or("", ContactState::name)),
        ("sort", query.order.name()),
    ];
    let is_empty = view.rows.is_empty() && query.page == 0;
    let back = (query.page > 0).then(|| page(&query, query.page - 1));
    let on = view.more.then(|| page(&query, query.page + 1));
    let now = view.now;
    let rows = view
        .rows
        .into_iter()
        .map(|row| {
            let ContactRow {
                id,
                name,
                address,
                state,
                clients,
                last_seen,
            } = row;
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/office/contacts/{id}")>{name}</a>
                        <span class="meta">{address}</span>
                    </th>
                    <td data-label="State">{parts::contact_badge(state)}</td>
                    <td data-label="Clients">
                        {clients.into_iter().map(|label| view! { <Client label=label /> " " }).collect_view()}
                    </td>
                    <td data-label="Last seen" class="num">
                        {seen(last_seen, now)}
                    </td>
                </tr>
            }
        })
        .collect_view();
    let filters = (narrowed || !is_empty).then(|| {
        view! {
            <div class="list-head">
                {parts::search("/office/contacts", "Search contacts", query.words.clone(), kept)}
                {parts::links("State", states(&query))} {parts::links("Sort by", orders(&query))}
            </div>
        }
    });
    let table = if is_empty {
        nobody(narrowed).into_any()
    } else {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Clients"</th>
                        <th scope="col" class="num">
                            "Last seen"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <div class="page-head">
            <h1>"Contacts"</h1>
            <div class="actions">
                <a class="button primary" href="/office/contacts/new">
                    "Add a contact"
                </a>
            </div>
        </div>
        {filters}
        {table}
        {parts::pages(query.page, back, on)}
    }
}

fn nobody(narrowed: bool) -> impl IntoView {
    if narrowed {
        view! {
            <Empty title="No contact fits" words="Nobody matches what you looked for. Try fewer words, or another state.">
                <a class="button" href="/office/contacts">
                    "Show all contacts"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty title="No contacts yet" words="A contact is a person who signs in for one client or several.">
                <a class="button primary" href="/office/contacts/new">
                    "Add a contact"
                </a>
            </Empty>
        }
        .into_any()
    }
}

fn page(query: &ContactQuery, page: u64) -> String {
    ContactQuery { page, ..query.clone() }.address()
}

fn states(query: &ContactQuery) -> Vec<(String, String, bool)> {
    let link = |state: Option<ContactState>, words: &str| {
        let other = ContactQuery {
            state,
            page: 0,
            ..query.clone()
        };
        (other.address(), words.to_owned(), query.state == state)
    };
    std::iter::once(link(None, "All"))
        .chain(
            ContactState::ALL
                .into_iter()
                .map(|state| link(Some(state), state.word())),
        )
        .collect()
}

fn orders(query: &ContactQuery) -> Vec<(String, String, bool)> {
    ContactOrder::ALL
        .into_iter()
        .map(|(order, _, words)| {
            let other = ContactQuery {
                order,
                page: 0,
                ..query.clone()
            };
            (other.address(), words.to_owned(), query.order == order)
        })
        .collect()
}

/// `/office/contacts/new`.
#[component]
pub fn NewContactPage() -> impl IntoView {
    let asked = use_query_map().get_untracked().get("client").unwrap_or_default();
    framed("Add a contact", |desk| async move {
        let labels = contacts::blank(&desk.firm, &desk.actor)
            .await
            .map_err(|error| desk.told(error))?;
        let flash = flash_of(&desk, &form::ADD_CONTACT).await?;
        let problem = flash.as_ref().map(|flash| flash.problem.clone());
        let asked = if flash.is_some() {
            typed(flash.as_ref(), "client")
        } else {
            asked
        };
        let asked = asked_for(&labels, &asked);
        let choices: Vec<Choice> = labels
            .into_iter()
            .map(|label| Choice {
                id: label.id.to_string(),
                chosen: asked == Some(label.id),
                name: label.name,
            })
            .collect();
        let from = asked.map_or_else(
            || "/office/contacts/new".to_owned(),
            |id| format!("/office/contacts/new?client={id}"),
        );
        let ticked = |name: &str| typed(flash.as_ref(), name) == "yes";
        let (approve, financials) = (ticked("may_approve"), ticked("may_see_financials"));
        Ok(view! {
            {parts::back_to("/office/contacts", "Contacts")}
            <div class="page-head">
                <div>
                    <h1>"Add a contact"</h1>
                    <p class="lead">"Nothing is sent yet. Once the client’s portal is on, you invite them on their page."</p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem.as_ref(), &FIELDS).unwrap_or_default() />
            <form class="stack office-form" method="post" action=form::ADD_CONTACT.action>
                {hidden("from", from)} {person(flash.as_ref(), None, true)}
                {parts::select(
                    "client",
                    "Client",
                    Some("None yet"),
                    choices,
                    error_of(problem.as_ref(), Field::Client),
                )}
                {parts::tick("may_approve", "may_approve", "yes", "May approve documents for this client", approve)}
                {parts::tick(
                    "may_see_financials",
                    "may_see_financials",
                    "yes",
                    "May see this client’s reports",
                    financials,
                )} <button class="button primary">"Add the contact"</button>
            </form>
        }
        .into_any())
    })
}

/// The fields of a person, as they were typed or as they are kept.
fn person(flash: Option<&Flash>, now: Option<&ContactView>, address_open: bool) -> impl IntoView + use<> {
    let problem: Option<Problem> = flash.map(|flash| flash.problem.clone());
    let problem = problem.as_ref();
    let value = |name: &str, kept: Option<&String>| {
        if flash.is_some() {
            typed(flash, name)
        } else {
            kept.cloned().unwrap_or_default()
        }
    };
    let address = if address_open {
        Line {
            name: "address",
            label: "Email address",
            hint: "Their invitation and their notices go there. No other person here may have the same.",
            kind: "email",
            value: value("address", now.map(|now| &now.address)),
            error: error_of(problem, Field::Address),
            required: true,
        }
        .show()
        .into_any()
    } else {
        hidden("address", now.map(|now| now.address.clone()).unwrap_or_default()).into_any()
    };
    view! {
        {Line {
            name: "first_name",
            label: "First name",
            hint: "Letters address them by it.",
            kind: "text",
            value: value("first_name", now.map(|now| &now.first_name)),
            error: error_of(problem, Field::FirstName),
            required: true,
        }
            .show()}
        {Line {
            name: "last_name",
            label: "Last name",
            hint: "",
            kind: "text",
            value: value("last_name", now.map(|now| &now.last_name)),
            error: error_of(problem, Field::LastName),
            required: false,
        }
            .show()}
        {address}
        {Line {
            name: "phone",
            label: "Mobile phone",
            hint: "Codes are texted to it. 07700 900042, or with the country’s code.",
            kind: "tel",
            value: value("phone", now.map(|now| &now.phone)),
            error: error_of(problem, Field::Phone),
            required: false,
        }
            .show()}
    }
}

/// `/office/contacts/{id}`.
#[component]
pub fn ContactPage() -> impl IntoView {
    let id: Option<ContactId> = use_params_map()
        .get_untracked()
        .get("id")
        .and_then(|id| id.parse().ok());
    framed("Contact", move |desk| async move {
        let id = id.ok_or(crate::AppError(Problem::NotFound))?;
        let view = contacts::view(&desk.firm, &desk.actor, id)
            .await
            .map_err(|error| desk.told(error))?;
        let mut refused = Vec::new();
        for form in [
            form::STEP_CONTACT,
            form::GIVE_CLIENT,
            form::TAKE_CLIENT,
            form::STEP_INVITATION,
        ] {
            refused.extend(flash_of(&desk, &form).await?.map(|flash| flash.problem.sentence()));
        }
        let flash = flash_of(&desk, &form::CHANGE_CONTACT).await?;
        let flash = flash.filter(|flash| flash.typed("id") == Some(id.to_string().as_str()));
        let invitation = invitation::section(&desk, &view).await?;
        let questions = questions::section(&desk, id).await?;
        Ok(show(view, flash, refused.into_iter().next(), invitation, questions).into_any())
    })
}

fn show(
    view: ContactView,
    flash: Option<Flash>,
    refused: Option<String>,
    invitation: Option<AnyView>,
    questions: Option<AnyView>,
) -> impl IntoView {
    let problem = flash.as_ref().map(|flash| flash.problem.clone());
    let refused = refused.or_else(|| error_of_form(problem.as_ref(), &FIELDS));
    let here = format!("/office/contacts/{}", view.id);
    let phone = if view.phone.is_empty() {
        "None on file".to_owned()
    } else {
        view.phone.clone()
    };
    let way = if view.activated.is_none() {
        "Not before they have activated their access"
    } else if view.has_password {
        "By mailed link, or by password"
    } else {
        "By mailed link"
    };
    let edit = view.whole.then(|| {
        let fields = person(flash.as_ref(), Some(&view), view.activated.is_none());
        view! {
            <details class="edit" open=flash.is_some()>
                <summary>"Change name or number"</summary>
                <form class="stack office-form" method="post" action=form::CHANGE_CONTACT.action>
                    {hidden("from", &here)} {hidden("id", view.id)} {fields}
                    <button class="button primary">"Save"</button>
                </form>
            </details>
        }
    });
    let clients = clients(&view, &here);
    let access = access(&view, &here);
    view! {
        {parts::back_to("/office/contacts", "Contacts")}
        <div class="page-head">
            <div>
                <h1>{view.name.clone()}</h1>
                <p class="meta">{parts::contact_badge(view.state)} <span>{view.address.clone()}</span></p>
            </div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        <div class="columns">
            <div>
                {invitation} {clients} <section class="section" aria-labelledby="details">
                    <div class="section-head">
                        <h2 id="details">"Details"</h2>
                    </div>
                    <dl class="facts">
                        <div>
                            <dt>"Email address"</dt>
                            <dd>{view.address.clone()}</dd>
                        </div>
                        <div>
                            <dt>"Mobile phone"</dt>
                            <dd>{phone}</dd>
                        </div>
                        <div>
                            <dt>"Signs in"</dt>
                            <dd>{way}</dd>
                        </div>
                    </dl>
                    {edit}
                </section>
            </div>
            <aside aria-label="Access">{access} {questions}</aside>
        </div>
    }
}

fn clients(view: &ContactView, here: &str) -> impl IntoView + use<> {
    let contact = view.id;
    let from = here.to_owned();
    let rows = view
        .clients
        .iter()
        .cloned()
        .map(|link| client(contact, &from, link))
        .collect_view();
    let none = view
        .clients
        .is_empty()
        .then(|| view! { <p class="quiet-text">"They see no client yet."</p> });
    let others = view.others.clone();
    view! {
        <section class="section" aria-labelledby="clients">
            <div class="section-head">
                <h2 id="clients">"Clients they see"</h2>
                <span class="count">{view.clients.len()}</span>
            </div>
            {none}
            <ul class="rows">{rows}</ul>
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <details class="edit">
                            <summary>"Let them see another client"</summary>
                            <form class="stack office-form" method="post" action=form::GIVE_CLIENT.action>
                                {hidden("from", from)} {hidden("contact", contact)}
                                {parts::select("client", "Client", None, others, None)}
                                {parts::tick("may_approve", "give-approve", "yes", "May approve documents", false)}
                                {parts::tick("may_see_financials", "give-financials", "yes", "May see reports", false)}
                                <button class="button">"Give access"</button>
                            </form>
                        </details>
                    }
                })}
        </section>
    }
}

fn client(contact: ContactId, from: &str, link: ContactClient) -> impl IntoView + use<> {
    let id = link.label.id;
    let from = from.to_owned();
    let name = link.label.name.clone();
    view! {
        <li class="plain-row">
            <a class="client" href=format!("/office/clients/{id}")>
                <span class="mark" aria-hidden="true">
                    {link.label.mark}
                </span>
                {link.label.name}
            </a>
            {(!link.open).then(|| view! { <span class="badge">"Portal off"</span> })}
            <details class="edit">
                <summary>"Rights" <span class="visually-hidden">{format!(" for {name}")}</span></summary>
                <form class="stack office-form" method="post" action=form::GIVE_CLIENT.action>
                    {hidden("from", &from)} {hidden("contact", contact)} {hidden("client", id)}
                    {parts::tick("may_approve", format!("approve-{id}"), "yes", "May approve documents", link.may_approve)}
                    {parts::tick(
                        "may_see_financials",
                        format!("financials-{id}"),
                        "yes",
                        "May see reports",
                        link.may_see_financials,
                    )} <button class="button">"Save rights"</button>
                </form>
                <form method="post" action=form::TAKE_CLIENT.action>
                    {hidden("from", &from)} {hidden("contact", contact)} {hidden("client", id)}
                    <button class="button">"Take this client away"</button>
                </form>
            </details>
        </li>
    }
}

fn access(view: &ContactView, here: &str) -> impl IntoView + use<> {
    let now = view.now;
    let words = match view.state {
        ContactState::NotInvited => "They have not come in yet.",
        ContactState::Invited => "They were invited and have not come in yet.",
        ContactState::Active => "They have come in.",
        ContactState::Suspended => "They do not get in until you let them.",
    };
    let past = [
        ("Invited", view.invited),
        ("First came in", view.activated),
        ("Suspended", view.suspended),
    ]
    .into_iter()
    .filter_map(|(word, at)| at.map(|at| (word, at)))
    .map(|(word, at)| {
        view! {
            <div>
                <dt>{word}</dt>
                <dd>
                    <Time at=at style=Style::LongDay />
                </dd>
            </div>
        }
    })
    .collect_view();
    let devices = match view.devices {
        0 => "None".to_owned(),
        1 => "1 browser".to_owned(),
        many => format!("{many} browsers"),
    };
    let (id, from) = (view.id, here.to_owned());
    let step = {
        let from = from.clone();
        move |step: &'static str, words: &'static str| {
            view! {
                <form method="post" action=form::STEP_CONTACT.action>
                    {hidden("from", &from)} {hidden("id", id)} {hidden("step", step)}
                    <button class="button">{words}</button>
                </form>
            }
        }
    };
    let buttons = if view.whole {
        let open = if view.state == ContactState::Suspended {
            step("reopen", "Let them in again")
        } else {
            step("suspend", "Suspend")
        };
        let end = (view.devices > 0).then(|| step("end_devices", "Sign them out everywhere"));
        view! {
            <div class="actions">{open} {end}</div>
            <details class="edit danger">
                <summary>"Remove this contact"</summary>
                <p class="quiet-text">
                    "They are signed out at once and cannot come in again. What they wrote and sent stays. Their address can be used anew."
                </p>
                <form method="post" action=form::STEP_CONTACT.action>
                    {hidden("from", from)} {hidden("id", id)} {hidden("step", "remove")}
                    <button class="button danger">"Remove for good"</button>
                </form>
            </details>
        }
        .into_any()
    } else {
        view! {
            <p class="quiet-text">"Only an owner or admin can change who they are and how they come in."</p>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="access">
            <div class="section-head">
                <h2 id="access">"Access"</h2>
                {parts::contact_badge(view.state)}
            </div>
            <p class="quiet-text">{words}</p>
            <dl class="facts narrow">
                {past} <div>
                    <dt>"Last seen"</dt>
                    <dd>{seen(view.last_seen, now)}</dd>
                </div> <div>
                    <dt>"Signed in on"</dt>
                    <dd>{devices}</dd>
                </div>
            </dl>
            {buttons}
        </section>
    }
}
