//! Nobody else's page can act in somebody's name.

use crate::portal::Portal;
use axum::body::Body;
use firm::{
    on_both_engines,
    testing::{HOST, House},
};
use http::{Method, header::CONTENT_TYPE};
use server::router::{DOORS, FUNCTIONS};

on_both_engines!(
    every_change_with_our_cookie_needs_proof_of_its_origin,
    |house: House| async move {
        let portal = Portal::of(house);
        let anwen = portal.anwen().await;
        let functions = server_fn::axum::server_fn_paths().map(|(path, method)| (method, path.to_owned()));
        let doors = DOORS
            .iter()
            .map(|door| (door.method.clone(), door.path.replace("{id}", &"0".repeat(32))));
        let changes: Vec<_> = functions
            .chain(doors)
            .filter(|(method, _)| !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS))
            // A browser reports by itself, and nothing changes by it but the log.
            .filter(|(_, path)| path != server::reports::PATH)
            .collect();
        assert!(changes.len() > 10 && FUNCTIONS.len() > 10);
        let own = format!("https://{HOST}");
        let plain = format!("http://{HOST}");
        let proofs: [&[(&str, &str)]; 9] = [
            &[],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", &own)],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", &plain)],
            &[("origin", &own), ("origin", "https://evil.example")],
        ];
        for (method, path) in &changes {
            for kind in [
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/json",
            ] {
                for proof in proofs {
                    let mut request = anwen.request(method.clone(), path).header(CONTENT_TYPE, kind);
                    for (name, value) in proof {
                        request = request.header(*name, *value);
                    }
                    let answer = anwen
                        .clone()
                        .send(request.body(Body::empty()).expect("a request"))
                        .await;
                    assert_eq!(answer.status, 403, "{method} {path} {kind} {proof:?}");
                }
            }
        }
        let mut still = anwen.clone();
        assert_eq!(still.get("/home").await.status, 200, "nothing ended the session");
    }
);

on_both_engines!(
    a_foreign_client_that_names_our_origin_passes,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let own = format!("https://{HOST}");
        let request = anwen.request(Method::POST, "/api/sign_out").header("origin", own);
        assert_eq!(
            anwen.send(request.body(Body::empty()).expect("a request")).await.status,
            200
        );
    }
);

on_both_engines!(a_foreign_page_cannot_sign_a_stranger_in, |house: House| async move {
    let portal = Portal::of(house);
    let mut visitor = portal.visitor();
    for site in ["cross-site", "same-site"] {
        let headers = [
            ("sec-fetch-site", site),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let request = headers.iter().fold(
            visitor.request(Method::POST, "/api/sign_in"),
            |request, (name, value)| request.header(*name, *value),
        );
        let body = "address=tomasz%40harcourtpell.example&password=a+long+enough+sample+passphrase";
        let answer = visitor.send(request.body(body.into()).expect("a request")).await;
        assert_eq!(answer.status, 403, "{site}");
        assert!(visitor.cookies.is_empty());
    }
});
