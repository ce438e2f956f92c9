use super::*;
use crate::{Actor, contacts, on_both_engines, testing::House};
use domain::{Problem, SessionId, client::Side, office::audit::AuditQuery, settings::SignInSettings};
use proptest::prelude::*;
use std::fmt::Debug;

fn pairs(answers: &[(&str, &str)]) -> Vec<(String, String)> {
    answers
        .iter()
        .map(|(question, answer)| ((*question).to_owned(), (*answer).to_owned()))
        .collect()
}

fn texts(answers: &[&str]) -> Vec<String> {
    answers.iter().map(|answer| (*answer).to_owned()).collect()
}

const STREET: &str = "Which street did you first live in?";
const TEACHER: &str = "What was the name of your first teacher?";
const RIGHT: [(&str, &str); 2] = [(STREET, "Kiln Lane"), (TEACHER, "Miss Prosser")];

/// The firm asks this many.
async fn ask(house: &House, questions: u32, strict: bool) {
    let settings = SignInSettings {
        questions,
        strict,
        ..SignInSettings::default()
    };
    settings::sign_in::write(&house.firm, &house.imogen(), &settings)
        .await
        .expect("written");
}

/// Anwen, signed in by a link a moment ago.
async fn signed_in(house: &House) -> SessionId {
    house.session(Side::Contact, house.people.anwen.uuid(), "link").await.id
}

/// The firm asks two, and Anwen has answered them.
async fn answered(house: &House) {
    ask(house, 2, false).await;
    let session = signed_in(house).await;
    answer(&house.firm, &house.anwen(), session, &pairs(&RIGHT))
        .await
        .expect("answered");
}

fn told<T: Debug>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        other => panic!("it was not refused: {other:?}"),
    }
}

on_both_engines!(
    m18_a_contact_answers_as_many_as_the_firm_asks_of_its_list,
    |house| async move {
        ask(&house, 2, false).await;
        let (firm, anwen, session) = (&house.firm, house.anwen(), signed_in(&house).await);
        let refused = |answers: &'static [(&'static str, &'static str)]| {
            let (firm, anwen) = (std::sync::Arc::clone(firm), anwen.clone());
            async move { told(answer(&firm, &anwen, session, &pairs(answers)).await) }
        };
        let cases: [(&[(&str, &str)], Problem); 6] = [
            (
                &[(STREET, "Kiln Lane")],
                Problem::field(Field::ChosenQuestion(2), Reason::Empty),
            ),
            (
                &[("What is the password?", "x")],
                Problem::field(Field::ChosenQuestion(1), Reason::NotOffered),
            ),
            (
                &[(STREET, "Kiln Lane"), (STREET, "High Street")],
                Problem::field(Field::ChosenQuestion(2), Reason::ChosenTwice),
            ),
            (
                &[(STREET, " \u{200b} "), (TEACHER, "x")],
                Problem::field(Field::Answer(1), Reason::Empty),
            ),
            (
                &[(STREET, "Kiln Lane"), (TEACHER, "kiln  lane")],
                Problem::field(Field::Answer(2), Reason::AnsweredTwice),
            ),
            (&[], Problem::field(Field::ChosenQuestion(1), Reason::Empty)),
        ];
        for (answers, problem) in cases {
            assert_eq!(refused(answers).await, problem);
        }
        let long = [
            (STREET.to_owned(), "\u{fdfa}".repeat(50)),
            (TEACHER.to_owned(), "x".to_owned()),
        ];
        assert!(matches!(
            told(answer(firm, &anwen, session, &long).await),
            Problem::Refused {
                field: Field::Answer(1),
                reason: Reason::TooLong { .. }
            }
        ));
        assert!(asked(firm, house.people.anwen).await.expect("read").is_empty());
        answer(firm, &anwen, session, &pairs(&RIGHT)).await.expect("answered");
        assert_eq!(asked(firm, house.people.anwen).await.expect("read"), [STREET, TEACHER]);
        let own = own(firm, &anwen, session).await.expect("read").expect("asked here");
        assert_eq!((own.chosen.len(), own.fresh), (2, true));
    }
);

