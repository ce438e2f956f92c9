//! What one parser reads otherwise than the next (class 8: CVE-2025-47812): NUL, line ends, overrides of direction, overlong and
//! broken UTF-8, mixed normal forms, in every field of a line's text.

use crate::{
    browser::{Browser, PAGE},
    portal::Portal,
};
use domain::{settings::SignInSettings, text::is_deceptive};
use firm::{
    factors, on_both_engines, sessions, settings,
    testing::{HOST, House, give_passkey},
};
use http::Method;

/// As they stand in the body of a form.
const PAYLOADS: [&str; 12] = [
    "%00",
    "%2500",
    "%0D%0ABcc:+evil@evil.example",
    "%0D%0A%0D%0A%3Cp%3E",
    "%0B%0C%1B[31m%7F",
    "%E2%80%AEfdp.exe",
    "%E2%81%A6%EF%BB%BF%E2%80%8B",
    "%E2%80%A8%C2%85",
    "%C0%AF%C0%80%F8%80%80%80",
    "%ED%A0%80%FF",
    "e%CC%81%C3%A9%EF%BC%87",
    "%3Dcmd|'+/C+calc'!A0",
];

/// Who types into a form.
#[derive(Clone, Copy)]
enum Who {
    Visitor,
    Anwen,
    Imogen,
}

/// A form, and what is typed into its fields when nobody means ill; `{n}` is another number each time.
struct Typed {
    who: Who,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Fields that choose rather than say.
    fixed: &'static str,
}

const FORMS: &[Typed] = &[
    Typed {
        who: Who::Visitor,
        path: "/api/ask_link",
        fields: &[("address", "a{n}@new.example"), ("next", "/files")],
        fixed: "",
    },
    Typed {
        who: Who::Visitor,
        path: "/api/ask_reset",
        fields: &[("address", "a{n}@new.example")],
        fixed: "",
    },
    Typed {
        who: Who::Visitor,
        path: "/api/sign_in",
        fields: &[("address", "tomasz@harcourtpell.example"), ("password", "wrong{n}")],
        fixed: "",
    },
    Typed {
        who: Who::Anwen,
        path: "/api/ask_address",
        fields: &[("address", "anwen{n}@new.example")],
        fixed: "",
    },
    Typed {
        who: Who::Imogen,
        path: "/api/add_client",
        fields: &[("name", "Kiln {n}")],
        fixed: "",
    },
    Typed {
        who: Who::Imogen,
        path: "/api/add_contact",
        fields: &[
            ("first_name", "Wyn {n}"),
            ("last_name", "Further"),
            ("address", "wyn{n}@new.example"),
            ("phone", "07700 900042"),
        ],
        fixed: "",
    },
    Typed {
        who: Who::Imogen,
        path: "/api/invite_staff",
        fields: &[
            ("name", "Oona {n}"),
            ("title", "Payroll"),
            ("address", "oona{n}@new.example"),
        ],
        fixed: "&role=member",
    },
    Typed {
        who: Who::Imogen,
        path: "/api/change_client",
        fields: &[
            ("name", "Marlowe Ceramics {n}"),
            ("tags", "vat, kiln {n}"),
            ("notes", "Rings in the morning {n}"),
        ],
        fixed: "&id={client}",
    },
    Typed {
        who: Who::Imogen,
        path: "/api/change_contact",
        fields: &[
            ("first_name", "Priya {n}"),
            ("last_name", "Bright"),
            ("address", "priya@brightwater.example"),
            ("phone", "07700 900042"),
        ],
        fixed: "&id={contact}",
    },
    Typed {
        who: Who::Anwen,
        path: "/api/answer_questions",
        fields: &[("answer", "Kiln Lane {n}")],
        fixed: "&question={question}",
    },
    Typed {
        who: Who::Anwen,
        path: "/api/rename_passkey",
        fields: &[("name", "My phone {n}")],
        fixed: "&id={passkey}",
    },
    Typed {
        who: Who::Imogen,
        path: "/api/save_button",
        fields: &[("words", "Portal")],
        fixed: "&look=quiet",
    },
];

