//! Puts the [`Desk`] into the request's extensions: firm, actor, session, browser.

use crate::{
    answer,
    listen::Peer,
    middleware::{
        cookies::cookie,
        host::{self, HostFirm},
        proxy,
    },
    state::House,
};
use app::desk::{Desk, RequestId};
use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::{form::SEND_MESSAGE, said::Said};
use firm::{
    Actor, flashes,
    sessions::{self, Device},
};
use http::{
    HeaderMap, HeaderValue,
    header::{SET_COOKIE, USER_AGENT},
};
use std::net::{IpAddr, Ipv4Addr};

/// Characters of a `User-Agent` that are kept.
const AGENT_CHARS: usize = 300;

/// Fills the desk.
pub async fn layer(
    State(house): State<House>,
    Extension(HostFirm(firm)): Extension<HostFirm>,
    Extension(request_id): Extension<RequestId>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let host = host::named(request.uri(), headers).unwrap_or_default().into();
    let session = match cookie(headers, house.cookies.session()) {
        Some(token) => match sessions::resume(&firm, token).await {
            Ok(session) => session,
            Err(error) => return answer::problem(&error.into_problem(&request_id.0)),
        },
        None => None,
    };
    let flash = cookie(headers, house.cookies.flash()).and_then(|sealed| flashes::unseal(&firm, sealed));
    let peer = request
        .extensions()
        .get::<Peer>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let device = Device {
        agent: agent(headers),
        network: proxy::network(proxy::client(peer, headers, &house.proxies)),
        remembered: cookie(headers, house.cookies.device()).map(str::to_owned),
    };
    let said = cookie(headers, house.cookies.said()).and_then(Said::named);
    let browser = cookie(headers, house.cookies.link()).map(str::to_owned);
    let guest = cookie(headers, house.cookies.guest()).map(str::to_owned);
    let (session, actor) = session.map_or((None, Actor::Visitor), |it| (Some(it.id), it.actor));
    let arrived = flash
        .clone()
        .zip(session)
        .filter(|(flash, _)| flash.form.starts_with(SEND_MESSAGE.action));
    let desk = Desk {
        firm,
        actor,
        session,
        request_id,
        device,
        browser,
        guest,
        flash,
        said,
        runtime: tokio::runtime::Handle::current(),
        cookies: house.cookies,
        host,
    };
    request.extensions_mut().insert(desk.clone());
    let Some((flash, session)) = arrived else {
        return next.run(request).await;
    };
    // What was written when the session had ended: now that there is one again, it belongs there.
    if let Err(error) = flashes::keep(&desk.firm, session, &flash).await {
        return answer::problem(&error.into_problem(&desk.request_id.0));
    }
    let mut response = next.run(request).await;
    if let Ok(spent) = HeaderValue::from_str(&desk.cookies.set(desk.cookies.flash(), "", 0)) {
        response.headers_mut().append(SET_COOKIE, spent);
    }
    response
}

fn agent(headers: &HeaderMap) -> String {
    headers
        .get(USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(AGENT_CHARS)
        .collect()
}
