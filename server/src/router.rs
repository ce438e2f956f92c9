//! The whole HTTP surface: [`DOORS`], the pages and the server functions, each with who may come through.
//!
//! The three tables build the router, and the authorization test reads them, because axum cannot list its routes. A page
//! or server function that stands in no table stops the start; a door that is in none does not exist.

use crate::{
    answer, assets, button, downloads, events, legacy, library,
    middleware::{
        csrf, desk, error_page,
        guard::{self, Who},
        headers::{self, CspNonce, RunsWasm},
        host, plain_forms, request_id, telemetry,
    },
    outbox, previews, reports, small,
    state::House,
    theme, uploads,
};
use Who::{Anyone, Contact, Demo, Machine, Sender, SignedIn, Staff, Visitor};
use app::{desk::Desk, doors, plain, portal};
use axum::{
    Extension, Router,
    body::Body,
    extract::{RawPathParams, Request, State},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, get, on},
};
use domain::ThreadId;
use http::{Method, StatusCode, request::Parts};
use leptos::{
    nonce::Nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{generate_route_list, handle_server_fns_with_context, render_app_async_with_context};
use tower_http::csrf::CsrfLayer;

/// One door: a method, a path, who may come through, and what is behind it.
pub struct Door {
    /// The method; GET answers HEAD as well.
    pub method: Method,
    /// The path, in axum's notation.
    pub path: &'static str,
    /// Who may come through.
    pub who: Who,
    /// What is behind it.
    pub behind: fn() -> MethodRouter<House>,
}

/// A door whose handler is a function.
macro_rules! door {
    ($method:ident $path:literal $who:ident $handler:path) => {
        Door {
            method: Method::$method,
            path: $path,
            who: $who,
            behind: || on(MethodFilter::$method, $handler),
        }
    };
}

/// Every door that is neither a page nor a server function.
pub static DOORS: &[Door] = &[
    door!(GET "/" Visitor front_door),
    door!(GET "/files/{id}/content" SignedIn downloads::content),
    door!(GET "/files/{id}/versions/{n}/content" SignedIn downloads::version),
    door!(GET "/files/{id}/pages/{n}" SignedIn previews::picture),
    door!(POST "/files/change" SignedIn library::change),
    door!(POST "/files/zip" SignedIn downloads::bundle::send),
    door!(OPTIONS "/uploads" Visitor uploads::tus::options),
    door!(POST "/uploads" Sender uploads::tus::create),
    // Whoever was signed out while writing finds the text again after signing in, so the handler itself turns visitors away.
    door!(POST "/uploads/form" Visitor uploads::form::send),
    door!(POST "/drop/{id}/files" Visitor uploads::form::send_by_link),
    door!(HEAD "/uploads/{id}" Sender uploads::tus::status),
    door!(PATCH "/uploads/{id}" Sender uploads::tus::append),
    door!(DELETE "/uploads/{id}" Sender uploads::tus::cancel),
    door!(OPTIONS "/uploads/{id}" Visitor uploads::tus::options),
    door!(GET "/events" SignedIn events::stream),
    door!(GET "/theme.css" Anyone theme::sheet),
    door!(GET "/button.js" Anyone button::script),
    door!(GET "/favicon.ico" Anyone small::favicon),
    door!(GET "/robots.txt" Anyone small::robots),
    door!(GET "/.well-known/security.txt" Anyone small::security),
    door!(GET "/.well-known/change-password" Anyone small::change_password),
    door!(GET "/health/live" Machine small::live),
    door!(GET "/health/ready" Machine small::ready),
    door!(GET "/pkg/{*file}" Machine assets::file),
    // A browser reports by itself: there is nobody to ask, and nothing changes but the log.
    door!(POST "/csp-reports" Machine reports::take),
    door!(GET "/outbox" Demo outbox::list),
    door!(GET "/outbox/{number}" Demo outbox::letter),
    door!(GET "/outbox/{number}/html" Demo outbox::html),
];

/// Every page, with who may see it. Held equal to the two shells' own route lists when the router is built.
pub static PAGES: &[(&str, Who)] = &[
    ("/sign-in", Visitor),
    ("/sign-in/sent", Visitor),
    ("/sign-in/manually", Visitor),
    ("/sign-in/factor", Visitor),
    ("/sign-in/enrol", Visitor),
    ("/sign-in/codes", Visitor),
    ("/sign-in/help", Visitor),
    ("/sign-in/help/sent", Visitor),
    ("/reset/{id}", Visitor),
    ("/link/{id}", Visitor),
    ("/drop/{id}", Visitor),
    ("/activate/{id}", Visitor),
    ("/activate/{id}/code", Visitor),
    ("/activate/{id}/password", Visitor),
    ("/activate/{id}/questions", Visitor),
    ("/join/{id}", Visitor),
    ("/home", Contact),
    ("/threads", Contact),
    ("/threads/new", Contact),
    ("/threads/{id}", Contact),
    ("/files", Contact),
    ("/files/{id}", Contact),
    ("/files/{id}/preview", Contact),
    ("/office/inbox", Staff),
    ("/office/inbox/new", Staff),
    ("/office/inbox/{id}", Staff),
    ("/office/files", Staff),
    ("/office/files/{id}", Staff),
    ("/office/files/{id}/preview", Staff),
    ("/office/clients", Staff),
    ("/office/clients/new", Staff),
    ("/office/clients/{id}", Staff),
    ("/office/clients/{id}/links", Staff),
    ("/office/contacts", Staff),
    ("/office/contacts/new", Staff),
    ("/office/contacts/{id}", Staff),
    ("/office/team", Staff),
    ("/office/team/new", Staff),
    ("/office/team/{id}", Staff),
    ("/office/audit", Staff),
    ("/office/settings", Staff),
    ("/office/mail", Staff),
    ("/office/settings/button", Staff),
    ("/office/settings/sign-in", Staff),
    ("/office/settings/storage", Staff),
    ("/office/settings/stores", Staff),
    ("/office/settings/links", Staff),
    ("/account", SignedIn),
    ("/account/devices", SignedIn),
    ("/account/factors", SignedIn),
    ("/account/factors/app", SignedIn),
    ("/account/factors/codes", SignedIn),
    ("/account/address", SignedIn),
    ("/account/address/{id}", SignedIn),
    ("/account/password", SignedIn),
    ("/account/questions", SignedIn),
    ("/account/confirm", SignedIn),
];

/// Every server function, with who may call it. Held equal to what is registered when the router is built.
pub static FUNCTIONS: &[(&str, Who)] = &[
    ("/api/ask_link", Visitor),
    ("/api/type_code", Visitor),
    ("/api/redeem_link", Visitor),
    ("/api/redeem_code", Visitor),
    ("/api/sign_in", Visitor),
    ("/api/give_code", Visitor),
    ("/api/give_recovery_code", Visitor),
    ("/api/enrol_app", Visitor),
    ("/api/codes_kept", Visitor),
    ("/api/ask_again", Visitor),
    ("/api/forget_device", Visitor),
    ("/api/mail_step_code", Visitor),
    ("/api/give_mailed_code", Visitor),
    ("/api/begin_activation", Visitor),
    ("/api/type_invitation_code", Visitor),
    ("/api/ask_invitation", Visitor),
    ("/api/send_activation_code", Visitor),
    ("/api/give_activation_code", Visitor),
    ("/api/set_first_password", Visitor),
    ("/api/answer_first_questions", Visitor),
    ("/api/begin_joining", Visitor),
    ("/api/type_join_code", Visitor),
    ("/api/join_team", Visitor),
    ("/api/ask_passkey", Visitor),
    ("/api/sign_in_by_passkey", Visitor),
    ("/api/ask_step_passkey", Visitor),
    ("/api/give_passkey", Visitor),
    ("/api/ask_first_passkey", Visitor),
    ("/api/enrol_passkey", Visitor),
    ("/api/sign_out", Visitor),
    ("/api/end_device", SignedIn),
    ("/api/end_other_devices", SignedIn),
    ("/api/begin_app", SignedIn),
    ("/api/confirm_app", SignedIn),
    ("/api/remove_app", SignedIn),
    ("/api/new_codes", SignedIn),
    ("/api/own_codes_kept", SignedIn),
    ("/api/answer_questions", SignedIn),
    ("/api/confirm_by_app", SignedIn),
    ("/api/confirm_by_password", SignedIn),
    ("/api/ask_own_link", SignedIn),
    ("/api/ask_reset", Visitor),
    ("/api/begin_reset", Visitor),
    ("/api/begin_reset_by_code", Visitor),
    ("/api/answer_reset", Visitor),
    ("/api/text_reset_code", Visitor),
    ("/api/give_reset_code", Visitor),
    ("/api/finish_reset", Visitor),
    ("/api/send_reset", Staff),
    ("/api/ask_address", SignedIn),
    ("/api/call_off_address", SignedIn),
    ("/api/prove_address", SignedIn),
    ("/api/prove_address_by_code", SignedIn),
    ("/api/set_password", SignedIn),
    ("/api/remove_password", SignedIn),
    ("/api/ask_new_passkey", SignedIn),
    ("/api/add_passkey", SignedIn),
    ("/api/rename_passkey", SignedIn),
    ("/api/remove_passkey", SignedIn),
    ("/api/ask_own_passkey", SignedIn),
    ("/api/confirm_by_passkey", SignedIn),
    ("/api/frame", SignedIn),
    ("/api/home", SignedIn),
    ("/api/threads", SignedIn),
    ("/api/thread", SignedIn),
    ("/api/new_thread", SignedIn),
    ("/api/flash", SignedIn),
    ("/api/post_message", SignedIn),
    ("/api/start_thread", SignedIn),
    ("/api/keep_draft", SignedIn),
    ("/api/waiting_uploads", SignedIn),
    ("/api/add_folder", Staff),
    ("/api/change_folder", Staff),
    ("/api/add_client", Staff),
    ("/api/change_client", Staff),
    ("/api/step_portal", Staff),
    ("/api/restrict_client", Staff),
    ("/api/add_contact", Staff),
    ("/api/change_contact", Staff),
    ("/api/give_client", Staff),
    ("/api/take_client", Staff),
    ("/api/step_contact", Staff),
    ("/api/step_invitation", Staff),
    ("/api/clear_questions", Staff),
    ("/api/invite_staff", Staff),
    ("/api/change_staff", Staff),
    ("/api/step_staff", Staff),
    ("/api/save_button", Staff),
    ("/api/import_legacy", Staff),
    ("/api/remove_legacy", Staff),
    ("/api/save_sign_in", Staff),
    ("/api/save_storage", Staff),
    ("/api/save_client_room", Staff),
    ("/api/probe_store", Staff),
    ("/api/make_upload_link", Staff),
    ("/api/step_upload_link", Staff),
    ("/api/open_upload_link", Visitor),
    ("/api/give_upload_pin", Visitor),
    ("/api/introduce_guest", Visitor),
    ("/api/prove_guest", Visitor),
];

/// A page or server function that no table decides about, or one in a table that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("the router's tables and the program disagree about {0}")]
pub struct Undecided(pub String);

/// Builds the router.
///
/// # Errors
/// A page or server function without a row, or a row without one.
pub fn router(house: &House) -> Result<Router, Undecided> {
    let with_desk = Router::new()
        .merge(doors(house, |who| !matches!(who, Machine | Anyone)))
        .merge(pages(house)?)
        .merge(functions(house)?)
        .fallback(legacy::elsewhere)
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(from_fn_with_state(house.clone(), error_page::layer))
        .layer(from_fn_with_state(house.clone(), desk::layer));
    let with_host = with_desk
        .merge(doors(house, |who| who == Anyone))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(house.clone(), csrf::layer))
        .layer(from_fn_with_state(house.clone(), error_page::layer))
        .layer(from_fn_with_state(house.clone(), host::layer));
    Ok(with_host
        .merge(doors(house, |who| who == Machine))
        .layer(from_fn_with_state(house.clone(), error_page::layer))
        .layer(from_fn_with_state(house.clone(), headers::layer))
        .layer(from_fn(telemetry::layer))
        .layer(from_fn_with_state(house.clone(), request_id::layer))
        .with_state(house.clone()))
}

