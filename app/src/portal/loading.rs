//! A page's region that waits for its data.

use crate::{error::AppError, portal::places, ui::problem::ProblemInPage};
use domain::Problem;
use leptos::{prelude::*, server_fn::serde};

/// Shows `page` with the resource's value, or the problem in its place. On the server the whole answer waits for it;
/// in the browser the old page stays until the new data is there.
pub fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    page: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    let home = places::here().home();
    view! {
        <Transition fallback=|| {
            view! { <p class="loading" role="status">"One moment"</p> }
        }>
            {move || Suspend::new(async move {
                match resource.await {
                    Ok(value) => page(value),
                    Err(error) => problem(error, home),
                }
            })}
        </Transition>
    }
}

/// A problem in the page's place; who was signed out is led to sign in and back here.
fn problem(error: AppError, home: &'static str) -> AnyView {
    if error.0 == Problem::SignedOut {
        signed_out();
    }
    view! { <ProblemInPage error=error home=home /> }.into_any()
}

/// Leads to the sign-in page and back to this one.
#[cfg(feature = "hydrate")]
pub fn signed_out() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    // The browser reports a failed navigation itself; the page stays readable.
    drop(location.assign(&format!("/sign-in?next={path}")));
}

/// On the server the middleware has led to the sign-in page before any page is rendered.
#[cfg(not(feature = "hydrate"))]
pub fn signed_out() {}
