use super::*;
use crate::{
    on_both_engines, sessions,
    testing::{House, PASSWORD},
};
use domain::{Problem, client::Side, office::audit::AuditQuery};

fn draft(role: Role) -> MemberDraft {
    MemberDraft {
        name: "Somebody".to_owned(),
        title: String::new(),
        role,
    }
}

async fn ruth(house: &House, role: Role) -> StaffId {
    let new = NewStaff {
        name: "Ruth Aston".to_owned(),
        title: "Payroll".to_owned(),
        address: "ruth@harcourtpell.example".to_owned(),
        role,
        password: PASSWORD.to_owned(),
    };
    add(&house.firm, &Actor::Operator, &new).await.expect("added")
}

fn is_last_owner<T>(answer: &Result<T>) -> bool {
    let wanted = Problem::field(Field::Role, Reason::LastOwner);
    matches!(answer, Err(Error::Problem(problem)) if *problem == wanted)
}

on_both_engines!(the_last_owner_cannot_be_removed_or_made_less, |house| async move {
    let (firm, imogen) = (&house.firm, house.people.imogen);
    assert!(is_last_owner(&remove(firm, &house.imogen(), imogen).await));
    assert!(is_last_owner(
        &change(firm, &house.imogen(), imogen, &draft(Role::Admin)).await
    ));
    let ruth = ruth(&house, Role::Owner).await;
    change(firm, &house.imogen(), imogen, &draft(Role::Admin))
        .await
        .expect("another is left");
    assert!(is_last_owner(&remove(firm, &house.imogen(), ruth).await));
});

on_both_engines!(of_two_owners_who_leave_at_once_one_stays, |house| async move {
    let ruth = ruth(&house, Role::Owner).await;
    let (firm, imogen) = (&house.firm, house.imogen());
    let (one, two) = tokio::join!(remove(firm, &imogen, house.people.imogen), remove(firm, &imogen, ruth));
    assert!(one.is_ok() != two.is_ok());
});

on_both_engines!(m69_roles_are_enforced_on_the_server, |house| async move {
    let (firm, tomasz) = (&house.firm, house.people.tomasz);
    let ruth = ruth(&house, Role::Admin).await;
    let admin = Actor::staff(ruth, "Ruth Aston", "Payroll", Role::Admin);
    for actor in [house.tomasz(), house.anwen(), Actor::Visitor] {
        assert!(change(firm, &actor, tomasz, &draft(Role::Owner)).await.is_err());
        assert!(remove(firm, &actor, tomasz).await.is_err());
        assert!(end_devices(firm, &actor, tomasz).await.is_err());
        assert!(view(firm, &actor, tomasz).await.is_err());
        assert!(crate::audit::list(firm, &actor, &AuditQuery::default()).await.is_err());
    }
    assert!(
        change(firm, &admin, tomasz, &draft(Role::Owner)).await.is_err(),
        "owners appoint owners"
    );
    assert!(
        change(firm, &admin, house.people.imogen, &draft(Role::Member))
            .await
            .is_err()
    );
    assert!(remove(firm, &admin, house.people.imogen).await.is_err());
    change(firm, &admin, tomasz, &draft(Role::Admin))
        .await
        .expect("an admin makes an admin");
    remove(firm, &admin, tomasz).await.expect("and removes one");
});

on_both_engines!(whoever_leaves_the_team_is_out_at_once, |house| async move {
    let (firm, tomasz) = (&house.firm, house.people.tomasz);
    let token = house.token(Side::Staff, tomasz.uuid(), "password").await;
    remove(firm, &house.imogen(), tomasz).await.expect("removed");
    assert!(sessions::resume(firm, &token).await.expect("read").is_none());
    ruth(&house, Role::Member).await;
    assert_eq!(list(firm, &house.imogen()).await.expect("the team").rows.len(), 2);
});

on_both_engines!(the_log_says_who_did_what_in_words, |house| async move {
    let firm = &house.firm;
    change(firm, &house.imogen(), house.people.tomasz, &draft(Role::Admin))
        .await
        .expect("changed");
    let query = AuditQuery {
        topic: "team".to_owned(),
        who: house.people.imogen.to_string(),
        before: 0,
    };
    let log = crate::audit::list(firm, &house.imogen(), &query).await.expect("a log");
    assert_eq!(log.rows.len(), 2);
    let role = log
        .rows
        .iter()
        .find(|row| row.what == "changed the role of")
        .expect("an entry");
    assert_eq!(role.who, "Imogen Pell");
    assert_eq!(
        (role.thing.as_str(), role.detail.as_str()),
        ("Somebody", "Admin, before Member")
    );
});
