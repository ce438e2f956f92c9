//! A one-time artefact is worth one success, however many ask for it at once (S4, class 22: authentik#19975,
//! twenty#26025).
//!
//! `make test` runs one round of each, `make soak` as many as it gives in `GATEHOUSE_RACES`.

use crate::{
    activation,
    browser::Browser,
    passkeys::{ORIGIN, fetched},
    portal::Portal,
    resets, team,
};
use domain::{ContactId, SessionId, access::Role};
use firm::{
    Actor, invitations, on_both_engines, sign_in, staff,
    testing::{Authenticator, HOST, House, PASSWORD, code_of, give_app, give_passkey},
};
use futures::{FutureExt as _, future::LocalBoxFuture};

/// Requests at once.
const ASKING: usize = 200;

/// What all of them ask for.
#[derive(Default)]
struct Race {
    /// Browsers that ask in turn until enough do, each from networks of its own, so that throttles of networks let all in.
    browsers: Vec<Browser>,
    /// Invitations, of which each presses one in turn before it asks for that one's step.
    invitations: Vec<activation::Mailed>,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
    /// Where whoever wins is led; whoever loses is led to [`LOST`]. Of an invitation: to which of its steps.
    won: String,
    /// Rows of `session` that a success leaves.
    sessions: i64,
}

const LOST: &str = "/sign-in/help";

/// Makes an artefact of one kind, to be raced for. Each round makes a fresh one in the same house.
type Arm = for<'a> fn(&'a Portal, usize) -> LocalBoxFuture<'a, Race>;

/// Every one-time artefact.
const ARTEFACTS: &[(&str, Arm)] = &[
    ("sign-in link", |portal, _| link(portal, false).boxed_local()),
    ("sign-in code", |portal, _| link(portal, true).boxed_local()),
    ("app code", |portal, round| app_code(portal, round).boxed_local()),
    ("app code, within a session", |portal, round| {
        app_code_within(portal, round).boxed_local()
    }),
    ("recovery code", |portal, round| {
        recovery_code(portal, round).boxed_local()
    }),
    ("mailed step code", |portal, round| {
        mailed_code(portal, round).boxed_local()
    }),
    ("first code of an app", |portal, round| {
        first_code(portal, round).boxed_local()
    }),
    ("invitation", |portal, round| invitation(portal, round).boxed_local()),
    ("ID code", |portal, round| id_code(portal, round).boxed_local()),
    ("ID code that was read out", |portal, round| {
        code_read_out(portal, round).boxed_local()
    }),
    ("reset", |portal, _| reset(portal).boxed_local()),
    ("invitation to the team", |portal, round| {
        place_in_team(portal, round).boxed_local()
    }),
    ("new address by link", |portal, round| {
        new_address(portal, round, false).boxed_local()
    }),
    ("new address by code", |portal, round| {
        new_address(portal, round, true).boxed_local()
    }),
    ("passkey", |portal, round| passkey(portal, round).boxed_local()),
    ("passkey as second step", |portal, round| {
        passkey_after_password(portal, round).boxed_local()
    }),
    ("first passkey", |portal, round| {
        first_passkey(portal, round).boxed_local()
    }),
    ("further passkey", |portal, round| {
        further_passkey(portal, round).boxed_local()
    }),
    ("passkey, within a session", |portal, round| {
        passkey_within(portal, round).boxed_local()
    }),
    ("step after enrolment", |portal, round| {
        codes_kept(portal, round).boxed_local()
    }),
];

async fn link(portal: &Portal, by_code: bool) -> Race {
    let mut asking = portal.visitor();
    let letter = portal.ask_link(&mut asking, "anwen@marlowe.example", "").await;
    let (path, proof) = if by_code {
        ("/api/redeem_code", ("code", letter.code))
    } else {
        ("/api/redeem_link", ("secret", letter.secret))
    };
    Race {
        browsers: vec![asking],
        path,
        fields: vec![("id", letter.id), proof],
        won: "/home".to_owned(),
        sessions: 1,
        ..Race::default()
    }
}

