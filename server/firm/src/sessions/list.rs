//! One's own signed-in browsers: seen, and ended.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::Result,
    events::Hint,
    tx::Tx,
};
use domain::{
    Moment, SessionId,
    access::Action,
    device::{self, DeviceRow},
    limits,
};
use entity::firm::session;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use uuid::Uuid;

/// Seconds for which an ended session is still listed: a day.
const LATELY: i64 = 24 * 60 * 60;

/// The reader's live sessions: this one first, then by last use.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn list(firm: &Firm, actor: &Actor, here: SessionId) -> Result<Vec<DeviceRow>> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let rows = session::Entity::find()
        .filter(live(person, firm.now()))
        .order_by_desc(session::Column::SeenAt)
        .all(firm.db())
        .await?;
    let mut list: Vec<_> = rows
        .into_iter()
        .map(|row| DeviceRow {
            session: row.id.into(),
            words: device::words(&row.agent),
            network: row.network,
            first: Moment(row.created_at),
            last: Moment(row.seen_at),
            here: row.id == here.uuid(),
        })
        .collect();
    list.sort_by_key(|row| !row.here);
    Ok(list)
}

/// What was signed out of the reader's account within the last day, newest first, with the time of its end: whoever sets a
/// password sees what that ended.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn ended_lately(firm: &Firm, actor: &Actor) -> Result<Vec<DeviceRow>> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let rows = session::Entity::find()
        .filter(session::Column::Person.eq(person))
        .filter(session::Column::EndedAt.gt(firm.now().plus_seconds(-LATELY).0))
        .order_by_desc(session::Column::EndedAt)
        .limit(limits::PAGE_ROWS)
        .all(firm.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeviceRow {
            session: row.id.into(),
            words: device::words(&row.agent),
            network: row.network,
            first: Moment(row.created_at),
            last: Moment(row.ended_at.unwrap_or(row.seen_at)),
            here: false,
        })
        .collect())
}

/// Ends all of the reader's sessions but this one; their event streams end with them.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn end_others(firm: &Firm, actor: &Actor, here: SessionId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let mut tx = firm.begin().await?;
    let ended = end_all(&mut tx, person, Some(here)).await?;
    if ended > 0 {
        tx.audit(actor, "session.end_others", None).await?;
    }
    tx.commit().await
}

/// Ends a person's sessions, but for one, within the verb that gives the reason: a changed password, a removal. Open
/// pages are told as soon as it is committed. Says how many ended.
pub(crate) async fn end_all(tx: &mut Tx<'_>, person: Uuid, but: Option<SessionId>) -> Result<usize> {
    let now = tx.firm.now();
    let spared = but.map_or(Uuid::nil(), SessionId::uuid);
    let ids: Vec<Uuid> = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(live(person, now).and(session::Column::Id.ne(spared)))
        .into_tuple()
        .all(tx.db())
        .await?;
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now.0))
        .filter(session::Column::Id.is_in(ids.clone()))
        .exec(tx.db())
        .await?;
    for id in &ids {
        tx.hint(Hint::SessionOut { session: (*id).into() });
    }
    Ok(ids.len())
}

