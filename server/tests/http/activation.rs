//! From an invitation to the first session, as browsers do it; and what does not activate anything.

use crate::{
    browser::{Browser, PAGE},
    portal::{LinkLetter, Portal},
};
use firm::{
    contacts::{self, ContactDraft, Rights},
    on_both_engines,
    testing::{House, PASSWORD},
};
use http::Method;

const HUGH: &str = "hugh@kestrelhill.example";
/// A mobile that nobody has.
pub const MOBILE: &str = "07700 900042";

/// What an invitation's mail holds.
#[derive(Clone)]
pub struct Mailed {
    pub id: String,
    pub secret: String,
    pub code: String,
}

impl Mailed {
    pub fn path(&self) -> String {
        format!("/activate/{}", self.id)
    }

    pub fn step(&self, name: &str) -> String {
        format!("/activate/{}/{name}", self.id)
    }
}

/// Adds a contact with a mobile, and says their page.
async fn hugh(portal: &Portal) -> String {
    contact_at(portal, HUGH).await
}

/// As [`hugh`], with an address.
pub async fn contact_at(portal: &Portal, address: &str) -> String {
    contact_with(portal, address, MOBILE).await
}

/// As [`contact_at`], with a mobile or none.
pub async fn contact_with(portal: &Portal, address: &str, phone: &str) -> String {
    let draft = ContactDraft {
        first_name: "Hugh".to_owned(),
        last_name: "Kestrel".to_owned(),
        address: address.to_owned(),
        phone: phone.to_owned(),
    };
    let rights = Rights {
        may_approve: true,
        may_see_financials: true,
    };
    let house = &portal.house;
    let id = contacts::create(&house.firm, &house.imogen(), &draft, Some((portal.marlowe(), rights)))
        .await
        .expect("a contact");
    id.to_string()
}

/// Invites as staff do, and reads the mail.
async fn invite(portal: &Portal, staff: &mut Browser, id: &str) -> Mailed {
    invited(portal, staff, id, HUGH).await
}

/// As [`invite`], for an address.
pub async fn invited(portal: &Portal, staff: &mut Browser, id: &str, address: &str) -> Mailed {
    let from = format!("/office/contacts/{id}");
    let fields = [("id", id), ("step", "invite"), ("from", from.as_str())];
    assert_eq!(staff.post("/api/step_invitation", &fields).await.location(), from);
    mailed(portal, address).await
}

/// The newest invitation to an address.
pub async fn mailed(portal: &Portal, address: &str) -> Mailed {
    let LinkLetter { id, secret, code } = portal.letter(address, "/activate/").await;
    Mailed { id, secret, code }
}

pub async fn press(browser: &mut Browser, mailed: &Mailed) -> String {
    let fields = [
        ("id", mailed.id.as_str()),
        ("secret", &mailed.secret),
        ("from", &mailed.path()),
    ];
    browser
        .post("/api/begin_activation", &fields)
        .await
        .location()
        .to_owned()
}

pub async fn texted(portal: &Portal, browser: &mut Browser, mailed: &Mailed) -> String {
    let from = mailed.step("code");
    let fields = [("id", mailed.id.as_str()), ("way", "text"), ("from", from.as_str())];
    assert_eq!(
        browser.post("/api/send_activation_code", &fields).await.location(),
        from
    );
    portal.house.work().await.expect("the queue");
    portal.house.texts()[0].words.chars().take(6).collect()
}

/// Somebody whose code from the text message was right, before they choose a password.
pub async fn proven(portal: &Portal, address: &str) -> (Mailed, Browser) {
    // Ten text messages a day go to one number.
    portal.house.advance(3 * 3600);
    let id = contact_at(portal, address).await;
    let mailed = invited(portal, &mut portal.tomasz().await, &id, address).await;
    let mut browser = portal.visitor();
    press(&mut browser, &mailed).await;
    let code = texted(portal, &mut browser, &mailed).await;
    let from = mailed.step("code");
    let fields = [("id", mailed.id.as_str()), ("code", &code), ("from", &from)];
    let answer = browser.post("/api/give_activation_code", &fields).await;
    assert_eq!(answer.location(), mailed.step("password"));
    (mailed, browser)
}