/// A member of staff of this round, with or without an app.
async fn member(portal: &Portal, kind: &str, round: usize, app: bool) -> String {
    let address = format!("{kind}{round}@harcourtpell.example");
    let new = staff::NewStaff {
        name: format!("Oona {kind} {round}"),
        title: String::new(),
        address: address.clone(),
        role: Role::Member,
        password: PASSWORD.to_owned(),
    };
    let firm = &portal.house.firm;
    staff::add(firm, &Actor::Operator, &new).await.expect("hired");
    if app {
        give_app(firm, &address).await;
    }
    address
}

async fn app_code(portal: &Portal, round: usize) -> Race {
    let address = member(portal, "app", round, true).await;
    // One code against several steps, so that neither a step's tries nor the step itself decides alone.
    let mut browsers = Vec::new();
    for _ in 0..4 {
        browsers.push(portal.past_password(HOST, &address).await);
    }
    Race {
        browsers,
        path: "/api/give_code",
        fields: vec![("code", code_of(&portal.house.firm, &address).await)],
        won: "/office/inbox".to_owned(),
        sessions: 1,
        ..Race::default()
    }
}

async fn app_code_within(portal: &Portal, round: usize) -> Race {
    let address = member(portal, "within", round, true).await;
    let mut browsers = Vec::new();
    for _ in 0..4 {
        browsers.push(portal.by_password(HOST, &address).await);
    }
    Race {
        browsers,
        path: "/api/confirm_by_app",
        fields: vec![("code", code_of(&portal.house.firm, &address).await)],
        won: "/account/factors".to_owned(),
        sessions: 0,
        ..Race::default()
    }
}

/// Somebody who stands before setting up their first factor.
async fn before_enrolment(portal: &Portal, kind: &str, round: usize) -> (String, Browser) {
    let address = member(portal, kind, round, false).await;
    let mut browser = portal.visitor();
    let fields = [("address", address.as_str()), ("password", PASSWORD), ("from", "/")];
    let entered = browser.post("/api/sign_in", &fields).await;
    assert_eq!(entered.location(), "/sign-in/enrol");
    (address, browser)
}

/// As [`before_enrolment`], with the first code of an app.
async fn enrolling(portal: &Portal, kind: &str, round: usize) -> (String, Browser, String) {
    let (address, browser) = before_enrolment(portal, kind, round).await;
    let (firm, step) = (&portal.house.firm, browser.cookies["__Host-link"].as_str());
    let enrolment = sign_in::enrol_page(firm, &Actor::Visitor, Some(step)).await;
    let app = enrolment.expect("read").and_then(|enrolment| enrolment.app);
    let key = app.expect("a key").key.replace(' ', "");
    let secret = vault::TotpSecret::parse(&key).expect("a secret");
    let code = secret.code(vault::totp::step_at(firm.now().0));
    (address, browser, code)
}

/// As [`enrolling`], with the app set up and the recovery codes shown.
async fn enrolled(portal: &Portal, kind: &str, round: usize) -> (String, Browser, Vec<String>) {
    let (address, mut browser, code) = enrolling(portal, kind, round).await;
    let answer = browser.post("/api/enrol_app", &[("code", &code), ("from", "/")]).await;
    assert_eq!(answer.location(), "/sign-in/codes");
    let step = browser.cookies["__Host-link"].as_str();
    let codes = sign_in::codes_page(&portal.house.firm, &Actor::Visitor, Some(step)).await;
    let codes = codes.expect("read").expect("codes");
    (address, browser, codes)
}

async fn recovery_code(portal: &Portal, round: usize) -> Race {
    let (address, mut browser, codes) = enrolled(portal, "recovery", round).await;
    let kept = browser.post("/api/codes_kept", &[("from", "/")]).await;
    assert_eq!(kept.location(), "/office/inbox");
    let mut browsers = Vec::new();
    for _ in 0..8 {
        browsers.push(portal.past_password(HOST, &address).await);
    }
    Race {
        browsers,
        path: "/api/give_recovery_code",
        fields: vec![("recovery", codes[0].clone())],
        won: "/office/inbox".to_owned(),
        sessions: 1,
        ..Race::default()
    }
}