fn doors(house: &House, mine: impl Fn(Who) -> bool) -> Router<House> {
    DOORS
        .iter()
        .filter(|door| mine(door.who) && (door.who != Demo || house.demo))
        .fold(Router::new(), |router, door| {
            let behind = (door.behind)();
            let behind = match door.who {
                Machine | Anyone => behind,
                who => guarded(behind, who),
            };
            router.route(door.path, behind)
        })
}

fn guarded(behind: MethodRouter<House>, who: Who) -> MethodRouter<House> {
    behind.route_layer(from_fn(move |desk, request, next| {
        guard::layer(who, desk, request, next)
    }))
}

/// Which document stands around a page.
#[derive(Clone, Copy)]
enum Shell {
    Doors,
    Plain,
    Portal,
}

fn pages(house: &House) -> Result<Router<House>, Undecided> {
    let mut router = Router::new();
    let mut found = 0;
    let assets = house.assets.clone();
    let before = generate_route_list({
        let assets = assets.clone();
        move || doors::shell(&assets)
    });
    let after = generate_route_list({
        let assets = assets.clone();
        move || portal::shell(&assets)
    });
    let between = generate_route_list({
        let assets = assets.clone();
        move || plain::shell(&assets)
    });
    for (listing, shell) in before
        .iter()
        .map(|it| (it, Shell::Doors))
        .chain(between.iter().map(|it| (it, Shell::Plain)))
        .chain(after.iter().map(|it| (it, Shell::Portal)))
    {
        let who = decided(PAGES, listing.path())?;
        found += 1;
        let page = match shell {
            Shell::Doors => get(doors_page),
            Shell::Plain if listing.path().ends_with("/preview") => {
                get(plain_page).layer(from_fn(previews::draw_first))
            }
            Shell::Plain => get(plain_page),
            Shell::Portal => get(portal_page).layer(map_response(|mut response: Response| async move {
                response.extensions_mut().insert(RunsWasm);
                response
            })),
        };
        router = router.route(listing.path(), guarded(page.layer(from_fn(only_ids)), who));
    }
    complete(PAGES, found, "pages").map(|()| router)
}

