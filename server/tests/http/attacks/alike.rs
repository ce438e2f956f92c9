//! Whether an address is anybody's shows in no answer and in no work (S3, class 13).

use crate::{
    activation,
    browser::{Answer, Browser},
    portal::Portal,
};
use firm::{
    contacts, on_both_engines,
    testing::{House, PASSWORD, Work},
};
use http::header::{DATE, SET_COOKIE};
use std::collections::BTreeMap;

/// A form that takes an address, or the id of a link that went to one.
struct Door {
    path: &'static str,
    from: &'static str,
    takes: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Runs of Argon2.
    hashes: u64,
}

const DOORS: &[Door] = &[
    Door {
        path: "/api/ask_link",
        from: "/sign-in",
        takes: "address",
        fields: &[("next", "/files")],
        hashes: 0,
    },
    Door {
        path: "/api/sign_in",
        from: "/sign-in/manually",
        takes: "address",
        fields: &[("password", "not the passphrase at all")],
        hashes: 1,
    },
    Door {
        path: "/api/ask_reset",
        from: "/sign-in/help",
        takes: "address",
        fields: &[],
        hashes: 0,
    },
];

/// On the page of an invitation that works no more.
const INVITATION: Door = Door {
    path: "/api/ask_invitation",
    from: "/sign-in",
    takes: "id",
    fields: &[],
    hashes: 0,
};

/// Signed in, for oneself.
const NEW_ADDRESS: Door = Door {
    path: "/api/ask_address",
    from: "/account",
    takes: "address",
    fields: &[],
    hashes: 0,
};

/// Whose addresses are asked for.
async fn classes(portal: &Portal) -> [(&'static str, &'static str); 6] {
    let house = &portal.house;
    let removed = house.further_contact("gone@marlowe.example").await.expect("added");
    contacts::remove(&house.firm, &house.imogen(), removed)
        .await
        .expect("removed");
    let suspended = house.further_contact("away@marlowe.example").await.expect("added");
    contacts::suspend(&house.firm, &house.imogen(), suspended)
        .await
        .expect("suspended");
    let mut anwen = portal.anwen().await;
    let fields = [("password", PASSWORD), ("from", "/account/password")];
    anwen.post("/api/set_password", &fields).await;
    assert!(anwen.cookies.contains_key("__Host-said"), "it is set");
    [
        ("a contact with a password", "anwen@marlowe.example"),
        ("a contact without a password", "priya@brightwater.example"),
        ("nobody", "nobody@nowhere.example"),
        ("staff", "tomasz@harcourtpell.example"),
        ("a removed contact", "gone@marlowe.example"),
        ("a suspended contact", "away@marlowe.example"),
    ]
}

/// An answer without what differs between any two: nonce, request id, cookies' values and the date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: String,
}

/// `typed` is what was asked for, which may come back.
pub fn plain(answer: &Answer, typed: &str) -> Plain {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let policy = answer.header("content-security-policy");
    let nonce = policy
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split('\'').next());
    let request_id = answer.header("x-request-id");
    let normal = |text: &str| {
        [nonce.unwrap_or_default(), request_id, typed]
            .iter()
            .filter(|odd| !odd.is_empty())
            .fold(text.to_owned(), |text, odd| text.replace(odd, ""))
    };
    for (name, value) in &answer.headers {
        let value = value.to_str().expect("a header in ASCII");
        let value = match name {
            name if name == DATE => continue,
            name if name == SET_COOKIE => {
                let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
                let (name, _) = pair.split_once('=').expect("name and value");
                format!("{name};{attributes}")
            }
            _ => normal(value),
        };
        headers.entry(name.to_string()).or_default().push(value);
    }
    Plain {
        status: answer.status.as_u16(),
        headers,
        body: normal(&answer.text()),
    }
}

