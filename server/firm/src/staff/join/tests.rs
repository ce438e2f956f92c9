use super::*;
use crate::{
    on_both_engines, sessions,
    sign_in::{Pass, codes_kept, enrol_app, enrol_page},
    staff::{self, StaffInvitation, invite, invite_again, invite_at_server},
    testing::{House, PASSWORD},
};
use domain::{Problem, access::Role, limits, office::audit::AuditQuery, sign_in::LinkState};
use std::{fmt::Debug, sync::Arc};

const RUTH: &str = "ruth@harcourtpell.example";

fn ruth(role: Role) -> StaffInvitation {
    StaffInvitation {
        name: "Ruth Aston".to_owned(),
        title: "Payroll".to_owned(),
        address: RUTH.to_owned(),
        role,
    }
}

/// What the newest invitation in the mail holds.
struct Letter {
    id: LinkId,
    secret: String,
    code: String,
    text: String,
}

async fn letter(house: &House) -> Letter {
    house.work().await.expect("worked");
    let text = house
        .letters()
        .into_iter()
        .find(|letter| letter.to == RUTH && letter.text.contains("/join/"))
        .expect("an invitation")
        .text;
    let (_, rest) = text.split_once("/join/").expect("a link");
    let (id, secret) = rest
        .split_whitespace()
        .next()
        .and_then(|link| link.split_once('#'))
        .expect("a secret in the fragment");
    let code = text
        .lines()
        .find(|line| line.len() == 9 && line.as_bytes()[4] == b' ')
        .expect("a code");
    Letter {
        id: id.parse().expect("an id"),
        secret: secret.to_owned(),
        code: code.to_owned(),
        text: text.clone(),
    }
}

async fn open(house: &House, letter: &Letter) -> Result<walks::Begun> {
    let visitor = Actor::Visitor;
    walks::take_secret(&house.firm, &visitor, Purpose::Join, letter.id, &letter.secret, None).await
}

async fn set(house: &House, letter: &Letter, browser: &str, password: &str) -> Result<Entered> {
    let (visitor, device) = (Actor::Visitor, Device::default());
    join(&house.firm, &visitor, letter.id, password, Some(browser), &device).await
}

async fn state(house: &House, letter: &Letter) -> LinkState {
    let page = join_page(&house.firm, &Actor::Visitor, letter.id, None).await;
    page.expect("a page").walk.state
}

fn told<T>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        Err(fault) => panic!("a fault: {fault:?}"),
        Ok(_) => panic!("it was let through"),
    }
}

fn is_not_found<T: Debug>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Problem(Problem::NotFound)))
}

on_both_engines!(
    m69_an_invited_person_sets_a_password_and_a_second_factor_and_is_in,
    |house| async move {
        let firm = &house.firm;
        let id = invite(firm, &house.imogen(), &ruth(Role::Admin))
            .await
            .expect("invited");
        let row = staff::view(firm, &house.imogen(), id).await.expect("a page");
        assert!(!row.row.joined && row.invited.is_some());
        let letter = letter(&house).await;
        assert!(
            letter
                .text
                .contains("Imogen Pell invites you to the team of Harcourt & Pell")
        );

        let before = join_page(firm, &Actor::Visitor, letter.id, None).await.expect("a page");
        assert_eq!(before.welcome, None, "whoever has only the address learns nothing");
        let begun = open(&house, &letter).await.expect("begun");
        let page = join_page(firm, &Actor::Visitor, letter.id, Some(&begun.browser)).await;
        let welcome = page.expect("a page").welcome.expect("this browser has begun");
        assert_eq!((welcome.first_name.as_str(), welcome.address.as_str()), ("Ruth", RUTH));
        for weak in ["", "short", "harcourt pell", "password2026"] {
            let refused = told(set(&house, &letter, &begun.browser, weak).await);
            assert!(
                matches!(
                    refused,
                    Problem::Refused {
                        field: Field::NewPassword,
                        ..
                    }
                ),
                "{weak}: {refused:?}"
            );
        }
        let entered = set(&house, &letter, &begun.browser, PASSWORD).await.expect("set");
        let Pass::Step { enrols: true, .. } = entered.pass else {
            panic!("no way round the second factor")
        };
        assert!(!staff::view(firm, &house.imogen(), id).await.expect("a page").row.joined);
        let (visitor, step, device) = (&Actor::Visitor, entered.step(), Device::default());
        let enrolment = enrol_page(firm, visitor, step).await.expect("read");
        let key = enrolment.and_then(|enrolment| enrolment.app).expect("a key");
        let secret = vault::TotpSecret::parse(&key.key.replace(' ', "")).expect("a secret");
        let code = secret.code(vault::totp::step_at(firm.now().0));
        enrol_app(firm, visitor, &code, step).await.expect("set up");
        let entered = codes_kept(firm, visitor, step, &device).await.expect("let in");
        let session = sessions::resume(firm, entered.token().expect("a session")).await;
        let session = session.expect("read").expect("a session");
        assert_eq!(
            (session.actor.person(), session.actor.role()),
            (Some(id.uuid()), Role::Admin)
        );

        assert!(staff::view(firm, &house.imogen(), id).await.expect("a page").row.joined);
        assert_eq!(state(&house, &letter).await, LinkState::Used);
        assert_eq!(
            told(set(&house, &letter, &begun.browser, PASSWORD).await),
            Problem::field(Field::Form, Reason::LinkUsed)
        );
        assert_eq!(
            told(invite_again(firm, &house.imogen(), id).await),
            Problem::field(Field::Form, Reason::CameIn)
        );
        let query = AuditQuery {
            topic: "team".to_owned(),
            ..AuditQuery::default()
        };
        let log = crate::audit::list(firm, &house.imogen(), &query).await.expect("a log");
        let said: Vec<&str> = log.rows.iter().map(|row| row.what.as_str()).collect();
        assert_eq!(&said[..2], ["came into the team", "invited to the team"]);
    }
);

