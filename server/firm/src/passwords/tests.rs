use super::*;
use crate::{
    Actor, Session, on_both_engines,
    sessions::{Device, resume},
    sign_in::{self, Entered},
    testing::{House, PASSWORD, code_of, give_app},
};
use domain::limits::FRESH_SECONDS;
use entity::firm::contact;
use futures::StreamExt;
use sea_orm::EntityTrait;
use vault::Verdict;

const ANWEN: &str = "anwen@marlowe.example";
const NEW: &str = "nine brown hens by the kiln";
const CONTEXT: [&str; 4] = ["Harcourt & Pell", "portal.harcourtpell.example", "Anwen Marlowe", ANWEN];

fn told<T>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        Err(fault) => panic!("a fault: {fault:?}"),
        Ok(_) => panic!("it was done"),
    }
}

fn refused(settings: &SignInSettings, has_factor: bool, password: &str) -> Option<Reason> {
    match accept(settings, has_factor, &CONTEXT, password) {
        Ok(()) => None,
        Err(Problem::Refused {
            field: Field::NewPassword,
            reason,
        }) => Some(reason),
        Err(other) => panic!("{other:?}"),
    }
}

async fn enter(house: &House, factor: &str) -> Session {
    house.session(Side::Contact, house.people.anwen.uuid(), factor).await
}

async fn sign_in(house: &House, password: &str) -> Result<Entered> {
    let device = Device::default();
    sign_in::with_password(&house.firm, &Actor::Visitor, ANWEN, password, "", &device).await
}

async fn was_told(house: &House, subject: &str) -> bool {
    house.work().await.expect("worked");
    house
        .letters()
        .iter()
        .any(|letter| letter.to == ANWEN && letter.subject == subject)
}

#[test]
fn mission_20_the_firm_sets_the_least_length_and_each_refusal_names_its_rule() {
    let standard = SignInSettings::default();
    let eight = SignInSettings {
        password_chars: 8,
        ..SignInSettings::default()
    };
    assert_eq!(
        refused(&standard, false, "brown hens lay"),
        Some(Reason::TooShort { least: 15, found: 14 })
    );
    assert_eq!(refused(&standard, false, "brown hens lays"), None);
    assert_eq!(refused(&standard, true, "tvk hens"), None, "beside a second factor");
    assert_eq!(
        refused(&eight, true, "tvk hen"),
        Some(Reason::TooShort { least: 8, found: 7 })
    );
    let strict = SignInSettings { strict: true, ..eight }.in_force();
    assert_eq!(
        refused(&strict, false, "tvk hens"),
        Some(Reason::TooShort { least: 15, found: 8 })
    );
    assert_eq!(refused(&standard, false, ""), Some(Reason::Empty));
    let kinds = SignInSettings {
        character_kinds: true,
        ..SignInSettings::default()
    };
    let small = Some(Reason::KindMissing {
        kind: CharacterKind::Small,
    });
    assert_eq!(refused(&kinds, false, "NINE BROWN HENS 9"), small);
    assert_eq!(refused(&kinds, false, "Nine brown hens 9"), None);
    for reason in [
        Reason::TooShort { least: 15, found: 14 },
        Reason::CommonPassword,
        Reason::PatternPassword,
        Reason::PasswordTooLong,
        Reason::ContextPassword {
            word: "harcourt".to_owned(),
        },
    ] {
        assert!(reason.sentence(Field::NewPassword).ends_with('.'));
    }
}