on_both_engines!(
    mission_14_15_16_17_from_the_invitation_to_the_first_session,
    |house: House| async move {
        let portal = Portal::of(house);
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let mailed = invite(&portal, &mut staff, &id).await;
        let mut browser = portal.visitor();
        let page = browser.get(&mailed.path()).await.text();
        assert!(page.contains("Harcourt &amp; Pell invite you"), "{page}");
        assert!(!page.contains("hu•••"), "not before the secret or the code was posted");
        assert_eq!(press(&mut browser, &mailed).await, mailed.step("code"));
        let page = browser.get(&mailed.step("code")).await.text();
        assert!(
            page.contains("hu•••@kestrelhill.example") && page.contains("••42"),
            "{page}"
        );
        assert!(!page.contains(HUGH));
        assert!(portal.house.texts().is_empty(), "opening it sends nothing");
        let code = texted(&portal, &mut browser, &mailed).await;
        let page = browser.get(&mailed.step("code")).await.text();
        assert!(page.contains("autocomplete=\"one-time-code\""));
        assert!(page.contains("You can have another in 30 seconds"));

        // The password form appears only after the code.
        let early = browser.get(&mailed.step("password")).await;
        assert_eq!(early.status, 200);
        assert!(!early.text().contains("new-password"));
        let from = mailed.step("code");
        let wrong = if code == "000000" { "111111" } else { "000000" };
        let fields = [("id", mailed.id.as_str()), ("code", wrong), ("from", from.as_str())];
        let refused = browser.post("/api/give_activation_code", &fields).await;
        let page = browser.follow(&refused).await.text();
        assert!(
            page.contains("You have 4 tries left.") && !page.contains(wrong),
            "{page}"
        );
        let fields = [
            ("id", mailed.id.as_str()),
            ("code", code.as_str()),
            ("from", from.as_str()),
        ];
        let answer = browser.post("/api/give_activation_code", &fields).await;
        assert_eq!(answer.location(), mailed.step("password"));

        let from = mailed.step("password");
        let short = [
            ("id", mailed.id.as_str()),
            ("password", "kiln"),
            ("from", from.as_str()),
        ];
        let refused = browser.post("/api/set_first_password", &short).await;
        assert_eq!(refused.location(), from);
        let page = browser.follow(&refused).await.text();
        assert!(page.contains("too short") && !page.contains("value=\"kiln\""), "{page}");
        let fields = [
            ("id", mailed.id.as_str()),
            ("password", PASSWORD),
            ("from", from.as_str()),
        ];
        let entered = browser.post("/api/set_first_password", &fields).await;
        assert_eq!(entered.location(), "/home");
        assert_eq!(browser.get("/home").await.status, 200);
        let page = portal.visitor().get(&mailed.path()).await.text();
        assert!(page.contains("was used already"));
        let shown = staff.get(&format!("/office/contacts/{id}")).await.text();
        assert!(
            shown.contains("Active") && !shown.contains("/api/step_invitation"),
            "{shown}"
        );
    }
);

