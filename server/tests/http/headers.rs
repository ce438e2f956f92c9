//! What every answer carries, whatever it is.

use crate::{browser::Answer, portal::Portal};
use firm::{on_both_engines, testing::House};
use http::{Method, header::SET_COOKIE};

fn check(what: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("'unsafe-"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert_eq!(answer.header("x-request-id").len(), 16, "{what}");
    assert!(!answer.header("cache-control").is_empty(), "{what}");
    assert!(!answer.headers.contains_key("server") && !answer.headers.contains_key("access-control-allow-origin"));
    for cookie in answer.headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().expect("ascii");
        assert!(cookie.starts_with("__Host-"), "{what}: {cookie}");
        for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.split("; ").any(|it| it == flag), "{what}: {cookie} lacks {flag}");
        }
        assert!(!cookie.contains("Domain"), "{what}: {cookie}");
    }
}

on_both_engines!(every_answer_carries_its_headers, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let mut visitor = portal.visitor();
    let thread = format!("/threads/{}", papers.thread);
    let file = format!("/files/{}/content", papers.file);
    for path in [
        "/",
        "/sign-in",
        "/home",
        "/nothing/here",
        "/theme.css",
        "/pkg/gatehouse.css",
        "/pkg/none.js",
        "/health/live",
        "/robots.txt",
        "/favicon.ico",
        "/api/frame",
        "/api/none",
        "/files/0/content",
        "/events",
    ] {
        check(path, &visitor.get(path).await);
    }
    for path in [
        "/",
        "/home",
        &thread,
        &file,
        "/office/inbox",
        "/threads/00000000000000000000000000000000",
        "/events",
    ] {
        check(path, &anwen.get(path).await);
    }
    for method in [
        Method::DELETE,
        Method::PUT,
        Method::TRACE,
        Method::OPTIONS,
        Method::PATCH,
    ] {
        check(
            method.as_str(),
            &visitor.fetch(method.clone(), "/sign-in", &[], "").await,
        );
    }
    check("421", &visitor.at("unknown.example").get("/").await);
    check("400", &visitor.at("a b").get("/").await);
    check(
        "post",
        &visitor
            .post("/api/ask_link", &[("address", "nonsense"), ("from", "/sign-in")])
            .await,
    );
    check(
        "post",
        &visitor
            .post(
                "/api/ask_link",
                &[("address", "anwen@marlowe.example"), ("from", "/sign-in")],
            )
            .await,
    );
    check(
        "403",
        &anwen
            .fetch(Method::POST, "/api/sign_out", &[("sec-fetch-site", "cross-site")], "")
            .await,
    );
    check(
        "413",
        &anwen.post("/api/sign_in", &[("address", &"x".repeat(300_000))]).await,
    );
    check(
        "tus",
        &anwen
            .fetch(Method::POST, "/uploads", &[("tus-resumable", "0.1")], "")
            .await,
    );
    check(
        "416",
        &anwen.fetch(Method::GET, &file, &[("range", "bytes=99-")], "").await,
    );
});

on_both_engines!(a_page_runs_its_own_scripts_alone, |house: House| async move {
    let portal = Portal::of(house);
    let mut anwen = portal.anwen().await;
    for (mut browser, path, wasm) in [(portal.visitor(), "/sign-in", false), (anwen.clone(), "/home", true)] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy").to_owned();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let nonce = rest.split('\'').next().expect("a nonce");
        assert_eq!(policy.contains("'wasm-unsafe-eval'"), wasm, "{path}");
        let text = answer.text();
        let scripts = text.matches("<script").count();
        assert!(
            scripts > 0 && text.matches(&format!("nonce=\"{nonce}\"")).count() >= scripts,
            "{path}"
        );
        for script in text.split("<script").skip(1) {
            let tag = script.split('>').next().expect("a tag");
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!text.contains(" style=\"") && !text.contains(" onclick="), "{path}");
        let again = browser.get(path).await;
        assert!(!again.text().contains(nonce), "{path}: a nonce is used once");
    }
    assert_eq!(anwen.get("/nothing").await.text().matches("<script").count(), 0);
});

on_both_engines!(
    assets_are_kept_for_ever_and_sent_compressed,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut visitor = portal.visitor();
        let plain = visitor.get("/pkg/gatehouse.css").await;
        assert_eq!(
            (plain.text().as_str(), plain.header("content-type")),
            ("body{}", "text/css")
        );
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        let small = visitor
            .fetch(
                Method::GET,
                "/pkg/gatehouse.css",
                &[("accept-encoding", "gzip, br")],
                "",
            )
            .await;
        assert_eq!(
            (small.text().as_str(), small.header("content-encoding")),
            ("compressed", "br")
        );
        for path in [
            "/pkg/../store/x",
            "/pkg/%2e%2e/registry.db",
            "/pkg/..%2fregistry.db",
            "/pkg/",
            "/pkg/none.css",
        ] {
            let answer = visitor.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(!answer.header("cache-control").contains("immutable"), "{path}");
        }
    }
);