#[test]
fn mission_20_a_thousand_listed_passwords_and_variants_of_the_firms_name_are_refused() {
    let least = SignInSettings {
        password_chars: 8,
        ..SignInSettings::default()
    };
    let listed: Vec<&str> = include_str!("common.txt")
        .lines()
        .filter(|line| line.chars().count() >= 8)
        .collect();
    assert!(listed.len() > 3_000, "the top 3,000 that are long enough, and more");
    for password in listed.iter().step_by(listed.len() / 1_000) {
        for variant in [
            (*password).to_owned(),
            password.to_uppercase(),
            format!("{password}{password}"),
        ] {
            let found = refused(&least, true, &variant);
            assert!(
                matches!(
                    found,
                    Some(Reason::CommonPassword | Reason::PatternPassword | Reason::ContextPassword { .. })
                ),
                "{variant}: {found:?}"
            );
        }
    }
    for name in ["harcourtpell", "harcourt & pell", "Harcourt-Pell", "h4rc0urtp3ll"] {
        for tail in ["", "1", "2026", "!", "123!", " portal", "gatehouse"] {
            for variant in [
                format!("{name}{tail}"),
                format!("{tail}{name}"),
                format!("{name}{name}{tail}").to_uppercase(),
            ] {
                let found = refused(&least, true, &variant);
                assert!(
                    matches!(found, Some(Reason::ContextPassword { .. })),
                    "{variant}: {found:?}"
                );
            }
        }
    }
}

on_both_engines!(
    mission_21_a_password_of_256_characters_of_any_script_round_trips,
    |house| async move {
        let here = enter(&house, "link").await;
        // Every character takes four bytes; nothing is cut, trimmed or normalised.
        let long: String = (0..256_u32)
            .filter_map(|number| char::from_u32(0x2_0000 + number * 37))
            .collect();
        assert_eq!((long.chars().count(), long.len()), (256, limits::PASSWORD_BYTES));
        change(&house.firm, &here.actor, here.id, &long).await.expect("set");
        assert!(sign_in(&house, &long).await.is_ok());
        let cut: String = long.chars().take(255).collect();
        let wrong = Problem::field(Field::Password, Reason::WrongPair);
        assert_eq!(told(sign_in(&house, &cut).await), wrong);
        let one_more = format!("{long}a");
        let too_long = Problem::field(Field::NewPassword, Reason::PasswordTooLong);
        assert_eq!(
            told(change(&house.firm, &here.actor, here.id, &one_more).await),
            too_long
        );
        let spaced = "  nine brown hens by the kiln  ";
        change(&house.firm, &here.actor, here.id, spaced).await.expect("set");
        assert_eq!(told(sign_in(&house, spaced.trim()).await), wrong);
        assert!(sign_in(&house, spaced).await.is_ok());
    }
);

on_both_engines!(mission_22_only_a_salted_argon2id_hash_is_kept, |house| async move {
    let here = enter(&house, "link").await;
    change(&house.firm, &here.actor, here.id, NEW).await.expect("set");
    let row = contact::Entity::find_by_id(house.people.anwen.uuid())
        .one(house.firm.db())
        .await
        .expect("read")
        .expect("a row");
    let hash = row.password.expect("a hash");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(house.firm.hasher.verify(NEW, &hash).await, Verdict::Right);
    change(&house.firm, &here.actor, here.id, NEW).await.expect("set again");
    let again = contact::Entity::find_by_id(row.id).one(house.firm.db()).await;
    assert_ne!(again.expect("read").expect("a row").password, Some(hash), "salted");
});

on_both_engines!(
    attack_19_a_changed_password_ends_the_other_sessions_and_their_streams,
    |house| async move {
        let (here, there) = (enter(&house, "link").await, enter(&house, "link").await);
        let mut stream = std::pin::pin!(crate::events::subscribe(&house.firm, &there.actor, there.id));
        change(&house.firm, &here.actor, here.id, NEW).await.expect("set");
        assert_eq!(stream.next().await, Some(crate::events::Event::SignedOut));
        assert_eq!(stream.next().await, None);
        let left = sessions::list(&house.firm, &here.actor, here.id).await.expect("listed");
        assert!(left.len() == 1 && left[0].here);
        assert!(was_told(&house, "A password was set").await);
        change(&house.firm, &here.actor, here.id, "ten speckled hens by the kiln")
            .await
            .expect("changed");
        assert!(was_told(&house, "Your password was changed").await);
        assert!(
            sign_in(&house, NEW).await.is_err(),
            "the old one works no more, and none has to be changed by a date"
        );
    }
);