fn functions(house: &House) -> Result<Router<House>, Undecided> {
    let mut router = Router::new();
    let mut found = 0;
    for (path, method) in server_fn::axum::server_fn_paths() {
        let who = decided(FUNCTIONS, path)?;
        found += 1;
        let filter = MethodFilter::try_from(method).map_err(|_| Undecided(path.to_owned()))?;
        let behind = on(filter, |request: Request| {
            handle_server_fns_with_context(|| (), request)
        });
        router = router.route(
            path,
            guarded(behind, who).layer(from_fn_with_state(house.clone(), plain_forms::layer)),
        );
    }
    complete(FUNCTIONS, found, "server functions").map(|()| router)
}

fn decided(table: &[(&str, Who)], path: &str) -> Result<Who, Undecided> {
    table
        .iter()
        .find(|(named, _)| *named == path)
        .map(|(_, who)| *who)
        .ok_or_else(|| Undecided(path.to_owned()))
}

fn complete(table: &[(&str, Who)], found: usize, what: &str) -> Result<(), Undecided> {
    if found == table.len() {
        Ok(())
    } else {
        Err(Undecided(format!(
            "the number of {what}: {} in the table, {found} in the program",
            table.len()
        )))
    }
}

/// The base address: into the portal when signed in, else the sign-in page.
async fn front_door(State(house): State<House>, Extension(desk): Extension<Desk>, mut request: Request) -> Response {
    if request.uri().query().is_some() {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        if let Some(answer) = legacy::lead_on(&desk, &method, &uri).await {
            return answer;
        }
    }
    match desk.actor.side() {
        Some(domain::client::Side::Contact) => answer::see_other("/home"),
        Some(domain::client::Side::Staff) => answer::see_other("/office/inbox"),
        None => {
            // The shell's own router knows the page by its path.
            *request.uri_mut() = http::Uri::from_static("/sign-in");
            doors_page(State(house), request).await
        }
    }
}

