use super::*;
use crate::{
    contacts::ContactDraft,
    on_both_engines,
    sessions::resume,
    sign_in::Pass,
    testing::{House, code_of},
};
use domain::{Problem, settings::SignInSettings};
use std::collections::BTreeMap;

const ANWEN: &str = "anwen@marlowe.example";
const TOMASZ: &str = "tomasz@harcourtpell.example";
const NEW: &str = "nine brown hens by the kiln";

struct Mailed {
    id: LinkId,
    secret: String,
    code: String,
}

fn told<T>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        Err(fault) => panic!("a fault: {fault:?}"),
        Ok(_) => panic!("it was done"),
    }
}

/// The newest reset link that was mailed to an address.
async fn mailed(house: &House, address: &str) -> Option<Mailed> {
    house.work().await.expect("worked");
    let letters = house.letters();
    let letter = letters
        .iter()
        .find(|letter| letter.to == address && letter.text.contains("/reset/"))?;
    let (_, rest) = letter.text.split_once("/reset/").expect("a link");
    let (id, rest) = rest.split_once('#').expect("a secret");
    let code = letter.text.lines().find(|line| {
        line.len() == 9 && line.as_bytes()[4] == b' ' && line.chars().all(|c| c == ' ' || c.is_ascii_alphanumeric())
    });
    Some(Mailed {
        id: id.parse().expect("an id"),
        secret: rest.lines().next().expect("a secret").to_owned(),
        code: code.expect("a code").to_owned(),
    })
}

/// Anwen has been in the portal before, so there is an access that a password opens.
async fn came_in(house: &House) {
    house.token(Side::Contact, house.people.anwen.uuid(), "link").await;
}

async fn asked(house: &House, address: &str) -> Mailed {
    came_in(house).await;
    ask(&house.firm, &Actor::Visitor, address, &Device::default())
        .await
        .expect("asked");
    mailed(house, address).await.expect("a letter")
}

async fn begun(house: &House, link: &Mailed) -> String {
    walks::take_secret(
        &house.firm,
        &Actor::Visitor,
        Purpose::Reset,
        link.id,
        &link.secret,
        None,
    )
    .await
    .expect("begun")
    .browser
}

async fn finished(house: &House, link: &Mailed, browser: &str, password: &str) -> Result<Entered> {
    let device = Device::default();
    finish(&house.firm, &Actor::Visitor, link.id, password, Some(browser), &device).await
}

async fn signs_in(house: &House, address: &str, password: &str) -> bool {
    let device = Device::default();
    sign_in::with_password(&house.firm, &Actor::Visitor, address, password, "", &device)
        .await
        .is_ok()
}

/// The firm asks two questions, and Anwen has answered them.
async fn with_questions(house: &House) {
    let settings = SignInSettings {
        questions: 2,
        ..SignInSettings::default()
    };
    crate::settings::sign_in::write(&house.firm, &house.imogen(), &settings)
        .await
        .expect("kept");
    let answers: Vec<(String, String)> = settings
        .question_list
        .iter()
        .take(2)
        .zip(["Kiln Lane", "Mrs Ash"])
        .map(|(question, answer)| (question.clone(), answer.to_owned()))
        .collect();
    let kept = questions::prepare(&house.firm, &answers).await.expect("checked");
    let tx = house.firm.begin().await.expect("begun");
    questions::keep(&tx, house.people.anwen, kept).await.expect("kept");
    tx.commit().await.expect("committed");
}

async fn give_mobile(house: &House) {
    let draft = ContactDraft {
        first_name: "Anwen".to_owned(),
        last_name: "Marlowe".to_owned(),
        address: ANWEN.to_owned(),
        phone: "07700 900042".to_owned(),
    };
    contacts::change(&house.firm, &house.imogen(), house.people.anwen, &draft)
        .await
        .expect("kept");
}