on_both_engines!(
    mission_14_a_scanner_that_opens_an_invitation_changes_nothing,
    |house: House| async move {
        let portal = Portal::of(house);
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let mailed = invite(&portal, &mut staff, &id).await;
        for path in [mailed.path(), mailed.step("code"), mailed.step("password")] {
            let mut scanner = portal.visitor();
            for method in [Method::GET, Method::HEAD] {
                let answer = scanner.fetch(method, &path, &[("accept", PAGE)], "").await;
                assert_eq!(answer.status, 200, "{path}");
                assert!(answer.headers.get("set-cookie").is_none());
            }
        }
        // One that posts what the page's script would post gets as far as the code, and keeps nobody out.
        let mut scanner = portal.visitor();
        press(&mut scanner, &mailed).await;
        assert!(!scanner.cookies.contains_key("__Host-session"));
        let mut browser = portal.visitor();
        press(&mut browser, &mailed).await;
        let code = texted(&portal, &mut browser, &mailed).await;
        let from = mailed.step("code");
        let fields = [
            ("id", mailed.id.as_str()),
            ("code", code.as_str()),
            ("from", from.as_str()),
        ];
        let answer = browser.post("/api/give_activation_code", &fields).await;
        assert_eq!(answer.location(), mailed.step("password"));
        assert_eq!(
            press(&mut scanner, &mailed).await,
            mailed.path(),
            "the second proof settled which browser goes on"
        );
    }
);

on_both_engines!(
    mission_14_the_code_of_the_mail_does_the_same_without_scripts,
    |house: House| async move {
        let portal = Portal::of(house);
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let mailed = invite(&portal, &mut staff, &id).await;
        let mut browser = portal.visitor();
        let fields = [
            ("id", mailed.id.as_str()),
            ("code", mailed.code.as_str()),
            ("from", &mailed.path()),
        ];
        let answer = browser.post("/api/type_invitation_code", &fields).await;
        assert_eq!(answer.location(), mailed.step("code"));
        assert!(browser.follow(&answer).await.text().contains("Send the code"));
    }
);

on_both_engines!(
    mission_11_resend_replaces_the_old_link_whose_page_says_so_and_offers_a_new_one,
    |house: House| async move {
        let portal = Portal::of(house);
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let old = invite(&portal, &mut staff, &id).await;
        let new = invite(&portal, &mut staff, &id).await;
        let mut browser = portal.visitor();
        let page = browser.get(&old.path()).await.text();
        assert!(page.contains("A later link took its place") && page.contains("Email me a new invitation"));
        assert!(
            portal
                .visitor()
                .get(&new.path())
                .await
                .text()
                .contains("/api/begin_activation")
        );
        assert_eq!(press(&mut browser, &old).await, old.path());
        let before = portal.house.letters().len();
        let asked = browser
            .post("/api/ask_invitation", &[("id", &old.id), ("from", &old.path())])
            .await;
        let page = browser.follow(&asked).await.text();
        assert!(page.contains("a new invitation is on its way"), "{page}");
        portal.house.work().await.expect("the queue");
        assert_eq!(portal.house.letters().len(), before + 1);
        assert!(
            portal
                .visitor()
                .get(&new.path())
                .await
                .text()
                .contains("/api/begin_activation"),
            "and nobody ends another's link by asking"
        );
    }
);

on_both_engines!(
    mission_42_removing_a_contact_ends_their_invitation_at_once,
    |house: House| async move {
        let portal = Portal::of(house);
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let mailed = invite(&portal, &mut staff, &id).await;
        let mut browser = portal.visitor();
        press(&mut browser, &mailed).await;
        let code = texted(&portal, &mut browser, &mailed).await;
        staff
            .post("/api/step_contact", &[("id", &id), ("step", "remove"), ("from", "/")])
            .await;
        let from = mailed.step("code");
        let fields = [
            ("id", mailed.id.as_str()),
            ("code", code.as_str()),
            ("from", from.as_str()),
        ];
        let refused = browser.post("/api/give_activation_code", &fields).await;
        assert_eq!(refused.location(), from);
        assert!(
            browser
                .get(&mailed.step("password"))
                .await
                .text()
                .contains("took its place")
        );
        assert!(!browser.cookies.contains_key("__Host-session"));
    }
);

