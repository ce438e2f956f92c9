//! The office's pages as each role: owner, admin, a member who is named on a restricted client, one who is kept off it,
//! its contact, staff of another firm, nobody. Written from policy.

use crate::{browser::Browser, portal::Portal};
use domain::access::Role;
use firm::{
    Actor,
    clients::need_to_know,
    on_both_engines,
    staff::{self, NewStaff},
    testing::{HOST, PASSWORD, give_app},
};

/// Who each column is.
const PEOPLE: [&str; 7] = ["owner", "admin", "named", "kept", "contact", "other", "nobody"];

/// A page and what each gets; `s` is the way to the sign-in page.
const PAGES: [(&str, [&str; 7]); 17] = [
    ("/office/clients", ["200", "200", "200", "200", "404", "s", "s"]),
    ("/office/clients/new", ["200", "200", "200", "200", "404", "s", "s"]),
    (
        "/office/clients/{client}",
        ["200", "200", "200", "404", "404", "s", "s"],
    ),
    (
        "/office/clients/{client}/links",
        ["200", "200", "200", "404", "404", "s", "s"],
    ),
    ("/office/contacts", ["200", "200", "200", "200", "404", "s", "s"]),
    ("/office/contacts/new", ["200", "200", "200", "200", "404", "s", "s"]),
    (
        "/office/contacts/{contact}",
        ["200", "200", "200", "200", "404", "s", "s"],
    ),
    (
        "/office/contacts/{hidden}",
        ["200", "200", "200", "404", "404", "s", "s"],
    ),
    ("/office/team", ["200", "200", "200", "200", "404", "s", "s"]),
    ("/office/team/new", ["200", "200", "404", "404", "404", "s", "s"]),
    ("/office/team/{staff}", ["200", "200", "404", "404", "404", "s", "s"]),
    ("/office/audit", ["200", "200", "404", "404", "404", "s", "s"]),
    (
        "/office/settings/sign-in",
        ["200", "200", "404", "404", "404", "s", "s"],
    ),
    (
        "/office/settings/storage",
        ["200", "200", "404", "404", "404", "s", "s"],
    ),
    ("/office/settings/stores", ["200", "200", "404", "404", "404", "s", "s"]),
    ("/office/settings", ["200", "200", "200", "200", "404", "s", "s"]),
    ("/office/inbox/{thread}", ["200", "200", "200", "404", "404", "s", "s"]),
];

async fn join(portal: &Portal, name: &str, role: Role) -> Browser {
    let address = format!("{}@harcourtpell.example", name.to_lowercase());
    let new = NewStaff {
        name: name.to_owned(),
        title: String::new(),
        address: address.clone(),
        role,
        password: PASSWORD.to_owned(),
    };
    staff::add(&portal.house.firm, &Actor::Operator, &new)
        .await
        .expect("added");
    give_app(&portal.house.firm, &address).await;
    portal.by_password(HOST, &address).await
}

on_both_engines!(every_role_sees_what_policy_lets_it_see, |house| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let people = &portal.house.people;
    for client in [people.marlowe, people.brightwater] {
        need_to_know::restrict(&portal.house.firm, &portal.house.imogen(), client, &[people.tomasz])
            .await
            .expect("restricted");
    }
    let mut browsers = [
        portal.by_password(HOST, "imogen@harcourtpell.example").await,
        join(&portal, "Ada", Role::Admin).await,
        portal.tomasz().await,
        join(&portal, "Ruth", Role::Member).await,
        portal.anwen().await,
        portal.foreigner().await.at(HOST),
        portal.visitor(),
    ];
    let mut wrong = Vec::new();
    for (page, verdicts) in PAGES {
        let path = page
            .replace("{client}", &people.marlowe.to_string())
            .replace("{contact}", &people.anwen.to_string())
            .replace("{hidden}", &people.priya.to_string())
            .replace("{staff}", &people.tomasz.to_string())
            .replace("{thread}", &papers.thread.to_string());
        for ((who, verdict), browser) in PEOPLE.iter().zip(verdicts).zip(&mut browsers) {
            let answer = browser.get(&path).await;
            let fits = match verdict {
                "s" => answer.status == 303 && answer.location().starts_with("/sign-in"),
                status => answer.status.as_str() == status,
            };
            if !fits {
                wrong.push(format!("{page} as {who}: {} instead of {verdict}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kept = browsers[3].get("/office/clients").await.text();
    assert!(!kept.contains("Marlowe Ceramics") && kept.contains("Tanner"));
    let kept = browsers[3]
        .get(&format!("/office/contacts/{}", people.anwen))
        .await
        .text();
    assert!(!kept.contains("Marlowe Ceramics"), "not even on its contact's page");
});

on_both_engines!(a_refused_client_keeps_what_was_typed, |house| async move {
    let portal = Portal::of(house);
    let mut tomasz = portal.tomasz().await;
    let fields = [
        ("name", ""),
        ("tags", "VAT, Payroll"),
        ("notes", "Prefers the phone"),
        ("from", "/office/clients/new"),
    ];
    let answer = tomasz.post("/api/add_client", &fields).await;
    assert_eq!(answer.location(), "/office/clients/new");
    let page = tomasz.get("/office/clients/new").await.text();
    assert!(page.contains("VAT, Payroll") && page.contains("Prefers the phone"));
    let fields = [("name", "Kestrel Hill Farm"), ("from", "/office/clients/new")];
    let answer = tomasz.post("/api/add_client", &fields).await;
    let page = tomasz.get(answer.location()).await.text();
    assert!(page.contains("Kestrel Hill Farm") && page.contains("Not enabled"));
});

on_both_engines!(an_owner_restricts_a_client_by_a_plain_form, |house| async move {
    let portal = Portal::of(house);
    let mut imogen = portal.by_password(HOST, "imogen@harcourtpell.example").await;
    let mut tomasz = portal.tomasz().await;
    let page = format!("/office/clients/{}", portal.marlowe());
    let id = portal.marlowe().to_string();
    let fields = [("id", id.as_str()), ("restricted", "yes"), ("from", &page)];
    assert_eq!(imogen.post("/api/restrict_client", &fields).await.location(), page);
    assert_eq!(tomasz.get(&page).await.status, 404);
    let member = portal.house.people.tomasz.to_string();
    let fields = [
        ("id", id.as_str()),
        ("restricted", "yes"),
        ("named[0]", &member),
        ("from", &page),
    ];
    assert_eq!(imogen.post("/api/restrict_client", &fields).await.location(), page);
    assert_eq!(tomasz.get(&page).await.status, 200);
});