async fn mailed_code(portal: &Portal, round: usize) -> Race {
    let address = member(portal, "mailed", round, true).await;
    let right: u32 = code_of(&portal.house.firm, &address).await.parse().expect("digits");
    let wrong = format!("{:06}", (right + 500_000) % 1_000_000);
    for _ in 0..2 {
        let mut guessing = portal.past_password(HOST, &address).await;
        for _ in 0..5 {
            guessing
                .post("/api/give_code", &[("code", &wrong), ("from", LOST)])
                .await;
        }
    }
    let mut browser = portal.past_password(HOST, &address).await;
    let answer = browser.post("/api/mail_step_code", &[("from", LOST)]).await;
    assert_eq!(answer.location(), "/sign-in/factor");
    portal.house.work().await.expect("the queue");
    let letters = portal.house.letters().into_iter();
    let mut letters = letters.filter(|letter| letter.to == address && letter.subject == "A code for your second step");
    let text = letters.next().expect("a letter").text;
    let code = text.lines().find(|line| line.len() == 9 && line.as_bytes()[4] == b' ');
    Race {
        browsers: vec![browser],
        path: "/api/give_mailed_code",
        fields: vec![("code", code.expect("a code").to_owned())],
        won: "/sign-in/factor".to_owned(),
        sessions: 0,
        ..Race::default()
    }
}

async fn first_code(portal: &Portal, round: usize) -> Race {
    let (_, browser, code) = enrolling(portal, "first", round).await;
    Race {
        browsers: vec![browser],
        path: "/api/enrol_app",
        fields: vec![("code", code)],
        won: "/sign-in/codes".to_owned(),
        sessions: 0,
        ..Race::default()
    }
}

async fn codes_kept(portal: &Portal, round: usize) -> Race {
    let (_, browser, _) = enrolled(portal, "kept", round).await;
    Race {
        browsers: vec![browser],
        path: "/api/codes_kept",
        fields: Vec::new(),
        won: "/office/inbox".to_owned(),
        sessions: 1,
        ..Race::default()
    }
}

/// Past the mobile's code: what is raced for is the invitation itself, which activates once.
async fn invitation(portal: &Portal, round: usize) -> Race {
    let (mailed, browser) = activation::proven(portal, &format!("hugh{round}@kestrelhill.example")).await;
    Race {
        browsers: vec![browser],
        path: "/api/set_first_password",
        fields: vec![("id", mailed.id), ("password", PASSWORD.to_owned())],
        won: "/home".to_owned(),
        sessions: 1,
        ..Race::default()
    }
}

/// Somebody who is invited, with a number on file or none.
async fn invitee(portal: &Portal, kind: &str, round: usize, phone: &str) -> (String, ContactId, activation::Mailed) {
    // Ten text messages a day go to one number.
    portal.house.advance(3 * 3600);
    let address = format!("{kind}{round}@kestrelhill.example");
    let id = activation::contact_with(portal, &address, phone).await;
    let mailed = activation::invited(portal, &mut portal.tomasz().await, &id, &address).await;
    (address, id.parse().expect("an id"), mailed)
}

/// Everybody has the link and the code of the text message: one browser goes on.
async fn id_code(portal: &Portal, round: usize) -> Race {
    let (_, _, mailed) = invitee(portal, "texted", round, activation::MOBILE).await;
    let mut browser = portal.visitor();
    activation::press(&mut browser, &mailed).await;
    let code = activation::texted(portal, &mut browser, &mailed).await;
    Race {
        browsers: vec![portal.visitor()],
        invitations: vec![mailed],
        path: "/api/give_activation_code",
        fields: vec![("code", code)],
        won: "password".to_owned(),
        sessions: 0,
    }
}