async fn doors_page(State(house): State<House>, request: Request) -> Response {
    let assets = house.assets.clone();
    let page = render_app_async_with_context(give_nonce, move || doors::shell(&assets));
    rendered(house.render.render(again_and_again(request, page)).await)
}

async fn plain_page(State(house): State<House>, request: Request) -> Response {
    let assets = house.assets.clone();
    let page = render_app_async_with_context(give_nonce, move || plain::shell(&assets));
    rendered(house.render.render(again_and_again(request, page)).await)
}

async fn portal_page(State(house): State<House>, request: Request) -> Response {
    let assets = house.assets.clone();
    let page = render_app_async_with_context(give_nonce, move || portal::shell(&assets));
    rendered(house.render.render(again_and_again(request, page)).await)
}

/// The page of a request, as often as it is asked for. A page is read by GET, so there is no body to lose.
fn again_and_again<F>(request: Request, page: impl Fn(Request) -> F) -> impl Fn() -> F {
    let (parts, _) = request.into_parts();
    move || page(Request::from_parts(parts.clone(), Body::empty()))
}

fn rendered(response: Response) -> Response {
    // One page for one problem: whether a thread is unknown, foreign or removed, the error's page takes its place.
    if response.status().is_client_error() || response.status().is_server_error() {
        return response.status().into_response();
    }
    response
}

/// A page's `{id}` is an id in its one spelling, or there is no such page.
async fn only_ids(ids: RawPathParams, request: Request, next: Next) -> Response {
    if ids.iter().all(|(_, id)| id.parse::<ThreadId>().is_ok()) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// The nonce of the policy that the headers' layer will send, for the page's scripts.
fn give_nonce() {
    if let Some(nonce) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<CspNonce>().cloned()) {
        provide_context(Nonce::from_value(nonce.0));
    }
}