on_both_engines!(
    what_is_shown_once_is_shown_to_its_maker_until_it_is_put_away,
    |house: House| async move {
        let portal = Portal::of(house);
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let here = format!("/office/contacts/{id}");
        let step = |step: &'static str| [("id", id.clone()), ("step", step.to_owned()), ("from", here.clone())];
        let post = async |browser: &mut Browser, name: &'static str| {
            let fields = step(name);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = browser.post("/api/step_invitation", &fields).await;
            browser.follow(&answer).await.text()
        };
        let page = post(&mut staff, "read_out").await;
        assert!(page.contains("it is texted to the mobile on file"), "{page}");
        let without = [
            ("id", id.as_str()),
            ("first_name", "Hugh"),
            ("last_name", "Kestrel"),
            ("address", HUGH),
            ("from", &here),
        ];
        staff.post("/api/change_contact", &without).await;
        let page = post(&mut staff, "read_out").await;
        assert!(page.contains("Invite them first"), "{page}");
        let page = post(&mut staff, "hand").await;
        assert!(
            page.contains("/activate/") && page.contains("it is shown here only"),
            "{page}"
        );
        let page = post(&mut staff, "read_out").await;
        assert!(page.contains("The code to read out"), "{page}");
        let mut colleague = portal
            .by_password(firm::testing::HOST, "imogen@harcourtpell.example")
            .await;
        let page = colleague.get(&here).await.text();
        assert!(!page.contains("/activate/") && !page.contains("The code to read out"));
        let page = post(&mut staff, "put_away").await;
        assert!(
            !page.contains("/activate/") && !page.contains("The code to read out"),
            "{page}"
        );
    }
);

on_both_engines!(
    an_invitation_that_is_opened_again_leads_to_the_step_that_is_open,
    |house: House| async move {
        let portal = Portal::of(house);
        let settings = domain::settings::SignInSettings {
            questions: 1,
            ..Default::default()
        };
        firm::settings::sign_in::write(&portal.house.firm, &portal.house.imogen(), &settings)
            .await
            .expect("kept");
        let (id, mut staff) = (hugh(&portal).await, portal.tomasz().await);
        let mailed = invite(&portal, &mut staff, &id).await;
        let mut browser = portal.visitor();
        let leads_to = async |browser: &mut Browser, step: &str| {
            let page = browser.get(&mailed.path()).await.text();
            assert!(
                page.contains(&format!("href=\"{}\"", mailed.step(step))),
                "{step}: {page}"
            );
        };
        press(&mut browser, &mailed).await;
        leads_to(&mut browser, "code").await;
        let code = texted(&portal, &mut browser, &mailed).await;
        let from = mailed.step("code");
        let give = [("id", mailed.id.as_str()), ("code", &code), ("from", &from)];
        let given = browser.post("/api/give_activation_code", &give).await;
        assert_eq!(given.location(), mailed.step("password"));
        leads_to(&mut browser, "password").await;
        let from = mailed.step("password");
        let set = [("id", mailed.id.as_str()), ("password", PASSWORD), ("from", &from)];
        let set = browser.post("/api/set_first_password", &set).await;
        assert_eq!(set.location(), mailed.step("questions"));
        leads_to(&mut browser, "questions").await;
        let page = browser.get(&mailed.step("code")).await.text();
        assert!(
            page.contains(&mailed.step("questions")) && page.contains("your questions"),
            "{page}"
        );
        // Pressed once more, the code leads there as well.
        let given = browser.post("/api/give_activation_code", &give).await;
        assert_eq!(given.location(), mailed.step("questions"));

        // The address is put right before they come in.
        let corrected = [
            ("id", id.as_str()),
            ("first_name", "Hugh"),
            ("last_name", "Kestrel"),
            ("address", "hugh@kestrel-hill.example"),
            ("phone", "07700 900042"),
            ("from", "/office/contacts"),
        ];
        staff.post("/api/change_contact", &corrected).await;
        let page = browser.get(&mailed.path()).await.text();
        for words in [
            "The address was corrected",
            "It goes to the corrected address.",
            "Email me a new invitation",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("kestrel-hill"), "and does not say which it is");
    }
);
