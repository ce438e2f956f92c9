//! Inviting somebody to the team, over the real router.

use crate::{
    browser::Browser,
    portal::{LinkLetter, Portal},
};
use domain::access::Role;
use firm::{
    on_both_engines,
    staff::{self, StaffInvitation},
    testing::{HOST, House, PASSWORD},
};

const NEW: &str = "/office/team/new";
const RUTH: &str = "ruth@harcourtpell.example";

/// Invites somebody to the team, and reads the mail that goes to them.
pub async fn invited(portal: &Portal, address: &str) -> LinkLetter {
    let new = StaffInvitation {
        name: "Oona Reed".to_owned(),
        title: String::new(),
        address: address.to_owned(),
        role: Role::Member,
    };
    staff::invite(&portal.house.firm, &portal.house.imogen(), &new)
        .await
        .expect("invited");
    portal.letter(address, "/join/").await
}

/// Begins to join with the secret of the link.
pub async fn begin_joining(browser: &mut Browser, letter: &LinkLetter) {
    let path = format!("/join/{}", letter.id);
    let right = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", &path)];
    assert_eq!(browser.post("/api/begin_joining", &right).await.location(), path);
}

on_both_engines!(
    m69_somebody_is_invited_and_joins_by_plain_forms,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut imogen = portal.by_password(HOST, "imogen@harcourtpell.example").await;
        let fields = [
            ("name", "Ruth Aston"),
            ("title", "Payroll"),
            ("address", "anwen@marlowe.example"),
            ("role", "admin"),
            ("from", NEW),
        ];
        let refused = imogen.post("/api/invite_staff", &fields).await;
        assert_eq!(refused.location(), NEW);
        let page = imogen.follow(&refused).await.text();
        assert!(
            page.contains("One address is either one of staff or one contact."),
            "{page}"
        );
        assert!(page.contains("value=\"Ruth Aston\"") && page.contains("value=\"Payroll\""));
        assert!(page.contains("value=\"admin\" selected"));
        let mut fields = fields.to_vec();
        fields[2] = ("address", RUTH);
        let sent = imogen.post("/api/invite_staff", &fields).await;
        assert_eq!(sent.location(), "/office/team");
        let page = imogen.follow(&sent).await.text();
        assert!(page.contains("The invitation is on its way.") && page.contains(">Invited<"));

        let letter = portal.letter(RUTH, "/join/").await;
        let (path, id) = (format!("/join/{}", letter.id), letter.id.clone());
        let mut ruth = portal.visitor();
        let page = ruth.get(&path).await.text();
        assert!(page.contains("Join the team") && !page.contains(RUTH), "{page}");
        assert!(ruth.cookies.is_empty(), "looking changes nothing");
        let wrong = [("id", id.as_str()), ("code", "2222 2222"), ("from", &path)];
        let refused = ruth.post("/api/type_join_code", &wrong).await;
        assert!(ruth.follow(&refused).await.text().contains("You have 4 tries left."));
        begin_joining(&mut ruth, &letter).await;
        let page = ruth.get(&path).await.text();
        assert!(page.contains("Welcome, Ruth") && page.contains(RUTH), "{page}");
        let weak = [("id", id.as_str()), ("password", "short"), ("from", &path)];
        let refused = ruth.post("/api/join_team", &weak).await;
        assert_eq!(refused.location(), path);
        let page = ruth.follow(&refused).await.text();
        assert!(page.contains("aria-invalid=\"true\"") && !page.contains("value=\"short\""));
        let strong = [("id", id.as_str()), ("password", PASSWORD), ("from", &path)];
        let joined = ruth.post("/api/join_team", &strong).await;
        assert_eq!(joined.location(), "/sign-in/enrol");
        assert!(
            !ruth.cookies.contains_key("__Host-session"),
            "not before the second factor"
        );
        assert!(ruth.follow(&joined).await.text().contains("With an authenticator app"));
        let over = portal.visitor().get(&path).await.text();
        assert!(
            over.contains("This link was used already") && !over.contains(RUTH),
            "{over}"
        );
    }
);

on_both_engines!(an_admin_is_not_offered_to_invite_an_owner, |house: House| async move {
    let portal = Portal::of(house);
    let mut imogen = portal.by_password(HOST, "imogen@harcourtpell.example").await;
    assert!(imogen.get(NEW).await.text().contains("value=\"owner\""));
    let tomasz = portal.house.people.tomasz.to_string();
    let fields = [
        ("id", tomasz.as_str()),
        ("name", "Tomasz Wilk"),
        ("role", "admin"),
        ("from", "/office/team"),
    ];
    imogen.post("/api/change_staff", &fields).await;
    let mut admin = portal.tomasz().await;
    let page = admin.get(NEW).await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("value=\"owner\""));
    let fields = [("name", "Ruth"), ("address", RUTH), ("role", "owner"), ("from", NEW)];
    let refused = admin.post("/api/invite_staff", &fields).await;
    assert_eq!(refused.location(), NEW);
    portal.house.work().await.expect("the queue");
    assert!(!portal.house.letters().iter().any(|letter| letter.to == RUTH));
});
