//! Guessing at the permitted maximum (S5, class 21), by somebody who has the step before already.
//!
//! Tries are counted through the real verbs under a clock that is moved on; what they come to is calculated. `make test`
//! looks at two days of what grows evenly, `make soak` (`GATEHOUSE_GUESS_DAYS`) at all thirty.

use crate::{activation, portal::Portal};
use domain::{Field, LinkId, Problem, Reason, limits, walk::CodeWay};
use firm::{
    Actor, Error, invitations, on_both_engines,
    sessions::Device,
    sign_in,
    testing::{House, PASSWORD, code_of},
    walks::{self, Purpose, second},
};

const IMOGEN: &str = "imogen@harcourtpell.example";
const ANWEN: &str = "anwen@marlowe.example";
/// Days over which an attacker has patience.
const DAYS: f64 = 30.0;
/// What all of it may come to for one account.
const MOST: f64 = 1e-4;
/// Of a million codes, those that an authenticator app takes at one moment: this step's, the one before, the one after.
const APP: f64 = 3e-6;
/// Of a million codes, the one that was sent.
const SENT: f64 = 1e-6;
/// Of 32 letters and figures, eight.
const MAILED: f64 = 1.0 / 1_099_511_627_776.0;

fn days() -> u32 {
    std::env::var("GATEHOUSE_GUESS_DAYS").map_or(2, |days| days.parse().expect("days"))
}

/// The chance of `guesses` in the days that were looked at, over all [`DAYS`].
fn chance(guesses: u32, days: u32, each: f64) -> f64 {
    f64::from(guesses) * each * (DAYS / f64::from(days)).max(1.0)
}

fn refused<T>(answer: Result<T, Error>) -> Problem {
    match answer {
        Err(Error::Problem(problem)) => problem,
        Err(fault) => panic!("a fault: {fault:?}"),
        Ok(_) => panic!("a guess was right"),
    }
}

fn from(network: u32) -> Device {
    Device {
        network: format!("192.0.{network}.0/24"),
        ..Device::default()
    }
}

on_both_engines!(
    attack_21_thirty_days_of_app_codes_with_the_right_password,
    |house: House| async move {
        let (firm, visitor) = (&house.firm, &Actor::Visitor);
        let mut guesses = 0;
        // Whoever knows the password begins as many steps as they like.
        for _ in 0..30 {
            let right: u32 = code_of(firm, IMOGEN).await.parse().expect("digits");
            let wrong = format!("{:06}", (right + 500_000) % 1_000_000);
            for network in 0..3 {
                let device = from(network);
                let Ok(entered) = sign_in::with_password(firm, visitor, IMOGEN, PASSWORD, "", &device).await else {
                    continue;
                };
                for _ in 0..=limits::CODE_TRIES {
                    let answer = refused(sign_in::give_code(firm, visitor, &wrong, entered.step(), &device).await);
                    guesses += u32::from(matches!(
                        answer,
                        Problem::Refused {
                            field: Field::AppCode,
                            ..
                        }
                    ));
                }
                house.advance(3600);
            }
            house.advance(21 * 3600);
        }
        let chance = chance(guesses, 30, APP);
        assert!(guesses >= 4, "guesses are made at all");
        assert!(chance <= MOST, "{guesses} guesses come to {chance:e}");
    }
);

on_both_engines!(
    attack_21_thirty_days_of_sign_in_codes_for_somebody_elses_address,
    |house: House| async move {
        let (firm, visitor) = (&house.firm, &Actor::Visitor);
        let (mut guesses, mut mails) = (0_u32, 0_u32);
        // Ten networks ask in turn for links to one address, each as often as it may, and guess the codes.
        for _ in 0..days() * 48 {
            for network in 0..10 {
                let device = from(network);
                let asked = sign_in::ask_link(firm, visitor, ANWEN, "", None, &device).await;
                let Ok(asked) = asked else { continue };
                mails += 1;
                for _ in 0..=limits::CODE_TRIES {
                    let answer =
                        refused(sign_in::type_code(firm, visitor, "AAAA AAAA", Some(&asked.browser), &device).await);
                    guesses += u32::from(matches!(answer, Problem::Refused { field: Field::Code, .. }));
                }
            }
            house.advance(1800);
        }
        assert!(mails <= 101 * days(), "{mails} mails in {} days", days());
        let chance = chance(guesses, days(), MAILED);
        assert!(guesses > 0 && chance <= MOST, "{guesses} guesses come to {chance:e}");
    }
);

const HUGH: &str = "hugh@kestrelhill.example";

