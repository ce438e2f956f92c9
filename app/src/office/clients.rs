//! Clients: the list, one client, a new one.

use super::parts::{self, Line, hidden};
use crate::{
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        empty::Empty,
        field::{error_of, error_of_form, typed},
        icon::{Glyph, Icon},
        time::{Style, Time},
    },
};
use domain::{
    ClientId, Field, Moment, Problem,
    client::{ClientLabel, PortalState},
    form::{self, Flash},
    office::{
        Choice,
        clients::{ClientOrder, ClientQuery, ClientRow, ClientView, ClientsView},
    },
};
use firm::clients;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

const FIELDS: [Field; 4] = [Field::Name, Field::Responsible, Field::Tags, Field::Notes];

/// `/office/clients`.
#[component]
pub fn ClientsPage() -> impl IntoView {
    let map = use_query_map().get_untracked();
    let part = |name: &str| map.get(name).unwrap_or_default();
    let query = ClientQuery {
        words: part("q").chars().take(200).collect(),
        state: PortalState::named(&part("state")),
        tag: part("tag"),
        order: ClientOrder::named(&part("sort")),
        page: part("page").parse().unwrap_or(0),
    };
    framed("Clients", |desk| async move {
        let view = clients::list(&desk.firm, &desk.actor, &query)
            .await
            .map_err(|error| desk.told(error))?;
        Ok(list(view).into_any())
    })
}

fn list(view: ClientsView) -> impl IntoView {
    let query = view.query.clone();
    let narrowed = query.is_narrowed();
    let kept = vec![
        ("state", query.state.map_or("", PortalState::name)),
        ("sort", query.order.name()),
    ];
    let is_empty = view.rows.is_empty() && query.page == 0;
    let back = (query.page > 0).then(|| page(&query, query.page - 1));
    let on = view.more.then(|| page(&query, query.page + 1));
    let rows = view.rows.into_iter().map(row).collect_view();
    let filters = (narrowed || !is_empty).then(|| {
        view! {
            <div class="list-head">
                {parts::search("/office/clients", "Search clients", query.words.clone(), kept)}
                {parts::links("Portal", states(&query))} {tags(&query, view.tags)}
                {parts::links("Sort by", orders(&query))}
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
                        <th scope="col">"Client"</th>
                        <th scope="col">"Portal"</th>
                        <th scope="col">"Looked after by"</th>
                        <th scope="col">"Tags"</th>
                        <th scope="col" class="num">
                            "Contacts"
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
            <h1>"Clients"</h1>
            <div class="actions">
                <a class="button primary" href="/office/clients/new">
                    "Add a client"
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
            <Empty title="No client fits" words="Nothing matches what you looked for. Try fewer words, or take a filter away.">
                <a class="button" href="/office/clients">
                    "Show all clients"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty
                title="No clients yet"
                words="Add the first company or person whom you serve. Their portal stays off until you enable it."
            >
                <a class="button primary" href="/office/clients/new">
                    "Add a client"
                </a>
            </Empty>
        }
        .into_any()
    }
}

fn row(row: ClientRow) -> impl IntoView {
    let href = format!("/office/clients/{}", row.label.id);
    view! {
        <tr>
            <th scope="row">
                <a class="client" href=href>
                    <span class="mark" aria-hidden="true">
                        {row.label.mark}
                    </span>
                    {row.label.name}
                </a>
                {row.restricted.then(|| view! { <span class="badge">"Restricted"</span> })}
            </th>
            <td data-label="Portal">{parts::portal_badge(row.state)}</td>
            <td data-label="Looked after by">{row.responsible.unwrap_or_else(|| "Nobody".to_owned())}</td>
            <td data-label="Tags">{badges(row.tags)}</td>
            <td data-label="Contacts" class="num">
                {row.contacts}
            </td>
        </tr>
    }
}

fn badges(tags: Vec<String>) -> impl IntoView {
    tags.into_iter()
        .map(|tag| view! { <span class="badge outline">{tag}</span> " " })
        .collect_view()
}

fn page(query: &ClientQuery, page: u64) -> String {
    ClientQuery { page, ..query.clone() }.address()
}

fn states(query: &ClientQuery) -> Vec<(String, String, bool)> {
    let link = |state: Option<PortalState>, words: &str| {
        let other = ClientQuery {
            state,
            page: 0,
            ..query.clone()
        };
        (other.address(), words.to_owned(), query.state == state)
    };
    std::iter::once(link(None, "All"))
        .chain(
            PortalState::ALL
                .into_iter()
                .map(|state| link(Some(state), state.word())),
        )
        .collect()
}

fn orders(query: &ClientQuery) -> Vec<(String, String, bool)> {
    ClientOrder::ALL
        .into_iter()
        .map(|(order, _, words)| {
            let other = ClientQuery {
                order,
                page: 0,
                ..query.clone()
            };
            (other.address(), words.to_owned(), query.order == order)
        })
        .collect()
}

fn tags(query: &ClientQuery, tags: Vec<String>) -> impl IntoView + use<> {
    (!tags.is_empty()).then(|| {
        let link = |tag: String| {
            let here = query.tag == tag;
            let words = if tag.is_empty() { "All".to_owned() } else { tag.clone() };
            let other = ClientQuery {
                tag,
                page: 0,
                ..query.clone()
            };
            (other.address(), words, here)
        };
        let all = std::iter::once(String::new()).chain(tags).map(link).collect();
        parts::links("Tag", all)
    })
}

/// `/office/clients/new`.
#[component]
pub fn NewClientPage() -> impl IntoView {
    framed("Add a client", |desk| async move {
        let team = clients::blank(&desk.firm, &desk.actor)
            .await
            .map_err(|error| desk.told(error))?;
        let flash = flash_of(&desk, &form::ADD_CLIENT).await?;
        let problem = flash.as_ref().map(|flash| flash.problem.clone());
        Ok(view! {
            {parts::back_to("/office/clients", "Clients")}
            <div class="page-head">
                <div>
                    <h1>"Add a client"</h1>
                    <p class="lead">"The portal stays off until you enable it on the next page."</p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem.as_ref(), &FIELDS).unwrap_or_default() />
            <form class="stack office-form" method="post" action=form::ADD_CLIENT.action>
                {hidden("from", "/office/clients/new")} {kept(flash.as_ref(), Kept::default(), team)}
                <button class="button primary">"Add the client"</button>
            </form>
        }
        .into_any())
    })
}