on_both_engines!(m69_admins_invite_no_owner_and_members_nobody, |house| async move {
    let firm = &house.firm;
    let admin = Actor::staff(house.people.tomasz, "Tomasz Wilk", "", Role::Admin);
    assert!(is_not_found(&invite(firm, &admin, &ruth(Role::Owner)).await));
    for actor in [house.tomasz(), house.anwen(), Actor::Visitor, Actor::Worker] {
        assert!(
            is_not_found(&invite(firm, &actor, &ruth(Role::Member)).await),
            "{actor:?}"
        );
    }
    let owner = invite(firm, &house.imogen(), &ruth(Role::Owner))
        .await
        .expect("invited");
    assert!(is_not_found(&invite_again(firm, &admin, owner).await));
    assert!(is_not_found(&invite_again(firm, &house.tomasz(), owner).await));
    invite_again(firm, &house.imogen(), owner).await.expect("invited again");
    let by_hand = invite_at_server(firm, &house.imogen(), &ruth(Role::Member), true).await;
    let by_hand = by_hand.map(drop);
    assert!(is_not_found(&by_hand), "links are shown to the command line only");
});

on_both_engines!(one_address_is_either_staffs_or_a_contacts, |house| async move {
    let taken = Problem::field(Field::Address, Reason::AddressTaken);
    for address in ["anwen@marlowe.example", "tomasz@harcourtpell.example"] {
        let new = StaffInvitation {
            address: address.to_owned(),
            ..ruth(Role::Member)
        };
        assert_eq!(told(invite(&house.firm, &house.imogen(), &new).await), taken);
    }
    assert!(taken.sentence().contains("either one of staff or one contact"));
    let id = invite(&house.firm, &house.imogen(), &ruth(Role::Member))
        .await
        .expect("invited");
    let again = invite(&house.firm, &house.imogen(), &ruth(Role::Member)).await;
    assert_eq!(told(again), taken);
    staff::remove(&house.firm, &house.imogen(), id).await.expect("removed");
    invite(&house.firm, &house.imogen(), &ruth(Role::Member))
        .await
        .expect("free again");
});

on_both_engines!(
    a_new_invitation_to_the_team_replaces_the_earlier_one,
    |house| async move {
        let firm = &house.firm;
        let id = invite(firm, &house.imogen(), &ruth(Role::Member))
            .await
            .expect("invited");
        let first = letter(&house).await;
        house.advance(60);
        invite_again(firm, &house.imogen(), id).await.expect("invited again");
        let second = letter(&house).await;
        assert_ne!(first.id, second.id);
        assert_eq!(state(&house, &first).await, LinkState::Replaced);
        assert_eq!(
            told(open(&house, &first).await),
            Problem::field(Field::Form, Reason::LinkReplaced)
        );
        house.advance(limits::INVITATION_SECONDS - 1);
        assert_eq!(state(&house, &second).await, LinkState::Live);
        let (visitor, device) = (Actor::Visitor, Device::default());
        let typed = walks::take_code(firm, &visitor, Purpose::Join, second.id, &second.code, None, &device).await;
        let browser = typed.expect("the code does as well").browser;
        house.advance(1);
        assert_eq!(state(&house, &second).await, LinkState::Expired);
        assert_eq!(
            told(set(&house, &second, &browser, PASSWORD).await),
            Problem::field(Field::Form, Reason::LinkExpired)
        );
    }
);

