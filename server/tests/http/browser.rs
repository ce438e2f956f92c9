//! A browser as a value: it keeps cookies, says where its requests come from, and follows a redirect when told to.

use axum::{Router, body::Body};
use http::{
    HeaderMap, HeaderName, Method, Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE},
};
use http_body_util::BodyExt as _;
use server::listen::Peer;
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU32, Ordering},
};
use tower::ServiceExt as _;

pub const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// One browser of one person.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    host: String,
    peer: Peer,
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub whole: bool,
}

impl Browser {
    pub fn new(router: Router, host: &str) -> Self {
        // Each browser sits in a network of its own, so that throttles do not mix the tests' people up.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = IpAddr::V4(Ipv4Addr::from((10 << 24) | (number << 8) | 1));
        let peer = Peer(SocketAddr::new(address, 40_000));
        Self {
            router,
            host: host.to_owned(),
            peer,
            cookies: BTreeMap::new(),
        }
    }

    /// The same cookies, sent to another host.
    pub fn at(&self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self.clone()
        }
    }

    /// The same cookies, from a network of its own.
    pub fn elsewhere(&self) -> Self {
        Self {
            cookies: self.cookies.clone(),
            ..Self::new(self.router.clone(), &self.host)
        }
    }

    /// A request of this browser, to be completed.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host)
            .extension(self.peer);
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        request
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("a router never fails");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(SET_COOKIE) {
            let set = set.to_str().expect("a cookie in ASCII");
            let (pair, attributes) = set.split_once(';').unwrap_or((set, ""));
            let (name, value) = pair.split_once('=').expect("name and value");
            if attributes.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        // An event stream has no end; what it says is read in tests of its own.
        if parts
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream")
        {
            return Answer {
                status: parts.status,
                headers: parts.headers,
                body: Vec::new(),
                whole: false,
            };
        }
        let collected = body.collect().await.map(|body| body.to_bytes().to_vec());
        let whole = collected.is_ok();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: collected.unwrap_or_default(),
            whole,
        }
    }

    /// Opens the stream of events, and gives its body.
    pub async fn events(&self) -> Body {
        let request = self.request(Method::GET, "/events").body(Body::empty());
        self.opened(request.expect("a request")).await
    }

    /// Sends a request and gives the body of the answer, unread.
    pub async fn opened(&self, request: Request<Body>) -> Body {
        let response = self.router.clone().oneshot(request).await;
        let response = response.expect("a router never fails");
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    /// Goes to a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).header(ACCEPT, PAGE);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Asks as a script does.
    pub async fn fetch(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = self.request(method, path).header("sec-fetch-site", "same-origin");
        for (name, value) in headers {
            request = request.header(name.parse::<HeaderName>().expect("a name"), *value);
        }
        self.send(request.body(body.into()).expect("a request")).await
    }

    /// Posts a plain form, as a browser without scripts does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        self.fetch(
            Method::POST,
            path,
            &[(ACCEPT.as_str(), PAGE), (CONTENT_TYPE.as_str(), kind)],
            body,
        )
        .await
    }

    /// Posts a plain form with files.
    pub async fn post_files(&mut self, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let (kind, body) = multipart(fields, files);
        self.fetch(
            Method::POST,
            "/uploads/form",
            &[(ACCEPT.as_str(), PAGE), (CONTENT_TYPE.as_str(), &kind)],
            body,
        )
        .await
    }

    /// Goes where the answer sends it.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let to = answer.location().to_owned();
        self.get(&to).await
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header in ASCII"))
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The value of a hidden field of a page's form.
    pub fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let (_, rest) = text
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no field {name} in {text}"));
        rest.split('"').next().expect("a value").to_owned()
    }
}

/// A multipart body, text fields first.
pub fn multipart(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----a-browser-would-make-this-random";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    for (name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