/// What a form answers to a script and to a browser without, the page that follows, and what the request did. The page of
/// a link's own id, and that of somebody's own account, say more and are left out.
async fn asked(portal: &Portal, door: &Door, browser: &Browser, typed: &str) -> (Vec<Plain>, Work) {
    let mut fields = vec![(door.takes, typed), ("from", door.from)];
    fields.extend(door.fields);
    let mut plainly = browser.elsewhere();
    let (answer, work) = portal
        .house
        .work_of(plainly.post(door.path, &fields))
        .await
        .expect("counted");
    assert_eq!(answer.status, 303, "{}: {}", door.path, answer.text());
    let by_script = by_script(&mut browser.elsewhere(), door, &fields).await;
    let mut answers = vec![plain(&answer, typed), plain(&by_script, typed)];
    if answer.location().starts_with("/sign-in") {
        let mut page = plain(&plainly.follow(&answer).await, typed);
        page.headers.remove("content-length");
        answers.push(page);
    }
    (answers, work)
}

/// Fails unless everybody is answered the same, for the same work.
async fn alike(portal: &Portal, door: &Door, browser: &Browser, classes: &[(&str, &str)]) {
    let mut first = None;
    for (who, typed) in classes {
        let (answers, work) = asked(portal, door, browser, typed).await;
        assert_eq!(work.hashes, door.hashes, "{} for {who}", door.path);
        assert!(
            work.statements.len() > 2,
            "{} for {who}: statements are counted",
            door.path
        );
        let (answers_before, work_before) = first.get_or_insert_with(|| (answers.clone(), work.clone()));
        assert_eq!(*work_before, work, "the work of {} for {who}", door.path);
        assert_eq!(*answers_before, answers, "the answers of {} for {who}", door.path);
    }
}

async fn by_script(browser: &mut Browser, door: &Door, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    browser.fetch(http::Method::POST, door.path, &kind, body).await
}

on_both_engines!(
    attack_13_no_answer_and_no_work_tells_whether_an_address_is_known,
    |house: House| async move {
        let portal = Portal::of(house);
        let classes = classes(&portal).await;
        // What is done once is done: each address was asked for before, as the one was that set a password.
        for (_, address) in classes {
            let fields = [("address", address), ("from", "/sign-in")];
            portal.visitor().post("/api/ask_link", &fields).await;
        }
        for door in DOORS {
            alike(&portal, door, &portal.visitor(), &classes).await;
        }
    }
);

on_both_engines!(
    attack_13_no_answer_and_no_work_tells_what_became_of_an_invitation,
    |house: House| async move {
        let portal = Portal::of(house);
        let (firm, imogen) = (&portal.house.firm, portal.house.imogen());
        let mut links = Vec::new();
        for who in ["waits", "gone", "away"] {
            let address = format!("{who}@kestrelhill.example");
            let id = activation::contact_at(&portal, &address).await;
            let mailed = activation::invited(&portal, &mut portal.tomasz().await, &id, &address).await;
            let id = id.parse().expect("an id");
            match who {
                "gone" => contacts::remove(firm, &imogen, id).await.expect("removed"),
                "away" => contacts::suspend(firm, &imogen, id).await.expect("suspended"),
                _ => {}
            }
            links.push((who, mailed.id));
        }
        let (mailed, mut browser) = activation::proven(&portal, "in@kestrelhill.example").await;
        let fields = [("id", mailed.id.as_str()), ("password", PASSWORD), ("from", "/")];
        assert_eq!(
            browser.post("/api/set_first_password", &fields).await.location(),
            "/home"
        );
        links.push(("came in", mailed.id));
        // What is done once is done, as in the test above.
        for (_, id) in &links {
            let fields = [("id", id.as_str()), ("from", "/sign-in")];
            portal.visitor().post("/api/ask_invitation", &fields).await;
        }
        let classes: Vec<_> = links.iter().map(|(who, id)| (*who, id.as_str())).collect();
        alike(&portal, &INVITATION, &portal.visitor(), &classes).await;
    }
);

on_both_engines!(
    attack_13_no_answer_and_no_work_tells_whose_a_new_address_is,
    |house: House| async move {
        let portal = Portal::of(house);
        let classes = classes(&portal).await;
        let (_, others) = classes.split_first().expect("her own is refused");
        let anwen = portal.anwen().await;
        for (_, address) in others {
            let fields = [("address", *address), ("from", "/account")];
            anwen.elsewhere().post("/api/ask_address", &fields).await;
        }
        alike(&portal, &NEW_ADDRESS, &anwen, others).await;
    }
);