on_both_engines!(
    a_new_password_ends_a_sign_in_that_waits_for_its_second_step,
    |house| async move {
        let here = enter(&house, "link").await;
        change(&house.firm, &here.actor, here.id, NEW).await.expect("set");
        give_app(&house.firm, ANWEN).await;
        let half = sign_in(&house, NEW).await.expect("the password is right");
        let code = code_of(&house.firm, ANWEN).await;
        change(&house.firm, &here.actor, here.id, "ten speckled hens")
            .await
            .expect("changed");
        let over = sign_in::give_code(&house.firm, &Actor::Visitor, &code, half.step(), &Device::default()).await;
        assert_eq!(told(over), Problem::field(Field::Form, Reason::StepOver));
    }
);

on_both_engines!(
    a_password_changes_after_a_fresh_proof_and_wakes_when_it_rested,
    |house| async move {
        let here = enter(&house, "link").await;
        let (firm, actor, id) = (&house.firm, &here.actor, here.id);
        change(firm, actor, id, NEW).await.expect("set");
        let tx = firm.begin().await.expect("begun");
        let subject = throttle::password_tries(firm, ANWEN);
        for _ in 0..10 {
            throttle::count(&tx, &subject).await.expect("counted");
        }
        tx.commit().await.expect("committed");
        assert!(sign_in(&house, NEW).await.is_err(), "it is slowed down");
        change(firm, actor, id, "ten speckled hens").await.expect("changed");
        assert!(sign_in(&house, "ten speckled hens").await.is_ok());
        house.advance(FRESH_SECONDS + 1);
        let stale = Problem::field(Field::Form, Reason::NotFresh);
        assert_eq!(told(change(firm, actor, id, NEW).await), stale);
        assert_eq!(told(remove(firm, actor, id).await), stale);
        assert!(!own(firm, actor, id).await.expect("read").fresh);
    }
);

on_both_engines!(
    mission_62_a_contact_may_have_a_password_or_not_and_both_ways_work,
    |house| async move {
        let here = enter(&house, "link").await;
        let (firm, actor, id) = (&house.firm, &here.actor, here.id);
        let view = own(firm, actor, id).await.expect("read");
        assert!(!view.has && !view.may_remove && view.rules.least == 15);
        assert!(view.rules.words.contains(&"harcourtpell".to_owned()));
        change(firm, actor, id, NEW).await.expect("set");
        assert!(own(firm, actor, id).await.expect("read").may_remove);
        assert!(sign_in(&house, NEW).await.is_ok());
        remove(firm, actor, id).await.expect("removed");
        assert!(sign_in(&house, NEW).await.is_err());
        assert!(was_told(&house, "Your password was removed").await);

        change(firm, actor, id, NEW).await.expect("set");
        let settings = SignInSettings {
            passwordless: false,
            ..SignInSettings::default()
        };
        settings::sign_in::write(firm, &house.imogen(), &settings)
            .await
            .expect("kept");
        let stays = Problem::field(Field::Form, Reason::PasswordRequired);
        assert_eq!(told(remove(firm, actor, id).await), stays);
    }
);

on_both_engines!(staff_change_their_password_and_never_do_without, |house| async move {
    let token = house.staff_session("imogen@harcourtpell.example").await;
    let staff = resume(&house.firm, &token).await.expect("read").expect("a session");
    let view = own(&house.firm, &staff.actor, staff.id).await.expect("read");
    assert!(view.has && !view.may_remove);
    assert_eq!(view.rules.least, 8, "beside the second factor");
    let stays = Problem::field(Field::Form, Reason::PasswordRequired);
    assert_eq!(told(remove(&house.firm, &staff.actor, staff.id).await), stays);
    change(&house.firm, &staff.actor, staff.id, "vellum & wax")
        .await
        .expect("changed");
    let device = Device::default();
    let address = "imogen@harcourtpell.example";
    let old = sign_in::with_password(&house.firm, &Actor::Visitor, address, PASSWORD, "", &device).await;
    assert!(old.is_err());
});