/// Guesses the ID code of an invitation as often as that is compared, and says how often it was.
async fn guess_id_code(portal: &Portal, mailed: &activation::Mailed, device: &Device) -> u32 {
    let (house, firm, visitor) = (&portal.house, &portal.house.firm, &Actor::Visitor);
    let (purpose, id) = (Purpose::Activate, mailed.id.parse().expect("an id"));
    let Ok(begun) = walks::take_secret(firm, visitor, purpose, id, &mailed.secret, None).await else {
        return 0;
    };
    let browser = Some(begun.browser.as_str());
    let sent = second::send(firm, visitor, purpose, id, CodeWay::Text, browser, device).await;
    if sent.is_ok() {
        house.work().await.expect("the queue");
    }
    let right: u32 = house.texts()[0].words[..6].parse().expect("digits");
    let wrong = format!("{:06}", (right + 500_000) % 1_000_000);
    let (mut guesses, mut before) = (0, None);
    for _ in 0..=limits::CODE_TRIES {
        let now = match refused(second::give(firm, visitor, purpose, id, &wrong, browser).await) {
            Problem::Refused {
                reason: Reason::WrongCode { left },
                ..
            } => Some(left),
            _ => None,
        };
        // The last of five is told otherwise.
        guesses += u32::from(now.is_some() || before == Some(1));
        before = now;
    }
    guesses
}

on_both_engines!(
    attack_21_thirty_days_of_id_codes_with_every_invitation_that_is_mailed,
    |house: House| async move {
        let portal = Portal::of(house);
        let (house, firm) = (&portal.house, &portal.house.firm);
        let contact = activation::contact_at(&portal, HUGH).await.parse().expect("an id");
        let mut guesses = 0;
        for day in 0..30 {
            // Staff invite again when an invitation has run out, and trust that it is their contact who asks for it.
            if day % 7 == 0 {
                let invited = invitations::invite(firm, &house.imogen(), contact).await;
                invited.expect("invited");
            }
            for network in 0..3 {
                let (device, mailed) = (from(network), activation::mailed(&portal, HUGH).await);
                guesses += guess_id_code(&portal, &mailed, &device).await;
                let id = mailed.id.parse().expect("an id");
                let asked = invitations::ask_again(firm, &Actor::Visitor, id, &device).await;
                asked.expect("the answer is the same");
                house.advance(7 * 3600);
            }
            house.advance(3 * 3600);
        }
        let chance = chance(guesses, 30, SENT);
        assert!(guesses >= 10, "guesses are made at all: {guesses}");
        assert!(chance <= MOST, "{guesses} guesses come to {chance:e}");
    }
);

on_both_engines!(
    attack_21_asking_again_gives_no_try_back_and_uses_up_nobody_elses,
    |house: House| async move {
        let portal = Portal::of(house);
        let (house, firm, visitor) = (&portal.house, &portal.house.firm, &Actor::Visitor);
        // The owner's own link waits in her browser.
        let mut own = portal.visitor();
        let letter = portal.ask_link(&mut own, ANWEN, "").await;
        // Somebody with the public id alone guesses at it from a browser of their own.
        let id: LinkId = letter.id.parse().expect("an id");
        let other = sign_in::ask_link(firm, visitor, "else@nowhere.example", "", None, &Device::default()).await;
        let other = other.expect("asked").browser;
        for _ in 0..20 {
            refused(sign_in::redeem_code(firm, visitor, id, "AAAA AAAA", Some(&other), &Device::default()).await);
        }
        // And the same address is asked for again and again from elsewhere.
        for network in 0..20 {
            let asked = sign_in::ask_link(firm, visitor, ANWEN, "", None, &from(network)).await;
            asked.expect("each network has mails of its own");
        }
        house.work().await.expect("the queue");
        let fields = [("code", letter.code.as_str()), ("from", "/sign-in/sent")];
        assert_eq!(own.post("/api/type_code", &fields).await.location(), "/home");

        // In one browser a new link does not reset the tries of the one before.
        let device = Device::default();
        let asked = sign_in::ask_link(firm, visitor, ANWEN, "", None, &device)
            .await
            .expect("asked");
        let browser = Some(asked.browser.as_str());
        for _ in 0..limits::CODE_TRIES {
            refused(sign_in::type_code(firm, visitor, "AAAA AAAA", browser, &device).await);
        }
        house.work().await.expect("the queue");
        let code = portal.newest_link(ANWEN).code;
        sign_in::ask_link(firm, visitor, ANWEN, "", browser, &device)
            .await
            .expect("asked again");
        refused(sign_in::type_code(firm, visitor, &code, browser, &device).await);
    }
);
