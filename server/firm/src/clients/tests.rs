use super::*;
use crate::{
    contacts::{self, ContactDraft, Rights},
    events, on_both_engines, sessions,
    testing::House,
    threads,
};
use domain::{
    ContactId, Problem, Reason, SessionId,
    client::Side,
    office::clients::{ClientOrder, ClientQuery},
};
use entity::firm::{audit_entry, contact};
use futures::StreamExt;
use sea_orm::{ActiveValue::Set, QueryOrder};
use std::pin::pin;

fn draft(name: &str) -> ClientDraft {
    ClientDraft {
        name: name.to_owned(),
        ..ClientDraft::default()
    }
}

async fn state_of(house: &House, id: ClientId) -> PortalState {
    view(&house.firm, &house.tomasz(), id).await.expect("a page").state
}

async fn came_in(house: &House, id: ContactId) {
    contact::ActiveModel {
        id: Set(id.uuid()),
        activated_at: Set(Some(house.firm.now().0)),
        ..Default::default()
    }
    .update(house.firm.pools.writer())
    .await
    .expect("activated");
}

async fn names(house: &House, query: &ClientQuery) -> Vec<String> {
    let view = list(&house.firm, &house.tomasz(), query).await.expect("a list");
    view.rows.into_iter().map(|row| row.label.name).collect()
}

async fn verbs(house: &House) -> Vec<String> {
    audit_entry::Entity::find()
        .order_by_asc(audit_entry::Column::Number)
        .all(house.firm.db())
        .await
        .expect("a log")
        .into_iter()
        .map(|entry| entry.verb)
        .collect()
}

on_both_engines!(
    m10_a_portal_is_off_until_staff_enable_it_and_each_change_is_in_the_log,
    |house| async move {
        let (firm, tomasz) = (&house.firm, house.tomasz());
        let id = create(firm, &tomasz, &draft("Kestrel Hill Farm"))
            .await
            .expect("created");
        assert_eq!(state_of(&house, id).await, PortalState::NotEnabled);
        let hugh = ContactDraft {
            first_name: "Hugh".to_owned(),
            address: "hugh@kestrelhill.example".to_owned(),
            ..ContactDraft::default()
        };
        let rights = Rights {
            may_approve: true,
            may_see_financials: true,
        };
        let hugh = contacts::create(firm, &tomasz, &hugh, Some((id, rights)))
            .await
            .expect("a contact");
        let steps = [
            (PortalStep::Enable, PortalState::Invited),
            (PortalStep::Suspend, PortalState::Suspended),
            (PortalStep::Reopen, PortalState::Invited),
            (PortalStep::Close, PortalState::Closed),
            (PortalStep::Reopen, PortalState::Invited),
        ];
        for (taken, state) in steps {
            for _press in 0..2 {
                assert_eq!(step(firm, &tomasz, id, taken).await.expect("taken"), state);
            }
            assert_eq!(state_of(&house, id).await, state);
        }
        came_in(&house, hugh).await;
        assert_eq!(state_of(&house, id).await, PortalState::Active);
        let logged: Vec<String> = verbs(&house).await.into_iter().rev().take(5).collect();
        assert_eq!(
            logged,
            [
                "client.reopen_portal",
                "client.close_portal",
                "client.reopen_portal",
                "client.suspend_portal",
                "client.enable_portal"
            ]
        );
    }
);

on_both_engines!(m51_a_client_without_a_contact_is_not_enabled, |house| async move {
    let id = create(&house.firm, &house.tomasz(), &draft("Kestrel Hill Farm"))
        .await
        .expect("created");
    let refused = step(&house.firm, &house.tomasz(), id, PortalStep::Enable).await;
    let wanted = Problem::field(Field::Form, Reason::NoContact);
    assert!(matches!(refused, Err(Error::Problem(problem)) if problem == wanted));
});

