use super::*;
use crate::{on_both_engines, testing::House};
use domain::Problem;
use std::sync::Arc;

const ANWEN: &str = "anwen@marlowe.example";
const LIFE: i64 = limits::INVITATION_SECONDS;

async fn make(house: &House, whom: Whom) -> Issued {
    let tx = house.firm.begin().await.expect("begun");
    let issued = issue(&tx, Purpose::Activate, whom, ANWEN, LIFE).await.expect("issued");
    tx.commit().await.expect("committed");
    issued
}

async fn invite(house: &House) -> Issued {
    make(house, Whom::Person(Side::Contact, house.people.anwen.uuid())).await
}

async fn look(house: &House, id: LinkId, browser: Option<&str>) -> WalkPage {
    page(&house.firm, &Actor::Visitor, Purpose::Activate, id, browser)
        .await
        .expect("a page")
}

async fn open(house: &House, link: &Issued, browser: Option<&str>) -> Result<Begun> {
    let (purpose, visitor) = (Purpose::Activate, Actor::Visitor);
    take_secret(&house.firm, &visitor, purpose, link.id, &link.secret, browser).await
}

async fn type_code(house: &House, id: LinkId, code: &str) -> Result<Begun> {
    let device = Device::default();
    take_code(&house.firm, &Actor::Visitor, Purpose::Activate, id, code, None, &device).await
}

/// As the second proof does once it is right.
async fn settle(house: &House, id: LinkId) {
    let tx = house.firm.begin().await.expect("begun");
    one_time_token::Entity::update_many()
        .col_expr(Column::ProvenAt, Expr::value(house.firm.now().0))
        .filter(Column::Id.eq(id.uuid()))
        .exec(tx.db())
        .await
        .expect("settled");
    tx.commit().await.expect("committed");
}

async fn finish(house: &House, id: LinkId, browser: &str) -> Result<bool> {
    let tx = house.firm.begin().await?;
    let row = of_browser(tx.db(), Purpose::Activate, id, Some(browser), house.firm.now()).await?;
    let used = use_up(&tx, &row).await?;
    tx.commit().await?;
    Ok(used)
}

fn reason_of<T>(result: Result<T>) -> Reason {
    match result {
        Err(Error::Problem(Problem::Refused { reason, .. })) => reason,
        Err(other) => panic!("another problem: {other:?}"),
        Ok(_) => panic!("it was let through"),
    }
}

fn is_not_found<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Problem(Problem::NotFound)))
}

on_both_engines!(
    mission_14_looking_at_an_invitation_changes_nothing,
    |house| async move {
        let link = invite(&house).await;
        let before = find(house.firm.db(), Purpose::Activate, link.id).await.expect("a row");
        for _ in 0..3 {
            let seen = look(&house, link.id, None).await;
            assert_eq!(
                (seen.state, seen.begun, seen.code_spent),
                (LinkState::Live, None, false)
            );
            assert_eq!(seen.until, link.until);
        }
        let after = find(house.firm.db(), Purpose::Activate, link.id).await.expect("a row");
        assert_eq!(before, after);
    }
);

on_both_engines!(
    the_secret_gives_the_row_to_the_browser_that_posts_it_and_shows_whose_it_is,
    |house| async move {
        let link = invite(&house).await;
        let begun = open(&house, &link, None).await.expect("begun");
        let seen = look(&house, link.id, Some(&begun.browser)).await;
        let expected = BegunWalk {
            masked: "an•••@marlowe.example".to_owned(),
            proven: false,
        };
        assert_eq!(seen.begun, Some(expected));
        let stranger = Token::generate(&house.firm.random).text().to_string();
        for other in [None, Some(stranger.as_str())] {
            assert_eq!(look(&house, link.id, other).await.begun, None);
        }
        let wrong = Token::generate(&house.firm.random).text().to_string();
        let (firm, visitor) = (&house.firm, &Actor::Visitor);
        let refused = take_secret(firm, visitor, Purpose::Activate, link.id, &wrong, None).await;
        assert!(is_not_found(&refused), "a wrong secret is as good as an unknown link");
    }
);

