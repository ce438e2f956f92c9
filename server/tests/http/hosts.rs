//! The host decides the firm, and nothing else does.

use crate::{browser::PAGE, portal::Portal};
use axum::body::Body;
use firm::{
    on_both_engines,
    testing::{HOST, House, OTHER_HOST},
};
use http::{
    Request, Version,
    header::{ACCEPT, HOST as HOST_HEADER},
};

on_both_engines!(a_host_in_any_spelling_is_the_same_firm, |house: House| async move {
    let portal = Portal::of(house);
    for host in [
        HOST.to_owned(),
        HOST.to_uppercase(),
        format!("{HOST}."),
        format!("{HOST}:443"),
        format!("{HOST}.:8443"),
    ] {
        let answer = portal.visitor().at(&host).get("/sign-in").await;
        assert_eq!(answer.status, 200, "{host}");
        assert!(answer.text().contains("Harcourt"), "{host}");
    }
    let other = portal.visitor().at(OTHER_HOST).get("/sign-in").await;
    assert!(other.text().contains("Lark") && !other.text().contains("Harcourt"));
});

on_both_engines!(an_unknown_host_gets_no_firm, |house: House| async move {
    let portal = Portal::of(house);
    for host in [
        "unknown.example",
        "localhost",
        "127.0.0.1",
        "[::1]:3000",
        "harcourtpell.example",
        "x.portal.harcourtpell.example",
    ] {
        let answer = portal.visitor().at(host).get("/sign-in").await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(
            !answer.text().contains("Harcourt") && answer.text().contains("No portal has this address"),
            "{host}"
        );
    }
    for host in [
        "",
        "a..b",
        "portal.harcourtpell.example@evil.example",
        "portal.harcourtpell.example:x",
    ] {
        assert_eq!(portal.visitor().at(host).get("/sign-in").await.status, 400, "{host:?}");
    }
});

on_both_engines!(
    two_hosts_are_refused_and_the_authority_comes_first,
    |house: House| async move {
        let portal = Portal::of(house);
        let ask = |uri: &str, hosts: &[&str]| {
            let mut request = Request::builder()
                .uri(uri)
                .version(Version::HTTP_2)
                .header(ACCEPT, PAGE);
            for host in hosts {
                request = request.header(HOST_HEADER, *host);
            }
            request.body(Body::empty()).expect("a request")
        };
        let mut browser = portal.visitor();
        assert_eq!(browser.send(ask("/sign-in", &[HOST, HOST])).await.status, 400);
        assert_eq!(browser.send(ask("/sign-in", &[HOST, "evil.example"])).await.status, 400);
        assert_eq!(browser.send(ask("/sign-in", &[])).await.status, 400);
        let absolute = format!("https://{OTHER_HOST}/sign-in");
        assert!(browser.send(ask(&absolute, &[HOST])).await.text().contains("Lark"));
        assert_eq!(
            browser.send(ask("https://evil.example/sign-in", &[HOST])).await.status,
            421
        );
    }
);

on_both_engines!(
    a_mailed_link_names_the_firms_own_host_whatever_was_sent,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut visitor = portal.visitor();
        let spoofs = [
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-server", "evil.example"),
            ("x-forwarded-proto", "http"),
            ("x-host", "evil.example"),
            ("forwarded", "host=evil.example;proto=http"),
            ("x-original-host", "evil.example"),
            ("x-original-url", "https://evil.example/"),
            ("x-rewrite-url", "https://evil.example/"),
            ("x-http-host-override", "evil.example"),
            ("referer", "https://evil.example/"),
        ];
        let mut headers = spoofs.to_vec();
        headers.extend([("accept", PAGE), ("content-type", "application/x-www-form-urlencoded")]);
        let body = "address=anwen%40marlowe.example&from=%2Fsign-in";
        let answer = visitor.fetch(http::Method::POST, "/api/ask_link", &headers, body).await;
        assert_eq!(answer.location(), "/sign-in/sent");
        portal.house.work().await.expect("the queue");
        let letter = &portal.house.letters()[0];
        assert!(
            letter.text.contains(&format!("https://{HOST}/link/")),
            "{}",
            letter.text
        );
        assert!(!letter.text.contains("evil") && !letter.html.contains("evil"));
    }
);

on_both_engines!(a_session_of_one_firm_is_nothing_at_another, |house: House| async move {
    let portal = Portal::of(house);
    let anwen = portal.anwen().await;
    let answer = anwen.at(OTHER_HOST).get("/home").await;
    assert!(answer.location().starts_with("/sign-in"), "{}", answer.status);
});
