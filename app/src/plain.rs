//! The shell of the signed-in pages that are forms and lists: the account, the library of files, and the
//! firm's housekeeping.
//!
//! They ship no module: each change is a plain form that ends in a redirect, and the page says once what was done.
//! `doors.js` is their only script, and each page works without it. So the portal's module, which everybody waits for,
//! does not grow with the office.

use crate::{
    account::{
        AccountPage,
        address::{AddressPage, ProveAddressPage},
        confirm::ConfirmPage,
        devices::DevicesPage,
        factors::{FactorsPage, NewAppPage, OwnCodesPage},
        password::PasswordPage,
        questions::QuestionsPage,
    },
    assets::PageAssets,
    desk::{Desk, Told, answered, desk},
    doors,
    error::AppError,
    library::{FilePage, FilesPage, PreviewPage},
    office::{
        audit::AuditPage,
        clients::{ClientLinksPage, ClientPage, ClientsPage, NewClientPage},
        contacts::{ContactPage, ContactsPage, NewContactPage},
        mail::MailPage,
        places::FirmPage,
        settings::{
            button::ButtonPage, links::OldLinksPage, sign_in::SignInSettingsPage, storage::StoragePage,
            stores::StorePage,
        },
        team::{MemberPage, TeamPage, new::NewMemberPage},
    },
    portal::frame::{rail, tab_bar},
    ui::{banner::DoneBanner, problem::ProblemInPage, title},
};
use domain::{
    Problem,
    client::Side,
    form::{Flash, Form},
    portal::Frame,
};
use firm::{flashes, portal};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    hooks::use_params_map,
    path,
};
use std::{future::Future, str::FromStr};

/// The document around [`App`].
pub fn shell(assets: &PageAssets) -> impl IntoView + use<> {
    doors::document(assets, || view! { <App /> }.into_any())
}

/// The routes of the plain pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=title::safe />
        <Router>
            <FlatRoutes fallback=|| ()>
                <Route path=path!("/files") view=FilesPage ssr=SsrMode::Async />
                <Route path=path!("/files/:id") view=FilePage ssr=SsrMode::Async />
                <Route path=path!("/files/:id/preview") view=PreviewPage ssr=SsrMode::Async />
                <Route path=path!("/office/files/:id/preview") view=PreviewPage ssr=SsrMode::Async />
                <Route path=path!("/office/files") view=FilesPage ssr=SsrMode::Async />
                <Route path=path!("/office/files/:id") view=FilePage ssr=SsrMode::Async />
                <Route path=path!("/office/mail") view=MailPage ssr=SsrMode::Async />
                <Route path=path!("/office/settings/button") view=ButtonPage ssr=SsrMode::Async />
                <Route path=path!("/office/settings/links") view=OldLinksPage ssr=SsrMode::Async />
                <Route path=path!("/office/settings/sign-in") view=SignInSettingsPage ssr=SsrMode::Async />
                <Route path=path!("/office/settings/storage") view=StoragePage ssr=SsrMode::Async />
                <Route path=path!("/office/settings/stores") view=StorePage ssr=SsrMode::Async />
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
                <Route path=path!("/account/devices") view=DevicesPage ssr=SsrMode::Async />
                <Route path=path!("/account/factors") view=FactorsPage ssr=SsrMode::Async />
                <Route path=path!("/account/factors/app") view=NewAppPage ssr=SsrMode::Async />
                <Route path=path!("/account/factors/codes") view=OwnCodesPage ssr=SsrMode::Async />
                <Route path=path!("/account/address") view=AddressPage ssr=SsrMode::Async />
                <Route path=path!("/account/address/:id") view=ProveAddressPage ssr=SsrMode::Async />
                <Route path=path!("/account/password") view=PasswordPage ssr=SsrMode::Async />
                <Route path=path!("/account/questions") view=QuestionsPage ssr=SsrMode::Async />
                <Route path=path!("/account/confirm") view=ConfirmPage ssr=SsrMode::Async />
                <Route path=path!("/office/clients") view=ClientsPage ssr=SsrMode::Async />
                <Route path=path!("/office/clients/new") view=NewClientPage ssr=SsrMode::Async />
                <Route path=path!("/office/clients/:id") view=ClientPage ssr=SsrMode::Async />
                <Route path=path!("/office/clients/:id/links") view=ClientLinksPage ssr=SsrMode::Async />
                <Route path=path!("/office/contacts") view=ContactsPage ssr=SsrMode::Async />
                <Route path=path!("/office/contacts/new") view=NewContactPage ssr=SsrMode::Async />
                <Route path=path!("/office/contacts/:id") view=ContactPage ssr=SsrMode::Async />
                <Route path=path!("/office/team") view=TeamPage ssr=SsrMode::Async />
                <Route path=path!("/office/team/new") view=NewMemberPage ssr=SsrMode::Async />
                <Route path=path!("/office/team/:id") view=MemberPage ssr=SsrMode::Async />
                <Route path=path!("/office/audit") view=AuditPage ssr=SsrMode::Async />
                <Route path=path!("/office/settings") view=FirmPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
}