/// Posts every form with each payload before and behind what is typed into one field, and says how often it was taken.
async fn type_all(portal: &Portal, anwen: &Browser, imogen: &Browser, chosen: &[(&str, String)]) -> usize {
    let (mut number, mut taken) = (0, 0);
    for form in FORMS {
        let fixed = chosen
            .iter()
            .fold(form.fixed.to_owned(), |fixed, (name, value)| fixed.replace(name, value));
        for (odd, _) in form.fields {
            for payload in PAYLOADS {
                for before in [true, false] {
                    number += 1;
                    let mut fields = vec![format!("from=%2Ffrom{fixed}")];
                    for (name, value) in form.fields {
                        let plain = value.replace("{n}", &number.to_string()).replace(' ', "+");
                        fields.push(match (name == odd, before) {
                            (false, _) => format!("{name}={plain}"),
                            (true, true) => format!("{name}={payload}{plain}"),
                            (true, false) => format!("{name}={plain}{payload}"),
                        });
                    }
                    let body = fields.join("&");
                    let mut browser = match form.who {
                        Who::Visitor => portal.visitor(),
                        Who::Anwen => anwen.elsewhere(),
                        Who::Imogen => imogen.clone(),
                    };
                    let kind = [("accept", PAGE), ("content-type", "application/x-www-form-urlencoded")];
                    let answer = browser.fetch(Method::POST, form.path, &kind, body.clone()).await;
                    assert_eq!(answer.status, 303, "{} with {body}", form.path);
                    let to = answer.location();
                    assert!(
                        to.starts_with('/') && to.is_ascii(),
                        "{} with {body}: {to:?}",
                        form.path
                    );
                    taken += usize::from(to != "/from");
                }
            }
        }
    }
    taken
}

on_both_engines!(
    attack_8_what_parsers_read_differently_is_refused_or_gone,
    |house: House| async move {
        let portal = Portal::of(house);
        let anwen = portal.anwen().await;
        let mut imogen = portal.by_password(HOST, "imogen@harcourtpell.example").await;
        let firm = &portal.house.firm;
        let settings = SignInSettings {
            questions: 1,
            ..SignInSettings::default()
        };
        settings::sign_in::write(firm, &portal.house.imogen(), &settings)
            .await
            .expect("kept");
        give_passkey(firm, "anwen@marlowe.example", HOST).await;
        let session = sessions::resume(firm, &anwen.cookies["__Host-session"])
            .await
            .expect("read");
        let session = session.expect("a session").id;
        let held = factors::own(firm, &portal.house.anwen(), session).await.expect("read");
        let question: String = form_urlencoded::byte_serialize(settings.question_list[0].as_bytes()).collect();
        let (client, contact) = (portal.marlowe().to_string(), portal.house.people.priya.to_string());
        let chosen = [
            ("{client}", client.clone()),
            ("{contact}", contact.clone()),
            ("{question}", question),
            ("{passkey}", held.passkeys[0].id.to_string()),
        ];
        let taken = type_all(&portal, &anwen, &imogen, &chosen).await;
        assert!(taken > 50, "much of it is text once it is cleaned: {taken}");
        portal.house.work().await.expect("the queue");
        let is_odd = |c: char| is_deceptive(c) && c != '\n';
        for letter in portal.house.letters() {
            let line = format!("{}{}", letter.to, letter.subject);
            assert!(
                !line.contains(is_deceptive) && letter.to.matches('@').count() == 1,
                "{line:?}"
            );
            assert!(!letter.text.contains(is_odd), "{:?}", letter.text);
            assert!(!letter.to.contains("evil"), "{line:?}");
        }
        let searches = PAYLOADS.map(|payload| format!("?q={payload}"));
        for (browser, page) in [
            (&imogen, format!("/office/clients/{client}")),
            (&imogen, format!("/office/contacts/{contact}")),
            (&anwen, "/account/factors".to_owned()),
        ] {
            let answer = browser.clone().get(&page).await;
            assert_eq!(answer.status, 200, "{page}");
            let text = answer.text();
            assert_eq!(text.lines().find(|line| line.contains(is_deceptive)), None, "{page}");
        }
        for page in [
            "/office/clients",
            "/office/contacts",
            "/office/team",
            "/office/audit",
            "/office/mail",
        ] {
            for search in searches.iter().map(String::as_str).chain([""]) {
                let answer = imogen.get(&format!("{page}{search}")).await;
                assert_eq!(answer.status, 200, "{page}{search}");
                let text = answer.text();
                let odd = text.lines().find(|line| line.contains(is_deceptive));
                assert_eq!(odd, None, "{page}{search}");
            }
        }
    }
);