/// Anwen has an app, and a password that is long enough beside it.
async fn short_beside_an_app(house: &House) -> Session {
    give_app(&house.firm, ANWEN).await;
    let here = enter(house, "link").await;
    change(&house.firm, &here.actor, here.id, "nine hens")
        .await
        .expect("long enough beside the app");
    sign_in(house, "nine hens").await.expect("and the app comes next");
    here
}

/// It lets nobody in, a wrong one is told nothing of it, and a longer one does.
async fn must_be_longer(house: &House) {
    let short = Problem::field(Field::Password, Reason::PasswordTooShortNow { least: 15 });
    assert_eq!(told(sign_in(house, "nine hens").await), short);
    let wrong = Problem::field(Field::Password, Reason::WrongPair);
    assert_eq!(told(sign_in(house, "ten hens").await), wrong);
    let here = enter(house, "link").await;
    change(&house.firm, &here.actor, here.id, NEW).await.expect("set");
    assert!(sign_in(house, NEW).await.expect("let in").token().is_some());
}

on_both_engines!(
    mission_20_a_password_chosen_beside_a_second_step_does_not_do_once_that_is_removed,
    |house| async move {
        let here = short_beside_an_app(&house).await;
        let view = factors::own(&house.firm, &here.actor, here.id).await.expect("read");
        assert_eq!(view.alone, Some(15), "the page says so before");
        factors::remove_app(&house.firm, &here.actor, here.id)
            .await
            .expect("removed");
        must_be_longer(&house).await;
    }
);

on_both_engines!(
    mission_20_a_password_chosen_beside_a_second_step_does_not_do_once_the_firm_clears_that,
    |house| async move {
        short_beside_an_app(&house).await;
        factors::clear(&house.firm, &house.imogen(), ANWEN)
            .await
            .expect("cleared");
        must_be_longer(&house).await;
    }
);

on_both_engines!(
    mission_20_the_strict_profile_asks_15_of_passwords_that_were_set_before_it,
    |house| async move {
        let settings = |strict| SignInSettings {
            password_chars: 8,
            strict,
            ..SignInSettings::default()
        };
        let write = async |strict| {
            settings::sign_in::write(&house.firm, &house.imogen(), &settings(strict))
                .await
                .expect("kept");
        };
        write(false).await;
        let here = enter(&house, "link").await;
        change(&house.firm, &here.actor, here.id, "nine hens")
            .await
            .expect("the firm has it so");
        sign_in(&house, "nine hens").await.expect("let in");
        write(true).await;
        must_be_longer(&house).await;
    }
);

on_both_engines!(
    taking_the_password_away_ends_reset_links_that_are_open,
    |house| async move {
        let here = enter(&house, "link").await;
        let (firm, visitor, device) = (&house.firm, &Actor::Visitor, Device::default());
        change(firm, &here.actor, here.id, NEW).await.expect("set");
        crate::resets::ask(firm, visitor, ANWEN, &device).await.expect("asked");
        crate::resets::send(firm, &house.imogen(), house.people.anwen)
            .await
            .expect("sent");
        house.work().await.expect("worked");
        let links: Vec<domain::LinkId> = house
            .letters()
            .iter()
            .filter_map(|letter| letter.text.split_once("/reset/"))
            .map(|(_, rest)| rest.split('#').next().expect("an id").parse().expect("an id"))
            .collect();
        assert_eq!(links.len(), 2);
        remove(firm, &here.actor, here.id).await.expect("removed");
        for link in links {
            let page = walks::page(firm, visitor, walks::Purpose::Reset, link, None).await;
            assert_eq!(page.expect("a page").state, domain::sign_in::LinkState::Replaced);
        }
    }
);