on_both_engines!(
    mission_65_a_reset_works_for_somebody_who_never_had_a_password,
    |house| async move {
        let anwen = house.people.anwen.uuid();
        let other = house.token(Side::Contact, anwen, "link").await;
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        let short = told(finished(&house, &link, &browser, "too short").await);
        assert!(matches!(
            short,
            Problem::Refused {
                field: Field::NewPassword,
                ..
            }
        ));
        let entered = finished(&house, &link, &browser, NEW).await.expect("set");
        assert_eq!(entered.next, AFTERWARDS, "where the devices are listed");
        let token = entered.token().expect("no second factor is enrolled");
        assert!(resume(&house.firm, token).await.expect("read").is_some());
        assert!(
            resume(&house.firm, &other).await.expect("read").is_none(),
            "the other session is out"
        );
        assert!(signs_in(&house, ANWEN, NEW).await);
        house.work().await.expect("worked");
        let letters = house.letters();
        assert!(
            letters
                .iter()
                .any(|letter| letter.to == ANWEN && letter.subject == "A password was set")
        );
        let used = Problem::field(Field::Form, Reason::LinkUsed);
        assert_eq!(told(finished(&house, &link, &browser, NEW).await), used);
    }
);

on_both_engines!(
    staff_reset_their_password_and_are_still_asked_for_their_second_factor,
    |house| async move {
        let link = asked(&house, TOMASZ).await;
        let browser = walks::take_code(
            &house.firm,
            &Actor::Visitor,
            Purpose::Reset,
            link.id,
            &link.code,
            None,
            &Device::default(),
        )
        .await
        .expect("the code of the mail does as well")
        .browser;
        let entered = finished(&house, &link, &browser, "vellum & wax").await.expect("set");
        assert!(matches!(entered.pass, Pass::Step { enrols: false, .. }));
        let code = code_of(&house.firm, TOMASZ).await;
        let device = Device::default();
        let entered = sign_in::give_code(&house.firm, &Actor::Visitor, &code, entered.step(), &device)
            .await
            .expect("let in");
        assert_eq!(entered.next, AFTERWARDS);
    }
);

on_both_engines!(
    attack_13_an_unknown_address_costs_the_same_and_nobody_is_written_to,
    |house| async move {
        let mut work = Vec::new();
        for address in [ANWEN, TOMASZ, "nobody@elsewhere.example"] {
            let runs = house.firm.password_runs();
            let jobs = crate::jobs::waiting(&house.firm).await.expect("counted");
            ask(&house.firm, &Actor::Visitor, address, &Device::default())
                .await
                .expect("asked");
            let queued = crate::jobs::waiting(&house.firm).await.expect("counted") - jobs;
            work.push((house.firm.password_runs() - runs, queued));
        }
        assert_eq!(work, [(0, 1); 3]);
        house.work().await.expect("worked");
        let to: Vec<_> = house.letters().into_iter().map(|letter| letter.to).collect();
        assert_eq!(to.len(), 2, "{to:?}");
    }
);

on_both_engines!(
    mission_19_answers_or_a_texted_code_are_asked_for_beside_the_link,
    |house| async move {
        with_questions(&house).await;
        give_mobile(&house).await;
        let (firm, visitor, device) = (&house.firm, &Actor::Visitor, &Device::default());
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        let first = Problem::field(Field::Form, Reason::ProveFirst);
        assert_eq!(
            told(finished(&house, &link, &browser, NEW).await),
            first,
            "the link alone"
        );
        let step = step(firm, visitor, link.id, Some(&browser)).await.expect("read");
        let ResetStep::Prove(step) = step else {
            panic!("the questions come first")
        };
        assert_eq!((step.questions.len(), step.mobile.as_str()), (2, "••42"));
        let wrong = ["no".to_owned(), "no".to_owned()];
        for left in [4, 3, 2, 1, 0] {
            let refused = told(answer(firm, visitor, link.id, &wrong, Some(&browser), device).await);
            let reason = match left {
                0 => Reason::AnswersSpent,
                left => Reason::WrongAnswers { left },
            };
            assert_eq!(refused, Problem::field(Field::Form, reason));
        }
        let right = ["kiln lane ".to_owned(), "MRS ASH".to_owned()];
        assert!(
            answer(firm, visitor, link.id, &right, Some(&browser), device)
                .await
                .is_err(),
            "five tries are all"
        );
        // The other way stays open.
        text_code(firm, visitor, link.id, Some(&browser), device)
            .await
            .expect("texted");
        house.work().await.expect("worked");
        let text = &house.texts()[0];
        let code = text.words.split(' ').next().expect("a code");
        give_code(firm, visitor, link.id, code, Some(&browser))
            .await
            .expect("right");
        finished(&house, &link, &browser, NEW).await.expect("set");
    }
);

