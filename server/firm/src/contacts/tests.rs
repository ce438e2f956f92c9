use super::*;
use crate::{clients::need_to_know, on_both_engines, testing::House};
use domain::{Problem, contact::ContactState, office::contacts::ContactQuery};

fn draft(first: &str, address: &str) -> ContactDraft {
    ContactDraft {
        first_name: first.to_owned(),
        address: address.to_owned(),
        ..ContactDraft::default()
    }
}

const NONE: Rights = Rights {
    may_approve: false,
    may_see_financials: false,
};

/// Tomasz, as his next request would see the firm.
async fn tomasz(house: &House) -> Actor {
    let kept_off = need_to_know::of(house.firm.db(), house.people.tomasz.uuid())
        .await
        .expect("a scope");
    house.tomasz().without(kept_off)
}

fn refused<T>(answer: &Result<T>) -> Option<Problem> {
    match answer {
        Err(Error::Problem(problem)) => Some(problem.clone()),
        _ => None,
    }
}

on_both_engines!(
    m51_a_contact_needs_a_first_name_and_an_address_of_its_own,
    |house| async move {
        let (firm, actor) = (&house.firm, house.tomasz());
        let made = create(firm, &actor, &draft("", "sian@marlowe.example"), None).await;
        assert_eq!(refused(&made), Some(Problem::field(Field::FirstName, Reason::Empty)));
        for taken in ["anwen@marlowe.example", "imogen@harcourtpell.example"] {
            let made = create(firm, &actor, &draft("Siân", taken), None).await;
            assert_eq!(
                refused(&made),
                Some(Problem::field(Field::Address, Reason::AddressTaken))
            );
        }
        let bad = ContactDraft {
            phone: "soon".to_owned(),
            ..draft("Siân", "sian@marlowe.example")
        };
        let made = create(firm, &actor, &bad, None).await;
        assert_eq!(refused(&made), Some(Problem::field(Field::Phone, Reason::NotAPhone)));
        let good = ContactDraft {
            last_name: "Bowen".to_owned(),
            phone: "07700 900042".to_owned(),
            ..draft("Siân", "sian@marlowe.example")
        };
        let id = create(firm, &actor, &good, Some((house.people.marlowe, NONE)))
            .await
            .expect("created");
        let page = view(firm, &actor, id).await.expect("a page");
        assert_eq!(
            (page.name.as_str(), page.phone.as_str()),
            ("Siân Bowen", "+447700900042")
        );
        assert_eq!(page.state, ContactState::NotInvited);
        assert!(!page.clients[0].may_approve);
    }
);

on_both_engines!(
    m42_a_client_taken_from_a_contact_is_gone_from_their_pages_only,
    |house| async move {
        let (firm, actor, anwen) = (&house.firm, house.tomasz(), house.people.anwen);
        take(firm, &actor, anwen, house.people.marlowe).await.expect("taken");
        assert!(take(firm, &actor, anwen, house.people.marlowe).await.is_err(), "once");
        let page = view(firm, &actor, anwen).await.expect("a page");
        assert_eq!(page.clients.len(), 1);
        let both = Rights {
            may_approve: true,
            may_see_financials: true,
        };
        give(firm, &actor, anwen, house.people.marlowe, both)
            .await
            .expect("given");
        give(firm, &actor, anwen, house.people.marlowe, NONE)
            .await
            .expect("changed");
        let page = view(firm, &actor, anwen).await.expect("a page");
        let marlowe = page.clients.iter().find(|link| link.label.id == house.people.marlowe);
        assert_eq!(marlowe.map(|link| link.may_approve), Some(false));
    }
);

on_both_engines!(
    a_suspended_contact_is_out_at_once_until_let_in_again,
    |house| async move {
        let (firm, actor, anwen) = (&house.firm, house.tomasz(), house.people.anwen);
        let token = house.token(Side::Contact, anwen.uuid(), "link").await;
        suspend(firm, &actor, anwen).await.expect("suspended");
        assert!(sessions::resume(firm, &token).await.expect("read").is_none());
        assert_eq!(
            view(firm, &actor, anwen).await.expect("a page").state,
            ContactState::Suspended
        );
        reopen(firm, &actor, anwen).await.expect("reopened");
        assert_ne!(
            view(firm, &actor, anwen).await.expect("a page").state,
            ContactState::Suspended
        );
    }
);

on_both_engines!(
    a_member_kept_off_a_client_neither_sees_its_contacts_nor_takes_them_over,
    |house| async move {
        let (firm, people) = (&house.firm, &house.people);
        for client in [people.marlowe, people.brightwater] {
            need_to_know::restrict(firm, &house.imogen(), client, &[])
                .await
                .expect("restricted");
        }
        let member = tomasz(&house).await;
        let rows = list(firm, &member, &ContactQuery::default())
            .await
            .expect("a list")
            .rows;
        let seen: Vec<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(seen, [people.anwen], "Priya is of a hidden client only");
        assert_eq!(rows[0].clients.len(), 1, "and of Anwen's clients one is hidden");
        assert!(matches!(
            view(firm, &member, people.priya).await,
            Err(Error::Problem(Problem::NotFound))
        ));
        let page = view(firm, &member, people.anwen).await.expect("a page");
        assert!(!page.whole && page.clients.len() == 1);
        let asks = Problem::field(Field::Form, Reason::AskAdmin);
        let taken_over = draft("Anwen", "tomasz@elsewhere.example");
        assert_eq!(
            refused(&change(firm, &member, people.anwen, &taken_over).await),
            Some(asks.clone())
        );
        for outcome in [
            suspend(firm, &member, people.anwen).await,
            end_devices(firm, &member, people.anwen).await,
            remove(firm, &member, people.anwen).await,
        ] {
            assert_eq!(refused(&outcome), Some(asks.clone()));
        }
        assert!(give(firm, &member, people.priya, people.tanner, NONE).await.is_err());
        assert!(give(firm, &member, people.anwen, people.marlowe, NONE).await.is_err());
        assert!(take(firm, &member, people.anwen, people.marlowe).await.is_err());
    }
);

on_both_engines!(
    an_address_is_corrected_only_until_somebody_came_in_by_it,
    |house| async move {
        let (firm, actor) = (&house.firm, house.tomasz());
        let id = create(firm, &actor, &draft("Siân", "sain@marlowe.example"), None)
            .await
            .expect("created");
        change(firm, &actor, id, &draft("Siân", "sian@marlowe.example"))
            .await
            .expect("corrected");
        assert_eq!(
            view(firm, &actor, id).await.expect("a page").address,
            "sian@marlowe.example"
        );
        contact::ActiveModel {
            id: Set(id.uuid()),
            activated_at: Set(Some(firm.now().0)),
            ..Default::default()
        }
        .update(firm.pools.writer())
        .await
        .expect("activated");
        change(firm, &actor, id, &draft("Siân", "other@marlowe.example"))
            .await
            .expect("kept");
        assert_eq!(
            view(firm, &actor, id).await.expect("a page").address,
            "sian@marlowe.example"
        );
    }
);