/// A code that was read out fits each of somebody's invitations, and is good for one.
async fn code_read_out(portal: &Portal, round: usize) -> Race {
    let (address, id, mailed) = invitee(portal, "told", round, "").await;
    let mut invitations = vec![mailed];
    for _ in 0..3 {
        let first = &invitations[0];
        let fields = [("id", first.id.as_str()), ("from", LOST)];
        let asked = portal.visitor().post("/api/ask_invitation", &fields).await;
        assert_eq!(asked.location(), first.path());
        invitations.push(activation::mailed(portal, &address).await);
    }
    let (firm, imogen) = (&portal.house.firm, portal.house.imogen());
    let session = SessionId::from(firm.random().id());
    invitations::read_out(firm, &imogen, session, id).await.expect("a code");
    let view = invitations::view(firm, &imogen, session, id).await.expect("a view");
    Race {
        browsers: vec![portal.visitor()],
        invitations,
        path: "/api/give_activation_code",
        fields: vec![("code", view.slips[0].words.clone())],
        won: "password".to_owned(),
        sessions: 0,
    }
}

async fn reset(portal: &Portal) -> Race {
    let mut browser = portal.visitor();
    let letter = resets::ask_reset(portal, &mut browser, "anwen@marlowe.example").await;
    resets::begin_reset(&mut browser, &letter).await;
    Race {
        browsers: vec![browser],
        path: "/api/finish_reset",
        fields: vec![("id", letter.id), ("password", PASSWORD.to_owned())],
        won: "/account/devices".to_owned(),
        sessions: 1,
        ..Race::default()
    }
}

async fn place_in_team(portal: &Portal, round: usize) -> Race {
    let letter = team::invited(portal, &format!("joins{round}@harcourtpell.example")).await;
    let mut browser = portal.visitor();
    team::begin_joining(&mut browser, &letter).await;
    Race {
        browsers: vec![browser],
        path: "/api/join_team",
        fields: vec![("id", letter.id), ("password", PASSWORD.to_owned())],
        won: "/sign-in/enrol".to_owned(),
        sessions: 0,
        ..Race::default()
    }
}

/// A contact of this round, signed in by link.
async fn contact(portal: &Portal, kind: &str, round: usize) -> (String, Browser) {
    let address = format!("{kind}{round}@closedkiln.example");
    portal.house.further_contact(&address).await.expect("added");
    let browser = portal.by_link(&address).await;
    (address, browser)
}

async fn new_address(portal: &Portal, round: usize, by_code: bool) -> Race {
    let (_, mut browser) = contact(portal, if by_code { "types" } else { "moves" }, round).await;
    let new = format!("new-{round}-{by_code}@closedkiln.example");
    let letter = resets::ask_address(portal, &mut browser, &new).await;
    let (path, proof) = if by_code {
        ("/api/prove_address_by_code", ("code", letter.code))
    } else {
        ("/api/prove_address", ("secret", letter.secret))
    };
    Race {
        browsers: vec![browser],
        path,
        fields: vec![("id", letter.id), proof],
        won: "/account/address".to_owned(),
        sessions: 0,
        ..Race::default()
    }
}