on_both_engines!(
    attack_11_a_scanner_that_posts_the_secret_keeps_nobody_out,
    |house| async move {
        let link = invite(&house).await;
        let scanner = open(&house, &link, None).await.expect("begun");
        let person = open(&house, &link, None).await.expect("and begun afresh");
        assert_eq!(look(&house, link.id, Some(&scanner.browser)).await.begun, None);
        assert!(look(&house, link.id, Some(&person.browser)).await.begun.is_some());

        // The second proof settles which browser goes on; that one may open the link again.
        settle(&house, link.id).await;
        assert_eq!(reason_of(open(&house, &link, None).await), Reason::GoesOnElsewhere);
        let again = open(&house, &link, Some(&person.browser))
            .await
            .expect("the same browser");
        let begun = look(&house, link.id, Some(&again.browser)).await.begun.expect("begun");
        assert!(begun.proven);

        // Left alone for an hour, it is open to another browser again, which proves it anew.
        house.advance(limits::WALK_SECONDS);
        let later = open(&house, &link, None).await.expect("begun");
        let begun = look(&house, link.id, Some(&later.browser)).await.begun.expect("begun");
        assert!(!begun.proven);
    }
);

on_both_engines!(
    the_code_of_the_mail_begins_the_walk_and_five_wrong_ones_end_it,
    |house| async move {
        let link = invite(&house).await;
        let typed = links::spaced(&link.code).to_lowercase();
        let begun = type_code(&house, link.id, &typed).await.expect("begun");
        assert!(look(&house, link.id, Some(&begun.browser)).await.begun.is_some());
        let other = make(&house, Whom::Beside(Side::Contact, house.people.anwen.uuid())).await;
        let left = |left| Reason::WrongCode { left };
        assert_eq!(
            reason_of(type_code(&house, other.id, &link.code).await),
            left(4),
            "a code is bound to its link"
        );
        let mut tries = Vec::new();
        for _ in 0..4 {
            tries.push(reason_of(type_code(&house, other.id, "AAAA AAAA").await));
        }
        assert_eq!(tries, [left(3), left(2), left(1), Reason::CodeSpent]);
        assert_eq!(
            reason_of(type_code(&house, other.id, &other.code).await),
            Reason::CodeSpent
        );
        assert!(look(&house, other.id, None).await.code_spent);
        open(&house, &other, None).await.expect("the link itself goes on");
    }
);

on_both_engines!(
    attack_21_parallel_guesses_of_a_code_cost_as_many_tries,
    |house| async move {
        let link = invite(&house).await;
        let tries = (0..20).map(|_| type_code(&house, link.id, "AAAA AAAA"));
        let answers = futures::future::join_all(tries).await;
        let counted = answers
            .into_iter()
            .filter(|answer| {
                matches!(
                    answer,
                    Err(Error::Problem(Problem::Refused {
                        reason: Reason::WrongCode { .. },
                        ..
                    }))
                )
            })
            .count();
        assert_eq!(counted, 4, "and the fifth is told that it was the last");
    }
);

on_both_engines!(
    mission_11_a_new_invitation_replaces_the_old_one_and_one_asked_for_at_the_door_does_not,
    |house| async move {
        let anwen = house.people.anwen.uuid();
        let first = invite(&house).await;
        let beside = make(&house, Whom::Beside(Side::Contact, anwen)).await;
        assert_eq!(look(&house, first.id, None).await.state, LinkState::Live);
        let second = invite(&house).await;
        for old in [&first, &beside] {
            assert_eq!(look(&house, old.id, None).await.state, LinkState::Replaced);
            assert_eq!(reason_of(open(&house, old, None).await), Reason::LinkReplaced);
            assert_eq!(
                reason_of(type_code(&house, old.id, &old.code).await),
                Reason::LinkReplaced
            );
        }
        // Somebody else's, and one for something else, stay.
        let tx = house.firm.begin().await.expect("begun");
        let (priya, reset) = (Whom::Person(Side::Contact, house.people.priya.uuid()), Purpose::Reset);
        issue(&tx, Purpose::Activate, priya, "priya@brightwater.example", LIFE)
            .await
            .expect("issued");
        issue(&tx, reset, Whom::Person(Side::Contact, anwen), ANWEN, LIFE)
            .await
            .expect("issued");
        tx.commit().await.expect("committed");
        assert_eq!(look(&house, second.id, None).await.state, LinkState::Live);
    }
);

on_both_engines!(an_invitation_says_that_its_time_is_over, |house| async move {
    let link = invite(&house).await;
    let begun = open(&house, &link, None).await.expect("begun");
    house.advance(LIFE);
    assert_eq!(
        look(&house, link.id, Some(&begun.browser)).await.state,
        LinkState::Expired
    );
    assert_eq!(reason_of(open(&house, &link, None).await), Reason::LinkExpired);
    assert_eq!(
        reason_of(finish(&house, link.id, &begun.browser).await),
        Reason::LinkExpired
    );
});