fn live(person: Uuid, now: Moment) -> Expr {
    session::Column::Person
        .eq(person)
        .and(session::Column::EndedAt.is_null())
        .and(session::Column::IdleUntil.gt(now.0))
        .and(session::Column::EndsAt.gt(now.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Session, on_both_engines,
        sessions::{self, Device},
        testing::House,
    };
    use domain::client::Side;
    use futures::StreamExt;

    const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:152.0) Gecko/20100101 Firefox/152.0";

    async fn enter(house: &House, person: Uuid, device: &Device) -> (Session, String) {
        let tx = house.firm.begin().await.expect("begun");
        let opened = sessions::open(&tx, Side::Contact, person, &["link"], device)
            .await
            .expect("opened");
        tx.commit().await.expect("committed");
        let session = sessions::resume(&house.firm, &opened.token).await.expect("read");
        (session.expect("a session"), opened.remembered)
    }

    fn firefox() -> Device {
        Device {
            agent: FIREFOX.to_owned(),
            network: "192.0.2.0/24".to_owned(),
            remembered: None,
        }
    }

    on_both_engines!(mission_61_a_contact_sees_and_ends_their_devices, |house| async move {
        let anwen = house.people.anwen.uuid();
        let (here, _) = enter(&house, anwen, &Device::default()).await;
        house.advance(3600);
        let (there, _) = enter(&house, anwen, &firefox()).await;
        let (_, _) = enter(&house, house.people.priya.uuid(), &firefox()).await;
        let devices = list(&house.firm, &here.actor, here.id).await.expect("listed");
        let seen: Vec<_> = devices.iter().map(|row| (row.words.as_str(), row.here)).collect();
        assert_eq!(
            seen,
            [("A browser", true), ("Firefox on Windows", false)],
            "one's own alone"
        );
        assert_eq!(devices[1].network, "192.0.2.0/24");
        assert_eq!(devices[1].first, house.firm.now());

        let mut stream = std::pin::pin!(crate::events::subscribe(&house.firm, &there.actor, there.id));
        end_others(&house.firm, &here.actor, here.id).await.expect("ended");
        assert_eq!(stream.next().await, Some(crate::events::Event::SignedOut));
        assert_eq!(stream.next().await, None);
        let left = list(&house.firm, &here.actor, here.id).await.expect("listed");
        assert_eq!(left.len(), 1);
        assert!(left[0].here);
    });

    on_both_engines!(
        a_new_device_is_told_by_mail_and_a_known_one_is_not,
        |house| async move {
            let anwen = house.people.anwen.uuid();
            let count = |house: &House| {
                house
                    .letters()
                    .iter()
                    .filter(|it| it.subject.contains("new device"))
                    .count()
            };
            let (_, remembered) = enter(&house, anwen, &firefox()).await;
            house.work().await.expect("worked");
            assert_eq!(count(&house), 0, "the first of all is no news");
            let known = Device {
                remembered: Some(remembered.clone()),
                ..firefox()
            };
            enter(&house, anwen, &known).await;
            house.work().await.expect("worked");
            assert_eq!(count(&house), 0);
            enter(&house, anwen, &firefox()).await;
            house.work().await.expect("worked");
            assert_eq!(count(&house), 1);
            assert!(
                house.letters()[0]
                    .text
                    .contains("Firefox on Windows, from the network 192.0.2.0/24")
            );
            // Somebody else's cookie makes no device known.
            enter(&house, house.people.priya.uuid(), &Device::default()).await;
            enter(&house, house.people.priya.uuid(), &known).await;
            house.work().await.expect("worked");
            assert_eq!(count(&house), 2);
        }
    );

    on_both_engines!(
        a_remembered_device_names_a_masked_address_and_opens_nothing,
        |house| async move {
            let (_, remembered) = enter(&house, house.people.anwen.uuid(), &firefox()).await;
            assert!(
                sessions::resume(&house.firm, &remembered)
                    .await
                    .expect("read")
                    .is_none()
            );
            let with = |text: &str| Device {
                remembered: Some(text.to_owned()),
                ..Device::default()
            };
            let seen = crate::devices::remembered(&house.firm, &with(&remembered))
                .await
                .expect("read");
            assert_eq!(seen.expect("known").masked, "an•••@marlowe.example");
            for planted in [
                "",
                "AAAA",
                &remembered[..remembered.len() - 4],
                &format!("{remembered}AAAA"),
            ] {
                assert!(
                    crate::devices::remembered(&house.firm, &with(planted))
                        .await
                        .expect("read")
                        .is_none()
                );
            }
            assert!(
                crate::devices::remembered(&house.other, &with(&remembered))
                    .await
                    .expect("read")
                    .is_none()
            );
            house.advance(crate::devices::REMEMBERED_SECONDS);
            assert!(
                crate::devices::remembered(&house.firm, &with(&remembered))
                    .await
                    .expect("read")
                    .is_none()
            );
        }
    );

    on_both_engines!(a_session_lives_as_long_as_the_firm_says, |house| async move {
        let settings = domain::settings::SignInSettings {
            contact_idle_days: 2,
            contact_total_days: 5,
            ..Default::default()
        };
        crate::settings::sign_in::write(&house.firm, &house.imogen(), &settings)
            .await
            .expect("kept");
        let tx = house.firm.begin().await.expect("begun");
        let anwen = house.people.anwen.uuid();
        let opened = sessions::open(&tx, Side::Contact, anwen, &["link"], &Device::default())
            .await
            .expect("opened");
        tx.commit().await.expect("committed");
        assert_eq!(opened.max_age, 5 * 86_400);
        for day in 1..=5 {
            house.advance(86_400);
            let live = sessions::resume(&house.firm, &opened.token)
                .await
                .expect("read")
                .is_some();
            assert_eq!(live, day < 5, "day {day}");
        }
    });
}