on_both_engines!(
    whoever_is_removed_before_coming_in_does_not_come_in,
    |house| async move {
        let id = invite(&house.firm, &house.imogen(), &ruth(Role::Member))
            .await
            .expect("invited");
        let letter = letter(&house).await;
        let begun = open(&house, &letter).await.expect("begun");
        staff::remove(&house.firm, &house.imogen(), id).await.expect("removed");
        assert_eq!(
            told(set(&house, &letter, &begun.browser, PASSWORD).await),
            Problem::field(Field::Form, Reason::LinkReplaced)
        );
    }
);

on_both_engines!(attack_22_of_many_who_join_by_one_link_one_does, |house| async move {
    invite(&house.firm, &house.imogen(), &ruth(Role::Member))
        .await
        .expect("invited");
    let letter = letter(&house).await;
    let begun = open(&house, &letter).await.expect("begun");
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (firm, browser, id) = (Arc::clone(&house.firm), begun.browser.clone(), letter.id);
            tokio::spawn(
                async move { join(&firm, &Actor::Visitor, id, PASSWORD, Some(&browser), &Device::default()).await },
            )
        })
        .collect();
    let mut won = 0;
    for attempt in tries {
        won += usize::from(attempt.await.expect("a task").is_ok());
    }
    assert_eq!(won, 1);
});

on_both_engines!(
    the_command_line_is_given_the_link_and_that_is_noted,
    |house| async move {
        let invited = invite_at_server(&house.firm, &Actor::Operator, &ruth(Role::Owner), true).await;
        let link = invited.expect("invited").link.expect("a link");
        assert!(link.starts_with("https://portal.harcourtpell.example/join/"), "{link}");
        let letter = letter(&house).await;
        assert!(letter.text.contains(&link), "the mail holds the same one");
        assert!(letter.text.contains("whoever runs the portal invites you"));
        let log = crate::audit::list(&house.firm, &house.imogen(), &AuditQuery::default()).await;
        let said: Vec<String> = log.expect("a log").rows.into_iter().map(|row| row.what).collect();
        assert!(
            said.contains(&"was given an invitation link for".to_owned()),
            "{said:?}"
        );
    }
);

on_both_engines!(an_invitation_to_the_team_opens_no_contacts_access, |house| async move {
    invite(&house.firm, &house.imogen(), &ruth(Role::Member))
        .await
        .expect("invited");
    let letter = letter(&house).await;
    let visitor = Actor::Visitor;
    for purpose in [Purpose::Activate, Purpose::Reset, Purpose::Address] {
        let taken = walks::take_secret(&house.firm, &visitor, purpose, letter.id, &letter.secret, None).await;
        assert_eq!(told(taken), Problem::NotFound);
    }
    let other = join_page(&house.other, &visitor, letter.id, None).await;
    assert!(is_not_found(&other));
});

on_both_engines!(
    the_command_line_invites_again_whoever_stopped_before_the_second_step,
    |house| async move {
        let (firm, operator) = (&house.firm, Actor::Operator);
        let invited = invite_at_server(firm, &operator, &ruth(Role::Owner), false).await;
        let invited = invited.expect("invited");
        assert_eq!((invited.link, invited.again), (None, None));
        let first = letter(&house).await;
        let begun = open(&house, &first).await.expect("begun");
        set(&house, &first, &begun.browser, PASSWORD).await.expect("set");
        let rows = staff::list(firm, &house.imogen()).await.expect("a list").rows;
        let row = rows.iter().find(|row| row.address == RUTH).expect("in the list");
        let page = staff::view(firm, &house.imogen(), row.id).await.expect("a page");
        assert!(!row.joined && !page.row.joined, "list and page say the same");

        house.advance(60);
        let other = StaffInvitation {
            name: "R. Aston".to_owned(),
            ..ruth(Role::Member)
        };
        let again = invite_at_server(firm, &operator, &other, true)
            .await
            .expect("invited again");
        assert_eq!(again.again.as_deref(), Some("Ruth Aston"));
        let second = letter(&house).await;
        assert!(second.text.contains(&again.link.expect("a link")));
        assert_ne!(second.id, first.id);
        let page = staff::view(firm, &house.imogen(), row.id).await.expect("a page");
        assert_eq!((page.row.name.as_str(), page.row.role), ("Ruth Aston", Role::Owner));

        // Whoever has come in, and a contact, are not invited that way.
        for address in ["imogen@harcourtpell.example", "anwen@marlowe.example"] {
            let taken = StaffInvitation {
                address: address.to_owned(),
                ..ruth(Role::Owner)
            };
            let refused = told(invite_at_server(firm, &operator, &taken, true).await);
            assert_eq!(refused, Problem::field(Field::Address, Reason::AddressTaken));
        }
    }
);
