//! Writing without a session (class 1: CVE-2024-11680).

use crate::{authz, portal::Portal};
use firm::{on_both_engines, testing::House};
use http::{Method, header::CONTENT_TYPE};

on_both_engines!(
    attack_1_whoever_is_not_signed_in_writes_nothing,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let letter = portal
            .ask_link(&mut portal.visitor(), "anwen@marlowe.example", "")
            .await;
        let changes: Vec<_> = authz::rows()
            .into_iter()
            .filter(|row| !matches!(row.method, Method::GET | Method::HEAD | Method::OPTIONS))
            .filter(|row| row.verdicts[0] == "401")
            .collect();
        assert!(changes.len() > 25, "the policy names them");
        let mut requests = Vec::new();
        for row in &changes {
            let visitor = portal.visitor();
            // As a page of ours would send it, and as three kinds of foreign client would.
            requests.push((row, authz::asked(&portal, row, &papers, &letter.id, &visitor).await));
            for kind in [
                "application/x-www-form-urlencoded",
                "application/json",
                "multipart/form-data; boundary=x",
            ] {
                let asked = authz::asked(&portal, row, &papers, &letter.id, &visitor).await;
                let (mut parts, body) = asked.into_parts();
                parts.headers.remove("sec-fetch-site");
                parts.headers.insert(CONTENT_TYPE, kind.parse().expect("a kind"));
                requests.push((row, http::Request::from_parts(parts, body)));
            }
        }
        let before = portal.house.snapshot().await.expect("a snapshot");
        for (row, request) in requests {
            let answer = portal.visitor().send(request).await;
            assert!(
                matches!(answer.status.as_u16(), 401 | 403),
                "{} {}: {}",
                row.method,
                row.pattern,
                answer.status
            );
        }
        let after = portal.house.snapshot().await.expect("a snapshot");
        assert!(before == after, "the database is the same, byte for byte");
        // The comparison can fail: whoever is signed in changes a byte.
        portal.answer(papers.thread, "a word").await;
        assert!(before != portal.house.snapshot().await.expect("a snapshot"));
    }
);