/// Who answers what a browser was asked for a passkey, and where they are led.
async fn answered(
    mut browser: Browser,
    ask: &str,
    answer: impl FnOnce(&str) -> Option<String>,
    (path, won): (&'static str, &str),
    sessions: i64,
) -> Race {
    let options = fetched(&mut browser, ask).await;
    Race {
        browsers: vec![browser],
        path,
        fields: vec![("answer", answer(&options).expect("an answer"))],
        won: won.to_owned(),
        sessions,
        ..Race::default()
    }
}

fn authenticator(portal: &Portal) -> Authenticator {
    Authenticator::new(portal.house.firm.random().id().as_u64_pair().0)
}

async fn passkey(portal: &Portal, round: usize) -> Race {
    let address = member(portal, "key", round, false).await;
    let mut authenticator = give_passkey(&portal.house.firm, &address, HOST).await;
    let sign = |options: &str| authenticator.sign(options, ORIGIN);
    let leads = ("/api/sign_in_by_passkey", "/office/inbox");
    answered(portal.visitor(), "/api/ask_passkey", sign, leads, 1).await
}

async fn passkey_after_password(portal: &Portal, round: usize) -> Race {
    let address = member(portal, "keyed", round, false).await;
    let mut authenticator = give_passkey(&portal.house.firm, &address, HOST).await;
    let browser = portal.past_password(HOST, &address).await;
    let sign = |options: &str| authenticator.sign(options, ORIGIN);
    let leads = ("/api/give_passkey", "/office/inbox");
    answered(browser, "/api/ask_step_passkey", sign, leads, 1).await
}

async fn first_passkey(portal: &Portal, round: usize) -> Race {
    let (_, browser) = before_enrolment(portal, "keys", round).await;
    let mut authenticator = authenticator(portal);
    let make = |options: &str| authenticator.make(options, ORIGIN);
    let leads = ("/api/enrol_passkey", "/sign-in/codes");
    answered(browser, "/api/ask_first_passkey", make, leads, 0).await
}

async fn further_passkey(portal: &Portal, round: usize) -> Race {
    let (_, browser) = contact(portal, "adds", round).await;
    let mut authenticator = authenticator(portal);
    let make = |options: &str| authenticator.make(options, ORIGIN);
    let leads = ("/api/add_passkey", "/account/factors/codes");
    answered(browser, "/api/ask_new_passkey", make, leads, 0).await
}

async fn passkey_within(portal: &Portal, round: usize) -> Race {
    let (address, browser) = contact(portal, "shows", round).await;
    let mut authenticator = give_passkey(&portal.house.firm, &address, HOST).await;
    let sign = |options: &str| authenticator.sign(options, ORIGIN);
    let leads = ("/api/confirm_by_passkey", "/account/factors");
    answered(browser, "/api/ask_own_passkey", sign, leads, 0).await
}

/// Lets all ask at once, and says how many were served.
async fn run(portal: &Portal, race: &Race) -> (usize, i64) {
    let before = sessions(portal).await;
    let tries: Vec<_> = race
        .browsers
        .iter()
        .cycle()
        .take(ASKING)
        .enumerate()
        .map(|(number, browser)| {
            let mut browser = browser.elsewhere();
            let invitation = race.invitations.iter().cycle().nth(number).cloned();
            let (path, fields, won) = (race.path, race.fields.clone(), race.won.clone());
            tokio::spawn(async move {
                let mut fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                fields.push(("from", LOST));
                let mut won = won;
                if let Some(mailed) = &invitation {
                    activation::press(&mut browser, mailed).await;
                    fields.push(("id", &mailed.id));
                    won = mailed.step(&won);
                }
                let answer = browser.post(path, &fields).await;
                assert_eq!(answer.status, 303, "{path}: {}", answer.text());
                let to = answer.location();
                assert!(
                    to == won || to == LOST || to.starts_with("/sign-in?"),
                    "{path} leads to {to}"
                );
                to == won
            })
        })
        .collect();
    let mut won = 0;
    for asking in tries {
        won += usize::from(asking.await.expect("an answer"));
    }
    (won, sessions(portal).await - before)
}

async fn sessions(portal: &Portal) -> i64 {
    portal.house.row_counts().await.expect("counted")["session"]
}

on_both_engines!(
    attack_22_of_two_hundred_who_ask_at_once_exactly_one_is_served,
    |house: House| async move {
        let engine = house.engine;
        let portal = Portal::of(house);
        let soak = std::env::var("GATEHOUSE_RACES").ok();
        let rounds: usize = soak
            .as_ref()
            .map_or(1, |rounds| rounds.parse().expect("a number of rounds"));
        for (name, arm) in ARTEFACTS {
            for round in 0..rounds {
                let race = arm(&portal, round).await;
                let (won, opened) = run(&portal, &race).await;
                assert_eq!(won, 1, "{name}, round {round}: served");
                assert_eq!(opened, race.sessions, "{name}, round {round}: sessions");
                portal.house.advance(3600);
            }
            if soak.is_some() {
                let line = format!("{engine:?}: {name}: {rounds} rounds of {ASKING}, one success each\n");
                std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes()).expect("told");
            }
        }
    }
);