on_both_engines!(
    m18_of_an_answer_only_the_argon2id_of_its_normalised_text_is_kept,
    |house| async move {
        answered(&house).await;
        let rows = rows(house.people.anwen).all(house.firm.db()).await.expect("read");
        assert_eq!(rows.len(), 2);
        for row in &rows {
            assert!(row.answer_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        }
        let hasher = &house.firm.hasher;
        assert_eq!(hasher.verify("kiln lane", &rows[0].answer_hash).await, Verdict::Right);
        house.work().await.expect("worked");
        let letter = house.letters().into_iter().next().expect("a letter");
        assert_eq!(letter.subject, "Your security questions were answered anew");
        assert!(!letter.text.to_lowercase().contains("kiln"));
    }
);

on_both_engines!(
    m19_five_wrong_answers_are_tried_and_every_try_costs_the_same,
    |house| async move {
        answered(&house).await;
        let (firm, anwen) = (&house.firm, house.people.anwen);
        let wrong = |left| Problem::field(Field::Form, Reason::WrongAnswers { left });
        let spent = Problem::field(Field::Form, Reason::AnswersSpent);
        let tries: [(&[&str], Problem); 5] = [
            (&["Kiln Lane", "wrong"], wrong(4)),
            (&["wrong", "Miss Prosser"], wrong(3)),
            (&["Kiln Lane"], wrong(2)),
            (&[], wrong(1)),
            (&["Miss Prosser", "Kiln Lane"], spent.clone()),
        ];
        for (answers, problem) in tries {
            let before = firm.password_runs();
            assert_eq!(told(check(firm, anwen, &texts(answers)).await), problem);
            assert_eq!(firm.password_runs() - before, 2, "{answers:?}");
        }
        house.advance(30 * 24 * 3600);
        let right = texts(&["Kiln Lane", "Miss Prosser"]);
        assert_eq!(told(check(firm, anwen, &right).await), spent, "waiting does not help");
        // Answering anew, signed in, begins the count anew; and right answers do.
        let session = signed_in(&house).await;
        answer(firm, &house.anwen(), session, &pairs(&RIGHT))
            .await
            .expect("answered");
        for _ in 0..3 {
            for _ in 0..4 {
                told(check(firm, anwen, &[]).await);
            }
            let typed = texts(&[" KILN   lane ", "miss prosser"]);
            check(firm, anwen, &typed).await.expect("right");
        }
    }
);

on_both_engines!(tries_side_by_side_cost_as_much_as_tries_in_a_row, |house| async move {
    answered(&house).await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (firm, anwen) = (std::sync::Arc::clone(&house.firm), house.people.anwen);
            tokio::spawn(async move { check(&firm, anwen, &[]).await })
        })
        .collect();
    let before = house.firm.password_runs();
    for attempt in tries {
        told(attempt.await.expect("a task"));
    }
    assert!(house.firm.password_runs() - before <= 10, "five tries were compared");
});

on_both_engines!(
    m18_the_strict_profile_and_a_firm_that_asks_none_have_no_questions,
    |house| async move {
        answered(&house).await;
        let (firm, anwen) = (&house.firm, house.people.anwen);
        let session = signed_in(&house).await;
        for (questions, strict) in [(0, false), (2, true)] {
            ask(&house, questions, strict).await;
            assert_eq!(own(firm, &house.anwen(), session).await.expect("read"), None);
            assert!(asked(firm, anwen).await.expect("read").is_empty());
            assert!(!has_any(firm.db(), anwen).await.expect("read"));
            assert_eq!(offered(firm).await.expect("read"), QuestionsOffer::default());
            let refused = answer(firm, &house.anwen(), session, &pairs(&RIGHT)).await;
            assert_eq!(told(refused), Problem::NotFound);
            assert!(prepare(firm, &pairs(&RIGHT)).await.expect("nothing to keep").is_empty());
            let right = texts(&["Kiln Lane", "Miss Prosser"]);
            assert_eq!(told(check(firm, anwen, &right).await), Problem::NotFound);
        }
        ask(&house, 1, false).await;
        assert_eq!(
            asked(firm, anwen).await.expect("read").len(),
            2,
            "and they are asked again"
        );
    }
);

