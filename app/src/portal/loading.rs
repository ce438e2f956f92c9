//! A page's region that waits for its data.
//!
//! All pages share one type of data, one resource and one suspended region: what is generic over pages would stand in
//! the module once a page, and each kilobyte is waited for by somebody on a phone.

use crate::{error::AppError, portal::places, ui::problem::ProblemInPage};
use domain::{
    Problem,
    form::Flash,
    portal::{Frame, HomeView},
    thread::{NewThreadView, ThreadView, ThreadsView},
};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use server_fn::{Bytes, Decodes, Encodes, codec::JsonEncoding};
use std::{future::Future, pin::Pin, sync::Arc};

/// What a region of the portal shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Data {
    /// What surrounds every page.
    Frame(Box<Frame>),
    /// A contact's home, or the first page of the inbox.
    Home(Box<HomeView>),
    /// A list of threads.
    Threads(Box<ThreadsView>),
    /// A thread, and what came back if its form was refused.
    Thread(Box<ThreadView>, Option<Flash>),
    /// The form for a new thread, and what came back if it was refused.
    NewThread(Box<NewThreadView>, Option<Flash>),
}

/// A region's data, or why there is none.
pub type Loaded = Result<Data, AppError>;

/// A read of [`Data`] on its way.
pub type Reading = Pin<Box<dyn Future<Output = Loaded> + Send>>;

/// Data on its way from a page's source: JSON, read by the same code as the server functions' answers.
///
/// Quotation marks and apostrophes have changed places: the source has it as a string of a script, in which each quotation
/// mark would need a backslash, and JSON has one around every name.
#[derive(Debug)]
pub struct SourceJson;

impl Encoder<Loaded> for SourceJson {
    type Error = String;
    type Encoded = String;

    fn encode(value: &Loaded) -> Result<String, String> {
        json(value)
    }
}

impl Decoder<Loaded> for SourceJson {
    type Error = String;
    type Encoded = str;

    fn decode(text: &str) -> Result<Loaded, String> {
        from_json(text)
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, String> {
    let bytes = <JsonEncoding as Encodes<T>>::encode(value).map_err(|error| error.to_string())?;
    String::from_utf8(quotes_swapped(&bytes)).map_err(|error| error.to_string())
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let bytes = Bytes::from(quotes_swapped(text.as_bytes()));
    <JsonEncoding as Decodes<T>>::decode(bytes).map_err(|error| error.to_string())
}

fn quotes_swapped(text: &[u8]) -> Vec<u8> {
    let swapped = |byte: &u8| match byte {
        b'"' => b'\'',
        b'\'' => b'"',
        other => *other,
    };
    text.iter().map(swapped).collect()
}

/// A region's data.
pub type Region = Resource<Loaded, SourceJson>;

/// Reads data whenever `key` changes. `read` finds by itself what the key stands for.
pub fn region(
    key: impl Fn() -> String + Send + Sync + 'static,
    read: impl Fn() -> Reading + Send + Sync + 'static,
) -> Region {
    let key: Arc<dyn Fn() -> String + Send + Sync> = Arc::new(key);
    let read: Arc<dyn Fn() -> Reading + Send + Sync> = Arc::new(read);
    concrete(key, read)
}

fn concrete(key: Arc<dyn Fn() -> String + Send + Sync>, read: Arc<dyn Fn() -> Reading + Send + Sync>) -> Region {
    Resource::new_with_options(move || key(), move |_| read(), false)
}

/// Shows a page with its data, or the problem in its place. On the server the whole answer waits for it; in the browser
/// the old page stays until the new data is there.
pub fn page(region: Region, show: impl Fn(Data) -> AnyView + Send + Sync + 'static) -> AnyView {
    let home = places::here().home();
    let show: Show = Arc::new(move |loaded| match loaded {
        Ok(data) => show(data),
        Err(error) => problem(error, home),
    });
    shown(region, show)
}

/// Shows a part of the frame. A problem is not shown here: the page's own region says it.
pub fn part(region: Region, show: impl Fn(Data) -> AnyView + Send + Sync + 'static) -> AnyView {
    let show: Show = Arc::new(move |loaded| match loaded {
        Ok(data) => show(data),
        Err(_) => ().into_any(),
    });
    shown(region, show)
}

type Show = Arc<dyn Fn(Loaded) -> AnyView + Send + Sync>;

/// On the server nothing is shown a second time. What may be is asked for anew at each look, and there are two: the boundary
/// looks once more whether anything is still awaited before it renders, and a page would be built for each.
#[cfg(feature = "ssr")]
fn shown(region: Region, show: Show) -> AnyView {
    view! { <Transition>{Suspend::new(async move { show(region.await) })}</Transition> }.into_any()
}

#[cfg(not(feature = "ssr"))]
fn shown(region: Region, show: Show) -> AnyView {
    view! {
        <Transition>
            {move || {
                let show = Arc::clone(&show);
                Suspend::new(async move { show(region.await) })
            }}
        </Transition>
    }
    .into_any()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_survives_the_pages_source() {
        let told: Loaded = Err(AppError(Problem::NotFound));
        let text = SourceJson::encode(&told).expect("json");
        assert_eq!(SourceJson::decode(&text), Ok(told));
    }

    #[test]
    fn quotation_marks_and_apostrophes_come_back_as_they_were() {
        let told: Loaded = Err(AppError(Problem::Fault {
            reference: "\"it's\" \\'\\\" <b>\u{2019}".to_owned(),
        }));
        let text = SourceJson::encode(&told).expect("json");
        assert!(!text.starts_with('"') && text.matches('"').count() == 2, "{text}");
        assert_eq!(SourceJson::decode(&text), Ok(told));
    }
}