/// What the form holds before anything was refused.
#[derive(Default)]
struct Kept {
    name: String,
    tags: String,
    notes: String,
}

/// The fields of a client, as they were typed or as they are kept.
fn kept(flash: Option<&Flash>, now: Kept, mut team: Vec<Choice>) -> impl IntoView + use<> {
    let problem: Option<Problem> = flash.map(|flash| flash.problem.clone());
    let problem = problem.as_ref();
    let value = |name: &str, kept: String| if flash.is_some() { typed(flash, name) } else { kept };
    if flash.is_some() {
        let chosen = typed(flash, "responsible");
        for member in &mut team {
            member.chosen = member.id == chosen;
        }
    }
    view! {
        {Line {
            name: "name",
            label: "Name",
            hint: "As it stands on letters to them.",
            kind: "text",
            value: value("name", now.name),
            error: error_of(problem, Field::Name),
            required: true,
        }
            .show()}
        {parts::select(
            "responsible",
            "Looked after by",
            Some("Nobody in particular"),
            team,
            error_of(problem, Field::Responsible),
        )}
        {Line {
            name: "tags",
            label: "Tags",
            hint: "Words to find them by, with commas between: VAT, Payroll.",
            kind: "text",
            value: value("tags", now.tags),
            error: error_of(problem, Field::Tags),
            required: false,
        }
            .show()}
        {parts::text(
            "notes",
            "Internal notes",
            "Only your team reads these. No contact ever sees them.",
            value("notes", now.notes),
            error_of(problem, Field::Notes),
        )}
    }
}

/// `/office/clients/{id}`.
#[component]
pub fn ClientPage() -> impl IntoView {
    let id: Option<ClientId> = use_params_map()
        .get_untracked()
        .get("id")
        .and_then(|id| id.parse().ok());
    framed("Client", move |desk| async move {
        let id = id.ok_or(crate::AppError(Problem::NotFound))?;
        let view = clients::view(&desk.firm, &desk.actor, id)
            .await
            .map_err(|error| desk.told(error))?;
        let mut refused = Vec::new();
        for form in [
            form::STEP_PORTAL,
            form::RESTRICT_CLIENT,
            form::GIVE_CLIENT,
            form::TAKE_CLIENT,
        ] {
            refused.extend(flash_of(&desk, &form).await?.map(|flash| flash.problem.sentence()));
        }
        let flash = flash_of(&desk, &form::CHANGE_CLIENT).await?;
        let flash = flash.filter(|flash| flash.typed("id") == Some(id.to_string().as_str()));
        Ok(show(view, flash, refused.into_iter().next()).into_any())
    })
}

