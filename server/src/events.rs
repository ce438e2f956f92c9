//! Server-sent events: something changed in a thread that the reader sees.
//!
//! An event says which thread, never what. The page fetches what it shows, and is then asked again who it is.

use crate::state::House;
use app::desk::Desk;
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event as Sent, KeepAlive, Sse},
    },
};
use domain::limits::HEARTBEAT_SECONDS;
use firm::events::{self, Event};
use futures::{FutureExt as _, StreamExt as _};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;
use std::{convert::Infallible, time::Duration};

/// `/events`: open until the session or the server ends.
pub async fn stream(State(house): State<House>, Extension(desk): Extension<Desk>) -> Response {
    let Some(session) = desk.session else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let ending = house.ending.signal.clone();
    let events = events::subscribe(&desk.firm, &desk.actor, session)
        .map(|event| Ok::<_, Infallible>(written(&event)))
        .take_until(async move { ending.cancelled().await }.boxed());
    let beat = KeepAlive::new().interval(Duration::from_secs(HEARTBEAT_SECONDS));
    let mut response = Sse::new(events).keep_alive(beat).into_response();
    // nginx would gather the events and send them late.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

fn written(event: &Event) -> Sent {
    match event {
        Event::Thread { id, own } => Sent::default()
            .event("thread")
            .data(json!({ "id": id, "own": own }).to_string()),
        // Nobody can say which: pages look at everything.
        Event::All => Sent::default()
            .event("thread")
            .data(json!({ "id": null, "own": false }).to_string()),
        Event::SignedOut => Sent::default().event("signed-out").data("{}"),
    }
}