/// Renders a plain page: opens the desk, lets `page` make its content inside the frame, and says once what the last form
/// did. A problem stands in the page's place.
pub fn framed<F>(title: &'static str, page: impl FnOnce(Desk) -> F + Send + 'static) -> impl IntoView
where
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    view! {
        <Suspense>
            {Suspend::new(async move {
                match whole(title, page).await {
                    Ok(view) => view,
                    Err(error) => view! { <ProblemInPage error=error home="/" /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn whole<F>(title: &'static str, page: impl FnOnce(Desk) -> F) -> Result<AnyView, AppError>
where
    F: Future<Output = Result<AnyView, AppError>>,
{
    let desk = desk().await?;
    let frame = portal::frame(&desk.firm, &desk.actor).await.told(&desk)?;
    let done = desk
        .take_said()
        .map(|said| view! { <DoneBanner sentence=said.sentence() /> });
    let home = home_of(&frame);
    let name = frame.firm.name.clone();
    let content = match page(desk).await {
        Ok(content) => content,
        Err(error) => {
            let error = answered(error.0);
            view! { <ProblemInPage error=error home=home /> }.into_any()
        }
    };
    Ok(view! {
        <Title text=format!("{title} · {name}") />
        <a class="skip" href="#main">
            "Skip to content"
        </a>
        <div class="shell">
            {rail(&frame)} <main class="page" id="main" tabindex="-1">
                {done}
                {content}
            </main> {tab_bar(&frame)}
        </div>
    }
    .into_any())
}

fn home_of(frame: &Frame) -> &'static str {
    match frame.me.side {
        Side::Contact => "/home",
        Side::Staff => "/office/inbox",
    }
}

/// What came back with this form, if it was refused a moment ago.
///
/// # Errors
/// The database fails.
pub async fn flash_of(desk: &Desk, form: &Form) -> Result<Option<Flash>, AppError> {
    let Some(session) = desk.session else { return Ok(None) };
    flashes::seen(&desk.firm, session, form.action).await.told(desk)
}

/// What came back with this form, if it is about the thing with this id.
///
/// # Errors
/// The database fails.
pub async fn flash_about(desk: &Desk, form: &Form, id: impl ToString) -> Result<Option<Flash>, AppError> {
    let flash = flash_of(desk, form).await?;
    Ok(flash.filter(|flash| flash.typed("id") == Some(id.to_string().as_str())))
}

/// Why one of these forms, which hold nothing to fill in again, was refused a moment ago.
///
/// # Errors
/// The database fails.
pub async fn refused_by(desk: &Desk, forms: &[Form]) -> Result<Option<String>, AppError> {
    let mut refused = None;
    for form in forms {
        let flash = flash_of(desk, form).await?;
        refused = refused.or(flash.map(|flash| flash.problem.sentence()));
    }
    Ok(refused)
}

/// The id that the page's address names.
///
/// # Errors
/// It is none, so there is nothing.
pub fn id_of<T: FromStr>() -> Result<T, AppError> {
    use_params_map()
        .get_untracked()
        .get("id")
        .and_then(|id| id.parse().ok())
        .ok_or(AppError(Problem::NotFound))
}
