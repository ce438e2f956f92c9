use super::*;
use crate::{
    Courier, Device,
    jobs::{self, Job},
    on_both_engines, sign_in,
    testing::House,
};
use domain::limits;
use entity::firm::one_time_token;

async fn notice(house: &House) {
    let mut tx = house.firm.begin().await.expect("begun");
    let job = Job::Notice {
        contact: house.people.anwen,
    };
    tx.job(&job, house.firm.now()).await.expect("queued");
    tx.commit().await.expect("committed");
}

async fn all(house: &House) -> Vec<MailRow> {
    list(&house.firm, &house.imogen(), Narrowing::default())
        .await
        .expect("read")
        .rows
}

on_both_engines!(
    a_mail_is_waiting_from_the_commit_on_and_sent_once_it_left,
    |house: House| async move {
        notice(&house).await;
        let rows = all(&house).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(
            (
                rows[0].state,
                rows[0].to.as_str(),
                rows[0].name.as_deref(),
                rows[0].contact
            ),
            (
                MailState::Waiting,
                "anwen@marlowe.example",
                Some("Anwen Marlowe"),
                Some(house.people.anwen)
            )
        );
        house.work().await.expect("worked");
        let rows = all(&house).await;
        assert_eq!((rows.len(), rows[0].state, rows[0].tries), (1, MailState::Sent, 1));
        assert_eq!(rows[0].about, house.letters()[0].subject);
    }
);

on_both_engines!(
    without_a_mail_server_letters_wait_and_the_office_says_so,
    |house: House| async move {
        let house = House::open_with(house.engine, 7, |house| house.courier = Courier::None)
            .await
            .expect("a house");
        notice(&house).await;
        house.work().await.expect("worked");
        let page = list(&house.firm, &house.imogen(), Narrowing::default())
            .await
            .expect("read");
        assert_eq!((page.sends_mail, page.counts[0]), (false, 1));
        assert_eq!(page.rows[0].tries, 0, "nothing was wrong with it");
        assert_eq!(waiting(&house.firm).await.expect("counted"), (1, 0));
        assert_eq!(
            jobs::waiting(&house.firm).await.expect("counted"),
            1,
            "and nothing is lost"
        );
    }
);

on_both_engines!(a_stranger_who_asks_for_a_link_is_in_no_log, |house: House| async move {
    let device = Device::default();
    for address in ["nobody@nowhere.example", "anwen@marlowe.example"] {
        sign_in::ask_link(&house.firm, &Actor::Visitor, address, "", None, &device)
            .await
            .expect("asked");
    }
    assert!(all(&house).await.is_empty(), "the request itself looks nobody up");
    house.work().await.expect("worked");
    let rows = all(&house).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].contact, rows[0].state),
        (Some(house.people.anwen), MailState::Sent)
    );
    assert!(
        one_time_token::Entity::find()
            .count(house.firm.db())
            .await
            .expect("counted")
            >= 2
    );
});

on_both_engines!(
    a_notice_to_a_contact_who_was_removed_is_dropped_and_says_so,
    |house: House| async move {
        notice(&house).await;
        crate::contacts::remove(&house.firm, &house.imogen(), house.people.anwen)
            .await
            .expect("removed");
        house.work().await.expect("worked");
        let rows = all(&house).await;
        assert_eq!((rows[0].state, rows[0].contact), (MailState::Dropped, None));
        assert!(house.letters().is_empty());
    }
);

on_both_engines!(members_do_not_read_the_firms_log, |house: House| async move {
    notice(&house).await;
    assert!(list(&house.firm, &house.tomasz(), Narrowing::default()).await.is_err());
    assert!(list(&house.firm, &house.anwen(), Narrowing::default()).await.is_err());
    assert!(
        of_contact(&house.firm, &house.anwen(), house.people.anwen, 5)
            .await
            .is_err()
    );
});

on_both_engines!(the_log_is_read_page_by_page_and_by_state, |house: House| async move {
    for _ in 0..=limits::PAGE_ROWS {
        notice(&house).await;
        house.work().await.expect("worked");
        house.advance(1);
    }
    notice(&house).await;
    let at = |state, page| {
        let (firm, actor) = (std::sync::Arc::clone(&house.firm), house.imogen());
        async move { list(&firm, &actor, Narrowing { state, page }).await.expect("read") }
    };
    let first = at(None, 0).await;
    assert_eq!((first.rows.len(), first.more), (50, true));
    assert_eq!(first.counts, [1, 51, 0, 0, 0]);
    let second = at(None, 1).await;
    assert_eq!((second.rows.len(), second.more), (2, false));
    let waiting = at(Some(MailState::Waiting), 0).await;
    assert_eq!((waiting.rows.len(), waiting.rows[0].state), (1, MailState::Waiting));
});

on_both_engines!(
    what_does_not_get_out_is_counted_for_those_who_can_mend_it,
    |house: House| async move {
        notice(&house).await;
        assert_eq!(
            stuck(&house.firm, &house.imogen()).await.expect("counted"),
            0,
            "its turn comes"
        );
        let silent = House::open_with(house.engine, 7, |house| house.courier = Courier::None)
            .await
            .expect("a house");
        notice(&silent).await;
        assert_eq!(stuck(&silent.firm, &silent.imogen()).await.expect("counted"), 1);
        assert_eq!(stuck(&silent.firm, &silent.tomasz()).await.expect("counted"), 0);
    }
);
