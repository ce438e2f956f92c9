//! Recovery (S13): a path that is accepted where the firm asks security questions is accepted where it asks none. Questions
//! take ways away and never add one, and wrong answers close none.

use crate::{
    browser::Browser,
    portal::{LinkLetter, Portal},
    resets,
};
use domain::settings::SignInSettings;
use firm::{
    contacts::{self, ContactDraft},
    on_both_engines, settings,
    testing::{House, PASSWORD},
};

const ANWEN: &str = "anwen@marlowe.example";
const RIGHT: [&str; 2] = ["Kiln Lane", "Miss Prosser"];

/// How the mailed link came about.
const PATHS: [Path; 2] = [Path::AskedAtTheDoor, Path::SentByStaff];
/// What was shown of the mailed link.
const LINKS: [Link; 4] = [Link::None, Link::WrongSecret, Link::Secret, Link::Code];
/// Answers, or the code of the text message. Right answers come last, so that wrong ones do not add up from case to case.
const SHOWN: [Shown; 3] = [Shown::None, Shown::Wrong, Shown::Right];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    AskedAtTheDoor,
    SentByStaff,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    None,
    WrongSecret,
    Secret,
    Code,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    None,
    Wrong,
    Right,
}

/// What somebody brings who wants to get in.
#[derive(Clone, Copy, Debug)]
struct Case {
    path: Path,
    link: Link,
    answers: Shown,
    code: Shown,
}

fn cases() -> impl Iterator<Item = Case> {
    let links = PATHS.into_iter().flat_map(|path| LINKS.map(|link| (path, link)));
    let codes = links.flat_map(|(path, link)| SHOWN.map(|code| (path, link, code)));
    codes.flat_map(|(path, link, code)| {
        SHOWN.map(|answers| Case {
            path,
            link,
            answers,
            code,
        })
    })
}

/// A portal whose firm asks so many questions, and Anwen with a mobile and with answers to them.
async fn asking(house: House, questions: u32) -> Portal {
    let portal = Portal::of(house);
    let (firm, imogen) = (&portal.house.firm, portal.house.imogen());
    let draft = ContactDraft {
        first_name: "Anwen".to_owned(),
        last_name: "Marlowe".to_owned(),
        address: ANWEN.to_owned(),
        phone: "07700 900042".to_owned(),
    };
    contacts::change(firm, &imogen, portal.house.people.anwen, &draft)
        .await
        .expect("kept");
    let asks = SignInSettings {
        questions: 2,
        ..SignInSettings::default()
    };
    settings::sign_in::write(firm, &imogen, &asks).await.expect("kept");
    let fields = [
        ("question[0]", asks.question_list[0].as_str()),
        ("answer[0]", RIGHT[0]),
        ("question[1]", &asks.question_list[1]),
        ("answer[1]", RIGHT[1]),
        ("from", "/account/questions"),
    ];
    let mut anwen = portal.anwen().await;
    anwen.post("/api/answer_questions", &fields).await;
    assert!(anwen.cookies.contains_key("__Host-said"), "they are kept");
    let settings = SignInSettings { questions, ..asks };
    settings::sign_in::write(firm, &imogen, &settings).await.expect("kept");
    portal
}

async fn mailed(portal: &Portal, path: Path) -> LinkLetter {
    match path {
        Path::AskedAtTheDoor => {
            let fields = [("address", ANWEN), ("from", "/sign-in/help")];
            let asked = portal.visitor().post("/api/ask_reset", &fields).await;
            assert_eq!(asked.location(), "/sign-in/help/sent");
        }
        Path::SentByStaff => {
            let id = portal.house.people.anwen;
            firm::resets::send(&portal.house.firm, &portal.house.tomasz(), id)
                .await
                .expect("sent");
        }
    }
    portal.letter(ANWEN, "/reset/").await
}

/// Whether somebody who brings this gets a password set.
async fn is_accepted(portal: &Portal, case: Case) -> bool {
    // Ten text messages a day go to one number.
    portal.house.advance(3 * 3600);
    let letter = mailed(portal, case.path).await;
    let id = letter.id.as_str();
    // The owner has begun and has the code on their mobile, where somebody may have read it.
    let mut owner = portal.visitor();
    resets::begin_reset(&mut owner, &letter).await;
    owner.post("/api/text_reset_code", &[("id", id), ("from", "/")]).await;
    portal.house.work().await.expect("the queue");
    let code: String = portal.house.texts()[0].words.chars().take(6).collect();

    let mut browser = portal.visitor();
    match case.link {
        Link::None => {}
        Link::WrongSecret => {
            let wrong = "A".repeat(letter.secret.len());
            post(&mut browser, "/api/begin_reset", &[("id", id), ("secret", &wrong)]).await;
        }
        Link::Secret => resets::begin_reset(&mut browser, &letter).await,
        Link::Code => {
            let fields = [("id", id), ("code", letter.code.as_str())];
            post(&mut browser, "/api/begin_reset_by_code", &fields).await;
        }
    }
    for (shown, typed) in [(Shown::Wrong, ["no", "no"]), (Shown::Right, RIGHT)] {
        if case.answers == shown {
            let fields = [("id", id), ("answer[0]", typed[0]), ("answer[1]", typed[1])];
            post(&mut browser, "/api/answer_reset", &fields).await;
        }
    }
    let wrong = format!("{:06}", (code.parse::<u32>().expect("digits") + 500_000) % 1_000_000);
    for (shown, typed) in [(Shown::Wrong, &wrong), (Shown::Right, &code)] {
        if case.code == shown {
            post(&mut browser, "/api/give_reset_code", &[("id", id), ("code", typed)]).await;
        }
    }
    let done = post(&mut browser, "/api/finish_reset", &[("id", id), ("password", PASSWORD)]).await;
    assert_eq!(
        done == "/account/devices",
        browser.cookies.contains_key("__Host-session"),
        "{case:?}"
    );
    done == "/account/devices"
}

async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = fields.iter().copied().chain([("from", "/sign-in/help")]).collect();
    let answer = browser.post(path, &fields).await;
    assert_eq!(answer.status, 303, "{path}: {}", answer.text());
    answer.location().to_owned()
}

on_both_engines!(
    s13_whatever_a_reset_accepts_with_questions_it_accepts_without,
    |house: House| async move {
        let engine = house.engine;
        let asks = asking(house, 2).await;
        let plain = asking(House::open(engine).await, 0).await;
        let (mut with, mut without) = (0, 0);
        for case in cases() {
            let (asked, not_asked) = (is_accepted(&asks, case).await, is_accepted(&plain, case).await);
            assert!(!asked || not_asked, "{case:?}");
            let has_link = matches!(case.link, Link::Secret | Link::Code);
            assert_eq!(
                not_asked, has_link,
                "the mailed link is all that it takes, and never less: {case:?}"
            );
            let more = case.answers == Shown::Right || case.code == Shown::Right;
            assert_eq!(asked, has_link && more, "{case:?}");
            with += usize::from(asked);
            without += usize::from(not_asked);
        }
        assert_eq!((with, without), (20, 36), "of 72");
    }
);