on_both_engines!(
    questions_are_changed_in_a_session_that_proved_itself_lately,
    |house| async move {
        ask(&house, 2, false).await;
        let session = signed_in(&house).await;
        house.advance(601);
        let late = answer(&house.firm, &house.anwen(), session, &pairs(&RIGHT)).await;
        assert_eq!(told(late), Problem::field(Field::Form, Reason::NotFresh));
        let staff = answer(&house.firm, &house.imogen(), session, &pairs(&RIGHT)).await;
        assert_eq!(told(staff), Problem::NotFound);
    }
);

on_both_engines!(
    m19_staff_clear_questions_with_a_reason_and_the_contact_is_told,
    |house| async move {
        answered(&house).await;
        house.work().await.expect("worked");
        let (firm, anwen, tomasz) = (&house.firm, house.people.anwen, house.tomasz());
        assert!(on_file(firm, &tomasz, anwen).await.expect("read"));
        let none = clear(firm, &tomasz, anwen, "  ").await;
        assert_eq!(told(none), Problem::field(Field::Why, Reason::Empty));
        for actor in [house.anwen(), house.priya(), Actor::Visitor] {
            assert_eq!(told(clear(firm, &actor, anwen, "Forgot").await), Problem::NotFound);
            assert!(!on_file(firm, &actor, anwen).await.expect("read"));
        }
        clear(firm, &tomasz, anwen, "Forgot, rang from the number on file")
            .await
            .expect("cleared");
        assert!(!on_file(firm, &tomasz, anwen).await.expect("read"));
        assert!(!has_any(firm.db(), anwen).await.expect("read"));
        house.work().await.expect("worked");
        let subject = "Your security questions were cleared";
        let letter = house.letters().into_iter().find(|letter| letter.subject == subject);
        assert_eq!(letter.expect("a letter").to, "anwen@marlowe.example");
        let query = AuditQuery {
            topic: "contacts".to_owned(),
            who: house.people.tomasz.to_string(),
            before: 0,
        };
        let log = crate::audit::list(firm, &house.imogen(), &query).await.expect("a log");
        assert_eq!(
            (log.rows[0].what.as_str(), log.rows[0].detail.as_str()),
            (
                "cleared the security questions of",
                "Forgot, rang from the number on file"
            )
        );
    }
);

on_both_engines!(what_a_removed_contact_answered_is_gone, |house| async move {
    answered(&house).await;
    contacts::remove(&house.firm, &house.imogen(), house.people.anwen)
        .await
        .expect("removed");
    let left = rows(house.people.anwen).count(house.firm.db()).await.expect("counted");
    assert_eq!(left, 0);
});

#[test]
fn an_answer_is_the_same_however_it_is_written() {
    for (typed, kept) in [
        ("  Kiln \t Lane\n", "kiln lane"),
        ("KILN LANE", "kiln lane"),
        ("Ｋｉｌｎ\u{3000}Ｌａｎｅ", "kiln lane"),
        ("Mu\u{308}ller", "müller"),
        ("MÜLLER", "müller"),
        ("Große Straße", "grosse strasse"),
        ("GROSSE STRASSE", "grosse strasse"),
        ("ΟΔΟΣ", "οδοσ"),
        ("οδος", "οδοσ"),
        ("ki\u{200b}ln\u{202e}", "kiln"),
        ("\u{a0}", ""),
    ] {
        assert_eq!(normalised(typed), kept, "{typed:?}");
    }
    assert_ne!(normalised("Kiln Lane"), normalised("Kilnlane"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    // S13, for the rule by which every reset goes.
    #[test]
    fn s13_whatever_is_accepted_with_questions_is_accepted_without(
        link: bool,
        answers: bool,
        code: bool,
    ) {
        let shown = Shown { link, answers, code };
        prop_assert!(!is_enough(true, shown) || is_enough(false, shown));
        prop_assert!(!is_enough(true, shown) || link, "answers alone never suffice");
        prop_assert!(!(link && code) || is_enough(true, shown), "wrong answers close no other way");
    }
}

proptest! {
    #[test]
    fn an_answer_is_compared_without_regard_to_capitals_and_spaces(typed in "\\PC{0,40}") {
        let kept = normalised(&typed);
        prop_assert_eq!(normalised(&format!("  {typed} ")), kept.clone());
        prop_assert!(!kept.starts_with(' ') && !kept.contains("  "));
    }
}