on_both_engines!(
    suspending_a_client_ends_the_sessions_of_those_who_see_no_other,
    |house| async move {
        let priya = house.people.priya.uuid();
        let token = house.token(Side::Contact, priya, "link").await;
        let session = sessions::resume(&house.firm, &token)
            .await
            .expect("read")
            .expect("a session");
        let mut single = pin!(events::subscribe(&house.firm, &session.actor, session.id));
        let mut several = pin!(events::subscribe(
            &house.firm,
            &house.anwen(),
            SessionId::from(house.firm.random.id())
        ));
        for client in [house.people.brightwater, house.people.marlowe] {
            step(&house.firm, &house.tomasz(), client, PortalStep::Suspend)
                .await
                .expect("suspended");
        }
        assert_eq!(single.next().await, Some(events::Event::SignedOut));
        assert!(sessions::resume(&house.firm, &token).await.expect("read").is_none());
        assert_eq!(several.next().await, Some(events::Event::All), "another client is left");
        assert_eq!(several.next().await, None);
    }
);

on_both_engines!(m67_clients_are_found_by_words_tag_and_state, |house| async move {
    let (firm, tomasz) = (&house.firm, house.tomasz());
    let tagged = ClientDraft {
        tags: "VAT, payroll,vat".to_owned(),
        responsible: Some(house.people.tomasz),
        ..draft("Kestrel’s 100% Farm")
    };
    let id = create(firm, &tomasz, &tagged).await.expect("created");
    let words = |words: &str| ClientQuery {
        words: words.to_owned(),
        ..ClientQuery::default()
    };
    assert_eq!(names(&house, &words("KESTREL'S farm")).await, ["Kestrel’s 100% Farm"]);
    assert_eq!(names(&house, &words("0%")).await.len(), 1, "a sign is a sign");
    assert!(names(&house, &words("_")).await.is_empty());
    let by_tag = ClientQuery {
        tag: "VAT".to_owned(),
        ..ClientQuery::default()
    };
    assert_eq!(names(&house, &by_tag).await.len(), 1);
    for state in PortalState::ALL {
        let query = ClientQuery {
            state: Some(state),
            order: ClientOrder::State,
            ..ClientQuery::default()
        };
        let view = list(firm, &tomasz, &query).await.expect("a list");
        assert!(view.rows.iter().all(|row| row.state == state), "{state:?}");
        let wanted = match state {
            PortalState::NotEnabled => 1,
            PortalState::Active => 3,
            PortalState::Invited | PortalState::Suspended | PortalState::Closed => 0,
        };
        assert_eq!(view.rows.len(), wanted, "{state:?}");
    }
    let page = view(firm, &tomasz, id).await.expect("a page");
    assert_eq!(page.tags, ["VAT", "payroll"]);
    assert!(
        page.team
            .iter()
            .any(|member| member.chosen && member.name == "Tomasz Wilk")
    );
});

on_both_engines!(m67_no_contact_ever_sees_internal_notes, |house| async move {
    let marlowe = house.people.marlowe;
    let noted = ClientDraft {
        notes: "Prefers the phone before ten".to_owned(),
        ..draft("Marlowe Ceramics Ltd")
    };
    change(&house.firm, &house.tomasz(), marlowe, &noted)
        .await
        .expect("kept");
    let page = view(&house.firm, &house.tomasz(), marlowe).await.expect("a page");
    assert_eq!(page.notes, "Prefers the phone before ten");
    assert!(view(&house.firm, &house.anwen(), marlowe).await.is_err());
    assert!(
        list(&house.firm, &house.anwen(), &ClientQuery::default())
            .await
            .is_err()
    );
    let threads = threads::list(&house.firm, &house.anwen(), None, 0)
        .await
        .expect("threads");
    assert!(!format!("{threads:?}").contains("phone before ten"));
    let row = row(house.firm.db(), marlowe).await.expect("a row");
    assert!(!format!("{row:?}").contains("phone before ten"), "it rests sealed");
});

on_both_engines!(
    a_contact_and_a_stranger_change_nothing_about_a_client,
    |house| async move {
        for actor in [house.anwen(), house.priya(), Actor::Visitor, Actor::Worker] {
            let id = house.people.marlowe;
            assert!(create(&house.firm, &actor, &draft("Another")).await.is_err());
            assert!(change(&house.firm, &actor, id, &draft("Another")).await.is_err());
            assert!(step(&house.firm, &actor, id, PortalStep::Close).await.is_err());
        }
    }
);