on_both_engines!(attack_22_of_many_last_steps_at_once_one_wins, |house| async move {
    let link = invite(&house).await;
    let beside = make(&house, Whom::Beside(Side::Contact, house.people.anwen.uuid())).await;
    let begun = Arc::new(open(&house, &link, None).await.expect("begun"));
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (firm, begun, id) = (Arc::clone(&house.firm), Arc::clone(&begun), link.id);
            tokio::spawn(async move {
                // The row as a slow step saw it, so that the one statement alone decides.
                let row = find(firm.db(), Purpose::Activate, id).await?;
                assert!(is_browsers(&row, Some(&begun.browser)));
                let tx = firm.begin().await?;
                let used = use_up(&tx, &row).await?;
                tx.commit().await?;
                Ok::<_, Error>(used)
            })
        })
        .collect();
    let mut won = 0;
    for attempt in tries {
        won += usize::from(attempt.await.expect("a task").expect("no fault"));
    }
    assert_eq!(won, 1);
    assert_eq!(look(&house, link.id, Some(&begun.browser)).await.state, LinkState::Used);
    assert_eq!(reason_of(open(&house, &link, None).await), Reason::LinkUsed);
    assert_eq!(
        look(&house, beside.id, None).await.state,
        LinkState::Replaced,
        "what else was on its way is done with"
    );
});

on_both_engines!(the_steps_of_a_walk_belong_to_one_browser, |house| async move {
    let link = invite(&house).await;
    let begun = open(&house, &link, None).await.expect("begun");
    let stranger = Token::generate(&house.firm.random).text().to_string();
    assert_eq!(
        reason_of(finish(&house, link.id, &stranger).await),
        Reason::OpenLinkAgain
    );
    assert!(finish(&house, link.id, &begun.browser).await.expect("no fault"));
});

on_both_engines!(mission_42_removing_a_contact_ends_their_links, |house| async move {
    let anwen = house.people.anwen;
    let link = invite(&house).await;
    crate::contacts::suspend(&house.firm, &house.imogen(), anwen)
        .await
        .expect("suspended");
    assert_eq!(look(&house, link.id, None).await.state, LinkState::Replaced);
    crate::contacts::reopen(&house.firm, &house.imogen(), anwen)
        .await
        .expect("reopened");
    let (link, asked) = (invite(&house).await, make(&house, Whom::Unknown).await);
    let begun = open(&house, &asked, None).await.expect("begun");
    crate::contacts::remove(&house.firm, &house.imogen(), anwen)
        .await
        .expect("removed");
    for ended in [&link, &asked] {
        assert_eq!(look(&house, ended.id, None).await.state, LinkState::Replaced);
    }
    let tx = house.firm.begin().await.expect("begun");
    let row = find(tx.db(), Purpose::Activate, asked.id).await.expect("a row");
    assert_eq!(owner(&house.firm, tx.db(), &row).await.expect("read"), None);
    assert_eq!(
        reason_of(
            of_browser(
                tx.db(),
                Purpose::Activate,
                asked.id,
                Some(&begun.browser),
                house.firm.now()
            )
            .await
        ),
        Reason::LinkReplaced
    );
});

on_both_engines!(
    attack_4_another_firm_and_another_purpose_know_no_such_link,
    |house| async move {
        let link = invite(&house).await;
        let visitor = &Actor::Visitor;
        assert!(is_not_found(
            &page(&house.other, visitor, Purpose::Activate, link.id, None).await
        ));
        for purpose in [Purpose::Reset, Purpose::Join, Purpose::Address] {
            assert!(is_not_found(&page(&house.firm, visitor, purpose, link.id, None).await));
            assert!(is_not_found(
                &take_secret(&house.firm, visitor, purpose, link.id, &link.secret, None).await
            ));
        }
        // Nor does the page of a sign-in link.
        let page = crate::sign_in::link_page(&house.firm, visitor, link.id, None).await;
        assert!(is_not_found(&page));
    }
);

on_both_engines!(
    a_link_asked_for_at_the_door_belongs_to_whoever_has_the_address,
    |house| async move {
        let asked = make(&house, Whom::Unknown).await;
        let tx = house.firm.begin().await.expect("begun");
        let row = find(tx.db(), Purpose::Activate, asked.id).await.expect("a row");
        assert_eq!(
            owner(&house.firm, tx.db(), &row).await.expect("read"),
            Some((Side::Contact, house.people.anwen.uuid()))
        );
    }
);
