//! Reports of the content security policy: taken from anybody, within bounds, and nothing personal of them is kept.

use crate::{html::Page, logs::Logs, portal::Portal};
use firm::{on_both_engines, testing::House};
use http::Method;
use serde_json::json;
use server::reports::MOST;

const OLD: [(&str, &str); 1] = [("content-type", "application/csp-report")];
const NEW: [(&str, &str); 1] = [("content-type", "application/reports+json")];

on_both_engines!(
    a_page_names_the_door_for_reports_and_the_door_takes_both_forms,
    |house: House| async move {
        let logs = Logs::listen();
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let page = anwen.get("/home").await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("; report-to csp; report-uri /csp-reports"), "{policy}");
        assert_eq!(page.header("reporting-endpoints"), "csp=\"/csp-reports\"");
        assert!(
            Page::read(&page.text()).handlers().is_empty(),
            "our own pages give nothing to report"
        );

        let old = json!({ "csp-report": {
            "document-uri": "https://portal.harcourtpell.example/threads/0011-document-planted",
            "referrer": "https://referrer-planted.example/",
            "violated-directive": "script-src-elem",
            "effective-directive": "script-src-elem",
            "original-policy": "policy-planted",
            "blocked-uri": "https://blocked-planted.example/path?name=Anwen",
            "source-file": "https://source-planted.example",
            "script-sample": "sample-planted",
            "disposition": "enforce",
        }});
        let answer = anwen.fetch(Method::POST, "/csp-reports", &OLD, old.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
        let new = json!([
            { "type": "deprecation", "url": "x", "body": { "id": "deprecation-planted" } },
            { "type": "csp-violation", "url": "https://url-planted.example", "user_agent": "agent-planted", "body": {
                "documentURL": "https://document-planted.example", "blockedURL": "inline", "sample": "sample-planted",
                "effectiveDirective": "style-src-attr", "disposition": "report",
            }},
            { "type": "csp-violation", "url": "x", "body": {
                "effectiveDirective": "directive-planted\nWARN forged", "blockedURL": "blocked-planted:x",
            }},
        ]);
        let answer = portal
            .visitor()
            .fetch(Method::POST, "/csp-reports", &NEW, new.to_string())
            .await;
        assert_eq!(answer.status, 204);
        for words in [
            ["script-src-elem", "blocked=\"https\"", "enforced=true"],
            ["style-src-attr", "blocked=\"inline\"", "enforced=false"],
            ["directive=\"other\"", "blocked=\"other\"", "enforced=true"],
        ] {
            assert!(!logs.lines(&words).is_empty(), "{words:?}");
        }
        let text = logs.text();
        for planted in ["-planted", "forged", "name=Anwen"] {
            assert!(!text.contains(planted), "{planted} is in the log");
        }
    }
);

on_both_engines!(
    a_report_is_bounded_in_size_and_number_and_what_is_none_is_refused,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut visitor = portal.visitor();
        for (kind, body, status) in [
            ("application/csp-report", "x".repeat(17 * 1024), 413),
            ("application/csp-report", "not json".to_owned(), 400),
            ("application/csp-report", "{}".to_owned(), 400),
            ("application/reports+json", "[]".to_owned(), 204),
            ("application/json", "{}".to_owned(), 415),
            ("text/plain", "{}".to_owned(), 415),
        ] {
            let answer = visitor
                .fetch(Method::POST, "/csp-reports", &[("content-type", kind)], body)
                .await;
            assert_eq!(answer.status, status, "{kind}");
        }
        let read = visitor.get("/csp-reports").await;
        assert_eq!(read.status, 405);
        let report = json!({ "csp-report": { "effective-directive": "img-src" } }).to_string();
        let mut statuses = Vec::new();
        for _ in 0..=MOST {
            let answer = visitor.fetch(Method::POST, "/csp-reports", &OLD, report.clone()).await;
            statuses.push(answer.status.as_u16());
        }
        let (last, before) = statuses.split_last().expect("some");
        assert!(before.iter().all(|status| *status == 204), "{statuses:?}");
        assert_eq!(*last, 429, "the log is not anybody's to fill");
    }
);
