//! Cookies and Authorization headers that are odd, doubled or spelled for another parser (class 9: CVE-2025-31161).

use crate::{browser::PAGE, portal::Portal};
use firm::{on_both_engines, testing::House};
use http::{HeaderValue, Method, Request};

const SESSION: &str = "__Host-session";

/// Ways to send a token that nobody's browser sends: `{t}` is one that is good.
const ODD: &[&str] = &[
    "{n}={t}; {n}={t}",
    "{n}={t}; {n}=x",
    "{n}=x; {n}={t}",
    "{n}=; {n}={t}",
    "{n} ={t}",
    "{n}==={t}",
    "{n}=\"{t}\"",
    "{n}='{t}'",
    "{n}={t}x",
    "{n}={t}%00",
    "{n}={t},x",
    "{n}=x{t}",
    "{n}=%20{t}",
    "{n}:{t}",
    "{n}",
    "{t}",
    "={t}",
    "x={n}={t}",
    "x=\"; {n}={t}; y=\"; {n}={t}\"",
    "$Version=1; {n}=\"{t}\"; $Path=\"/\"",
    "session={t}",
    "Session={t}",
    "__host-session={t}",
    "__HOST-SESSION={t}",
    "__Secure-session={t}",
    "\u{a0}{n}={t}",
    "{n}\u{0085}={t}",
    "{n}[]={t}",
    "{n}={t}\t{n}={t}",
    "__Host%2Dsession={t}",
];

/// What a parser that knows other schemes than ours would take for a name.
const AUTHORIZATIONS: &[&str] = &[
    "Bearer {t}",
    "Basic aW1vZ2VuQGhhcmNvdXJ0cGVsbC5leGFtcGxlOnM=",
    "Basic :",
    "Basic",
    "Digest username=\"imogen@harcourtpell.example\"",
    "AWS4-HMAC-SHA256 Credential=crushadmin/",
    "AWS4-HMAC-SHA256 Credential=imogen@harcourtpell.example/20261124/uk/s3/aws4_request, SignedHeaders=host, Signature=0",
    "Negotiate TlRMTVNTUAABAAAA",
    "Cookie __Host-session={t}",
    "session {t}",
    "null",
    "",
];

on_both_engines!(attack_9_no_odd_header_lets_anybody_in, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let thread = format!("/threads/{}", papers.thread);
    let anwen = portal.anwen().await;
    let token = anwen.cookies[SESSION].clone();
    let filled = |odd: &str| odd.replace("{n}", SESSION).replace("{t}", &token);
    let ask = |headers: Vec<(&'static str, String)>| {
        let mut visitor = portal.visitor();
        let mut request: Request<_> = visitor
            .request(Method::GET, &thread)
            .header("accept", PAGE)
            .body(axum::body::Body::empty())
            .expect("a request");
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("no line end");
            request.headers_mut().append(name, value);
        }
        async move { visitor.send(request).await }
    };
    // The headers below would be worth nothing if the plain one were refused, too.
    let plain = || filled("{n}={t}");
    assert_eq!(ask(vec![("cookie", plain())]).await.status, 200);
    let mut odd: Vec<Vec<(&'static str, String)>> = Vec::new();
    odd.extend(ODD.iter().map(|odd| vec![("cookie", filled(odd))]));
    odd.extend(AUTHORIZATIONS.iter().map(|odd| vec![("authorization", filled(odd))]));
    odd.push(vec![("cookie", plain()), ("cookie", plain())]);
    odd.push(vec![("cookie", plain()), ("cookie", filled("{n}=x"))]);
    odd.push(vec![("set-cookie", plain())]);
    odd.push(vec![("x-forwarded-cookie", plain())]);
    odd.push(vec![("x-forwarded-user", "imogen@harcourtpell.example".to_owned())]);
    odd.push(vec![("x-remote-user", "imogen@harcourtpell.example".to_owned())]);
    for name in ["__Host-link", "__Host-device", "__Host-flash", "__Host-said"] {
        odd.push(vec![("cookie", format!("{name}={token}"))]);
    }
    for headers in odd {
        let answer = ask(headers.clone()).await;
        assert!(
            answer.status == 400 || answer.location().starts_with("/sign-in?next="),
            "{headers:?}: {}",
            answer.status
        );
        assert!(!answer.headers.contains_key("www-authenticate"), "{headers:?}");
    }
    // Beside a good cookie an Authorization header is nobody's: it neither adds nor takes anything.
    for odd in AUTHORIZATIONS {
        let headers = vec![("cookie", plain()), ("authorization", filled(odd))];
        assert_eq!(ask(headers).await.status, 200, "{odd}");
    }
});
