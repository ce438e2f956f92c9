//! The shell of every signed-in page, for contacts and for staff: complete HTML first, hydrated after.

pub mod api;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod head;
pub mod home;
pub mod live;
pub mod loading;
pub mod places;
pub mod threads;

use crate::{
    office::inbox::InboxPage,
    thread::{new::NewThreadPage, page::ThreadPage},
    ui::{problem::ProblemInPage, time::Zone, title},
};
use frame::{Rail, TabBar};
use home::HomePage;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};
use live::{Headline, Live};
use threads::ThreadsPage;

#[cfg(feature = "ssr")]
pub use head::shell;

/// The routes after sign-in. Both sides share the pages; `office` in the address decides whose words they use.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Zone::provide();
    let headline = Headline::default();
    let live = Live::provide(&headline);
    view! {
        <Title formatter=move |words: String| title::safe(headline.title(&words)) />
        <Router>
            <a class="skip" href="#main" rel="external">
                "Skip to content"
            </a>
            <div class="shell">
                <Rail />
                <main class="page" id="main" tabindex="-1">
                    <FlatRoutes fallback=NothingHere>
                        <Route path=path!("/home") view=HomePage ssr=SsrMode::Async />
                        <Route path=path!("/threads") view=ThreadsPage ssr=SsrMode::Async />
                        <Route path=path!("/threads/new") view=NewThreadPage ssr=SsrMode::Async />
                        <Route path=path!("/threads/:id") view=ThreadPage ssr=SsrMode::Async />
                        <Route path=path!("/office/inbox") view=InboxPage ssr=SsrMode::Async />
                        <Route path=path!("/office/inbox/new") view=NewThreadPage ssr=SsrMode::Async />
                        <Route path=path!("/office/inbox/:id") view=ThreadPage ssr=SsrMode::Async />
                    </FlatRoutes>
                </main>
                <TabBar />
            </div>
            <p class="visually-hidden" role="status">
                {move || live.said()}
            </p>
        </Router>
    }
}

/// An address that no page has, met while moving inside the portal.
#[component]
fn NothingHere() -> impl IntoView {
    let places = places::here();
    view! { <ProblemInPage error=domain::Problem::NotFound.into() home=places.home() /> }
}