on_both_engines!(
    mission_19_right_answers_complete_the_link_and_are_worth_nothing_elsewhere,
    |house| async move {
        with_questions(&house).await;
        let (firm, visitor, device) = (&house.firm, &Actor::Visitor, &Device::default());
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        let right = ["kiln  lane".to_owned(), "mrs ash".to_owned()];
        // Whoever has the answers and not the link gets nowhere.
        let elsewhere = vault::Token::generate(&firm.random).text().to_string();
        let open_again = Problem::field(Field::Form, Reason::OpenLinkAgain);
        for browser in [None, Some(elsewhere.as_str())] {
            assert_eq!(
                told(answer(firm, visitor, link.id, &right, browser, device).await),
                open_again
            );
        }
        answer(firm, visitor, link.id, &right, Some(&browser), device)
            .await
            .expect("right");
        finished(&house, &link, &browser, NEW).await.expect("set");
    }
);

on_both_engines!(
    mission_63_staff_send_a_reset_link_and_never_see_the_password,
    |house| async move {
        let (firm, anwen) = (&house.firm, house.people.anwen);
        came_in(&house).await;
        send(firm, &house.tomasz(), anwen).await.expect("sent");
        let link = mailed(&house, ANWEN).await.expect("a letter");
        house.advance(60);
        send(firm, &house.tomasz(), anwen).await.expect("sent again");
        let page = walks::page(firm, &Actor::Visitor, Purpose::Reset, link.id, None)
            .await
            .expect("read");
        assert_eq!(page.state, domain::sign_in::LinkState::Replaced);
        let link = mailed(&house, ANWEN).await.expect("a letter");
        let browser = begun(&house, &link).await;
        finished(&house, &link, &browser, NEW).await.expect("set");
        let log = crate::audit::list(firm, &house.imogen(), &domain::office::audit::AuditQuery::default())
            .await
            .expect("read");
        assert!(format!("{log:?}").contains("sent a reset link to"));
        assert!(send(firm, &house.priya(), anwen).await.is_err(), "contacts do not");
        contacts::suspend(firm, &house.tomasz(), anwen)
            .await
            .expect("suspended");
        let inactive = Problem::field(Field::Form, Reason::NotActive);
        assert_eq!(told(send(firm, &house.tomasz(), anwen).await), inactive);
    }
);

on_both_engines!(
    a_reset_link_of_somebody_suspended_meanwhile_leads_nowhere,
    |house| async move {
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        contacts::suspend(&house.firm, &house.imogen(), house.people.anwen)
            .await
            .expect("suspended");
        assert!(finished(&house, &link, &browser, NEW).await.is_err());
        let asked_again = ask(&house.firm, &Actor::Visitor, ANWEN, &Device::default()).await;
        assert!(asked_again.is_ok(), "the same answer");
        let before = house.letters().len();
        house.work().await.expect("worked");
        assert_eq!(house.letters().len(), before, "and no letter");
    }
);

on_both_engines!(
    attack_22_a_reset_link_is_redeemed_once_however_many_press,
    |house| async move {
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        let tries = (0..8).map(|_| finished(&house, &link, &browser, NEW));
        let done = futures::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|entered| entered.is_ok()).count(), 1);
    }
);