fn show(view: ClientView, flash: Option<Flash>, refused: Option<String>) -> impl IntoView {
    let problem = flash.as_ref().map(|flash| flash.problem.clone());
    let refused = refused.or_else(|| error_of_form(problem.as_ref(), &FIELDS));
    let here = format!("/office/clients/{}", view.label.id);
    let open = flash.is_some();
    let tags = view.tags.join(", ");
    let responsible = view
        .team
        .iter()
        .find(|member| member.chosen)
        .map(|member| member.name.clone());
    let people = contacts(&view, &here);
    let threads = threads(&view);
    let portal = portal(&view, &here);
    let team = need_to_know(&view, &here);
    let label = view.label.clone();
    let now = Kept {
        name: label.name.clone(),
        tags,
        notes: view.notes.clone(),
    };
    view! {
        {parts::back_to("/office/clients", "Clients")}
        <div class="page-head">
            <div>
                <h1>{label.name.clone()}</h1>
                <p class="meta">
                    {parts::portal_badge(view.state)}
                    {view.need_to_know.restricted.then(|| view! { <span class="badge">"Restricted"</span> })}
                    {badges(view.tags.clone())}
                </p>
            </div>
            <div class="actions">
                <a class="button" href=format!("/office/inbox?client={}", label.id) rel="external">
                    "Messages"
                </a>
                <a class="button" href=format!("/office/files?client={}", label.id) rel="external">
                    "Files"
                </a>
            </div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        <div class="columns">
            <div>
                {people} {threads}
                <section class="section" aria-labelledby="details">
                    <div class="section-head">
                        <h2 id="details">"Details and internal notes"</h2>
                        <span class="badge note">
                            <Icon glyph=Glyph::Lock />
                            "Staff only"
                        </span>
                    </div>
                    {notes(&view.notes)}
                    <dl class="facts">
                        <div>
                            <dt>"Looked after by"</dt>
                            <dd>{responsible.unwrap_or_else(|| "Nobody in particular".to_owned())}</dd>
                        </div>
                        <div>
                            <dt>"Client since"</dt>
                            <dd>
                                <Time at=view.added style=Style::LongDay />
                            </dd>
                        </div>
                    </dl>
                    <details class="edit" open=open>
                        <summary>"Change details and notes"</summary>
                        <form class="stack office-form" method="post" action=form::CHANGE_CLIENT.action>
                            {hidden("from", &here)} {hidden("id", label.id)}
                            {kept(flash.as_ref(), now, view.team.clone())}
                            <button class="button primary">"Save"</button>
                        </form>
                    </details>
                </section>
            </div>
            <aside aria-label="Portal and who sees it">{portal} {team}</aside>
        </div>
    }
}

fn notes(notes: &str) -> impl IntoView + use<> {
    if notes.is_empty() {
        view! { <p class="quiet-text">"No notes yet."</p> }.into_any()
    } else {
        view! { <p class="note-text">{notes.to_owned()}</p> }.into_any()
    }
}