/// S13: whatever is accepted where questions are asked is accepted where they are not.
#[test]
fn questions_add_a_check_and_never_a_way() {
    let mut accepted: BTreeMap<bool, usize> = BTreeMap::new();
    for bits in 0..8_u8 {
        let shown = Shown {
            link: bits & 1 > 0,
            answers: bits & 2 > 0,
            code: bits & 4 > 0,
        };
        let (with, without) = (questions::is_enough(true, shown), questions::is_enough(false, shown));
        assert!(!with || without);
        assert!(!without || shown.link, "never without the mailed link");
        *accepted.entry(with).or_default() += 1;
    }
    assert_eq!(accepted[&true], 3);
}

on_both_engines!(
    staff_without_a_second_factor_are_not_reset_by_mail,
    |house: House| async move {
        let link = asked(&house, TOMASZ).await;
        let browser = begun(&house, &link).await;
        factors::clear(&house.firm, &Actor::Operator, TOMASZ)
            .await
            .expect("cleared");
        let over = step(&house.firm, &Actor::Visitor, link.id, Some(&browser)).await;
        assert_eq!(told(over), Problem::NotFound, "a link from before is worth nothing");
        house.advance(3600);
        ask(&house.firm, &Actor::Visitor, TOMASZ, &Device::default())
            .await
            .expect("asked");
        house.work().await.expect("worked");
        let letter = &house.letters()[0];
        assert_eq!(letter.to, TOMASZ);
        assert!(letter.text.contains("no second step") && !letter.text.contains("/reset/"));
    }
);

on_both_engines!(
    a_reset_link_is_over_once_the_password_is_decided_otherwise,
    |house: House| async move {
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        let anwen = house.people.anwen.uuid();
        let hash = passwords::hash(&house.firm, NEW).await.expect("a hash");
        let mut tx = house.firm.begin().await.expect("begun");
        passwords::set(&mut tx, Side::Contact, anwen, hash, None)
            .await
            .expect("set");
        tx.commit().await.expect("committed");
        let over = finish(
            &house.firm,
            &Actor::Visitor,
            link.id,
            "another one that nobody guesses",
            Some(&browser),
            &Device::default(),
        )
        .await;
        assert_eq!(told(over), Problem::field(Field::Form, Reason::LinkReplaced));
    }
);

on_both_engines!(
    attack_21_ten_wrong_codes_ask_for_the_firm_which_lets_an_active_contact_try_again_by_sending_a_link,
    |house: House| async move {
        with_questions(&house).await;
        give_mobile(&house).await;
        came_in(&house).await;
        let (firm, visitor, device) = (&house.firm, &Actor::Visitor, &Device::default());
        let mut codes = Vec::new();
        for _ in 0..2 {
            house.advance(3600);
            let link = asked(&house, ANWEN).await;
            let browser = begun(&house, &link).await;
            text_code(firm, visitor, link.id, Some(&browser), device)
                .await
                .expect("texted");
            house.work().await.expect("worked");
            let right: u32 = house.texts()[0].words[..6].parse().expect("digits");
            let wrong = format!("{:06}", (right + 500_000) % 1_000_000);
            for _ in 0..5 {
                let refused = give_code(firm, visitor, link.id, &wrong, Some(&browser)).await;
                codes.push(told(refused));
            }
        }
        assert_eq!(codes.len(), 10);
        house.advance(3600);
        let link = asked(&house, ANWEN).await;
        let browser = begun(&house, &link).await;
        let ask_firm = Problem::field(Field::Form, Reason::AskFirm);
        let refused = text_code(firm, visitor, link.id, Some(&browser), device).await;
        assert_eq!(told(refused), ask_firm);

        // They rang.
        send(firm, &house.tomasz(), house.people.anwen).await.expect("sent");
        let link = mailed(&house, ANWEN).await.expect("a letter");
        let browser = begun(&house, &link).await;
        text_code(firm, visitor, link.id, Some(&browser), device)
            .await
            .expect("texted");
        house.work().await.expect("worked");
        let code = house.texts()[0].words[..6].to_owned();
        give_code(firm, visitor, link.id, &code, Some(&browser))
            .await
            .expect("right");
        finished(&house, &link, &browser, NEW).await.expect("set");
    }
);