fn contacts(view: &ClientView, here: &str) -> impl IntoView + use<> {
    let client = view.label.id;
    let rows = view
        .contacts
        .iter()
        .cloned()
        .map(|contact| {
            let may = match (contact.may_approve, contact.may_see_financials) {
                (true, true) => "Approve, see reports",
                (true, false) => "Approve",
                (false, true) => "See reports",
                (false, false) => "Write, send files",
            };
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/office/contacts/{}", contact.id)>{contact.name}</a>
                        <span class="meta">{contact.address}</span>
                    </th>
                    <td data-label="May">{may}</td>
                    <td data-label="State">{parts::contact_badge(contact.state)}</td>
                    <td data-label="Last seen" class="num">
                        {seen(contact.last_seen, view.now)}
                    </td>
                </tr>
            }
        })
        .collect_view();
    let list = if view.contacts.is_empty() {
        view! {
            <p class="quiet-text">
                "Nobody yet. Add the person who should come in, then enable the portal."
            </p>
        }
        .into_any()
    } else {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"May"</th>
                        <th scope="col">"State"</th>
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
    let add = format!("/office/contacts/new?client={client}");
    let others = view.others.clone();
    let here = here.to_owned();
    view! {
        <section class="section" aria-labelledby="people">
            <div class="section-head">
                <h2 id="people">"Contacts"</h2>
                <span class="count">{view.contacts.len()}</span>
                <a href=add>"Add a contact"</a>
            </div>
            {list}
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <details class="edit">
                            <summary>"Give access to somebody who is a contact already"</summary>
                            <form class="stack office-form" method="post" action=form::GIVE_CLIENT.action>
                                {hidden("from", here)} {hidden("client", client)} {hidden("page", "client")}
                                {parts::select("contact", "Contact", None, others, None)}
                                {parts::tick("may_approve", "may_approve", "yes", "May approve documents", false)}
                                {parts::tick("may_see_financials", "may_see_financials", "yes", "May see reports", false)}
                                <button class="button">"Give access"</button>
                            </form>
                        </details>
                    }
                })}
        </section>
    }
}

/// When somebody was there last.
pub(super) fn seen(at: Option<Moment>, now: Moment) -> impl IntoView {
    match at {
        Some(at) => view! { <Time at=at style=Style::Brief(now) /> }.into_any(),
        None => view! { <span class="faint">"Never"</span> }.into_any(),
    }
}

fn threads(view: &ClientView) -> impl IntoView + use<> {
    let now = view.now;
    let rows = view
        .threads
        .iter()
        .cloned()
        .map(|thread| {
            view! {
                <li class="plain-row">
                    <a href=format!("/office/inbox/{}", thread.id) rel="external">
                        {thread.subject}
                    </a>
                    <span class="meta">
                        <span>{thread.last_author.name}</span>
                        <Time at=thread.last_at style=Style::Brief(now) />
                        {(thread.unread > 0).then(|| view! { <span class="new">"New"</span> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    (!view.threads.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="threads">
                <div class="section-head">
                    <h2 id="threads">"Latest conversations"</h2>
                </div>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}

fn portal(view: &ClientView, here: &str) -> impl IntoView + use<> {
    let facts = view.facts;
    let steps = [
        ("Enabled", facts.enabled),
        ("First came in", facts.entered),
        ("Suspended", facts.suspended),
        ("Closed", facts.closed),
    ];
    let past = steps
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
    let (words, buttons): (&str, &[(&str, &str, bool)]) = match view.state {
        PortalState::NotEnabled => (
            "Nobody of theirs gets in yet. Enable it once there is a contact.",
            &[("enable", "Enable the portal", true)],
        ),
        PortalState::Invited => (
            "It is on. Nobody of theirs has come in yet: they ask for a link at the portal’s address.",
            &[("suspend", "Suspend", false), ("close", "Close", false)],
        ),
        PortalState::Active => (
            "It is on, and somebody of theirs has come in.",
            &[("suspend", "Suspend", false), ("close", "Close", false)],
        ),
        PortalState::Suspended => (
            "Nobody of theirs gets in until you open it again.",
            &[("reopen", "Open it again", true), ("close", "Close", false)],
        ),
        PortalState::Closed => (
            "Nobody of theirs gets in any more. What was sent stays with you.",
            &[("reopen", "Open it again", false)],
        ),
    };
    let (id, from) = (view.label.id, here.to_owned());
    let buttons = buttons
        .iter()
        .map(|(step, words, primary)| {
            view! {
                <form method="post" action=form::STEP_PORTAL.action>
                    {hidden("from", &from)} {hidden("id", id)} {hidden("step", step)}
                    <button class=if *primary { "button primary" } else { "button" }>{*words}</button>
                </form>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="portal">
            <div class="section-head">
                <h2 id="portal">"Portal"</h2>
                {parts::portal_badge(view.state)}
            </div>
            <p class="quiet-text">{words}</p>
            <dl class="facts narrow">{past}</dl>
            <div class="actions">{buttons}</div>
        </section>
    }
}

fn need_to_know(view: &ClientView, here: &str) -> impl IntoView + use<> {
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

/// The client that an address names, if it is one of these.
pub(super) fn asked_for(labels: &[ClientLabel], asked: &str) -> Option<ClientId> {
    labels
        .iter()
        .find(|label| label.id.to_string() == asked)
        .map(|label| label.id)
}
