//! Signed-in browsers.

mod list;

pub(crate) use list::end_all;
pub use list::{end_others, ended_lately, list};

use crate::{
    Actor, Firm,
    actor::side_name,
    clients::need_to_know,
    devices, directory,
    error::{Error, Result},
    events::Hint,
    jobs::Job,
    letters::Happened,
    settings,
    staff::role_of,
    tx::Tx,
};
use domain::{ContactId, Moment, SessionId, StaffId, access::Role, client::Side};
use entity::firm::{client, client_contact, contact, session, staff};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef,
    Select,
    sea_query::{Expr, IntoCondition},
};
use uuid::Uuid;
use vault::Token;

/// `last seen` moves at most this often, in seconds: reads do not write.
const SEEN_EVERY: i64 = 300;
/// Characters of a browser's self-description that are kept.
const AGENT_CHARS: usize = 300;

/// A live session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Who.
    pub actor: Actor,
}

/// The browser and the network from which somebody acts.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// What the browser says of itself.
    pub agent: String,
    /// The network's prefix as text: /24 of IPv4, /56 of IPv6.
    pub network: String,
    /// The cookie by which the browser is known again, sealed as it came.
    pub remembered: Option<String>,
}

/// A fresh session's token, and how long its cookie lives.
pub(crate) struct Opened {
    pub(crate) token: String,
    pub(crate) max_age: i64,
    /// The value of the cookie by which the browser is known again.
    pub(crate) remembered: String,
}

/// A session's new token, after it proved itself once more.
pub struct Renewed {
    /// The session cookie's value.
    pub token: String,
    /// Seconds for which the browser keeps the cookie.
    pub max_age: i64,
}

/// A session with its person, once for each client that is open to a contact.
#[derive(FromQueryResult)]
struct Resumed {
    id: Uuid,
    kind: String,
    person: Uuid,
    seen_at: i64,
    staff_name: Option<String>,
    staff_title: Option<String>,
    staff_role: Option<String>,
    kept_off: Option<Vec<u8>>,
    contact_name: Option<String>,
    client: Option<Uuid>,
    client_name: Option<String>,
}

/// Whose session a token is, if it is a live one of this firm's. One statement: it stands before every request.
///
/// # Errors
/// The database fails. An unknown, ended or expired token is `None`.
pub async fn resume(firm: &Firm, token: &str) -> Result<Option<Session>> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    let now = firm.now();
    let rows = with_people(session::Entity::find())
        .filter(session::Column::TokenHash.eq(token.hash().to_vec()))
        .filter(session::Column::EndedAt.is_null())
        .filter(
            session::Column::IdleUntil
                .gt(now.0)
                .and(session::Column::EndsAt.gt(now.0)),
        )
        .into_model::<Resumed>()
        .all(firm.db())
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let actor = match (row.kind.as_str(), &row.staff_name, &row.contact_name) {
        ("staff", Some(name), _) => {
            let role = role_of(row.staff_role.as_deref().unwrap_or_default())?;
            let kept_off = match &row.kept_off {
                _ if role != Role::Member => Vec::new(),
                Some(settled) => need_to_know::read(settled)?,
                None => need_to_know::of(firm.db(), row.person).await?,
            };
            let title = row.staff_title.as_deref().unwrap_or_default();
            Actor::staff(StaffId::from(row.person), name, title, role).without(kept_off)
        }
        ("contact", _, Some(name)) => {
            let clients = rows
                .iter()
                .filter_map(|row| Some(directory::label(row.client?, row.client_name.clone()?)));
            Actor::contact(ContactId::from(row.person), name, directory::by_name(clients.collect()))
        }
        // The person was removed or suspended.
        _ => return Ok(None),
    };
    if now.seconds_since(Moment(row.seen_at)) >= SEEN_EVERY {
        touch(firm, row, now).await?;
    }
    Ok(Some(Session {
        id: row.id.into(),
        actor,
    }))
}

/// Joins the session's person, if they were not removed, and a contact's clients, if their portal is open.
fn with_people(query: Select<session::Entity>) -> Select<session::Entity> {
    let staff_of: RelationDef = session::Entity::belongs_to(staff::Entity)
        .from(session::Column::Person)
        .to(staff::Column::Id)
        .on_condition(|_, staff| Expr::col((staff, staff::Column::RemovedAt)).is_null().into_condition())
        .into();
    let contact_of: RelationDef = session::Entity::belongs_to(contact::Entity)
        .from(session::Column::Person)
        .to(contact::Column::Id)
        .on_condition(|_, contact| {
            Condition::all()
                .add(Expr::col((contact.clone(), contact::Column::RemovedAt)).is_null())
                .add(Expr::col((contact, contact::Column::SuspendedAt)).is_null())
        })
        .into();
    let links: RelationDef = session::Entity::belongs_to(client_contact::Entity)
        .from(session::Column::Person)
        .to(client_contact::Column::Contact)
        .into();
    let client_of: RelationDef = client_contact::Entity::belongs_to(client::Entity)
        .from(client_contact::Column::Client)
        .to(client::Column::Id)
        .on_condition(|_, client| {
            Condition::all()
                .add(Expr::col((client.clone(), client::Column::PortalEnabledAt)).is_not_null())
                .add(Expr::col((client.clone(), client::Column::SuspendedAt)).is_null())
                .add(Expr::col((client, client::Column::ClosedAt)).is_null())
        })
        .into();
    query
        .join(JoinType::LeftJoin, staff_of)
        .join(JoinType::LeftJoin, contact_of)
        .join(JoinType::LeftJoin, links)
        .join(JoinType::LeftJoin, client_of)
        .select_only()
        .columns([
            session::Column::Id,
            session::Column::Kind,
            session::Column::Person,
            session::Column::SeenAt,
        ])
        .column_as(staff::Column::Name, "staff_name")
        .column_as(staff::Column::Title, "staff_title")
        .column_as(staff::Column::Role, "staff_role")
        .column_as(staff::Column::KeptOff, "kept_off")
        .column_as(contact::Column::Name, "contact_name")
        .column_as(client::Column::Id, "client")
        .column_as(client::Column::Name, "client_name")
}

/// Ends a session; its event streams end with it.
///
/// # Errors
/// It is not the actor's own, or the database fails.
pub async fn end(firm: &Firm, actor: &Actor, id: SessionId) -> Result<()> {
    let (_, person) = actor.signed_in()?;
    let mut tx = firm.begin().await?;
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(firm.now().0))
        .filter(
            session::Column::Id
                .eq(id.uuid())
                .and(session::Column::Person.eq(person)),
        )
        .filter(session::Column::EndedAt.is_null())
        .exec(tx.db())
        .await?;
    if ended.rows_affected == 0 {
        return Err(Error::not_found());
    }
    tx.audit(actor, "session.end", Some(id.uuid())).await?;
    tx.hint(Hint::SessionOut { session: id });
    tx.commit().await
}

/// Opens a session for somebody who has just proved who they are.
pub(crate) async fn open(tx: &Tx<'_>, side: Side, person: Uuid, factors: &[&str], device: &Device) -> Result<Opened> {
    let firm = tx.firm;
    let now = firm.now();
    let (idle, total) = settings::sign_in::of(tx.db()).await?.session_seconds(side);
    let factors: Vec<_> = factors.iter().map(|factor| proof(factor, now)).collect();
    let known = devices::known(firm, device) == Some((side, person));
    if !known && was_here(tx, person).await? {
        let words = domain::device::words(&device.agent);
        let network = device.network.clone();
        tell(tx, side, person, Happened::NewDevice { words, network }).await?;
    }
    let token = Token::generate(&firm.random);
    let id = firm.random.id();
    session::ActiveModel {
        id: Set(id),
        token_hash: Set(token.hash().to_vec()),
        kind: Set(side_name(side).to_owned()),
        person: Set(person),
        factors: Set(serde_json::Value::from(factors).to_string()),
        agent: Set(device.agent.chars().take(AGENT_CHARS).collect()),
        network: Set(device.network.clone()),
        created_at: Set(now.0),
        seen_at: Set(now.0),
        idle_until: Set(now.plus_seconds(idle).0),
        ends_at: Set(now.plus_seconds(total).0),
        ended_at: Set(None),
    }
    .insert(tx.db())
    .await?;
    tx.audit_person(side, person, "session.open", Some(id)).await?;
    Ok(Opened {
        token: token.text().to_string(),
        max_age: total,
        remembered: devices::remember(firm, side, person),
    })
}

/// Lets the sessions of a side end by limits that are shorter than those under which they began.
pub(crate) async fn shorten(tx: &Tx<'_>, side: Side, (idle, total): (i64, i64)) -> Result<()> {
    for (until, since, seconds) in [
        (session::Column::IdleUntil, session::Column::SeenAt, idle),
        (session::Column::EndsAt, session::Column::CreatedAt, total),
    ] {
        let by = Expr::col(since).add(seconds * 1000);
        session::Entity::update_many()
            .col_expr(until, by.clone())
            .filter(session::Column::Kind.eq(side_name(side)))
            .filter(session::Column::EndedAt.is_null())
            .filter(Expr::col(until).gt(by))
            .exec(tx.db())
            .await?;
    }
    Ok(())
}

/// Gives a session that proved itself once more a fresh token; the old one is nobody's from now on.
pub(crate) async fn renew(tx: &Tx<'_>, actor: &Actor, id: SessionId, factor: &str) -> Result<Renewed> {
    let (_, person) = actor.signed_in()?;
    let now = tx.firm.now();
    let row = session::Entity::find_by_id(id.uuid())
        .filter(
            session::Column::Person
                .eq(person)
                .and(session::Column::EndedAt.is_null()),
        )
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let mut factors: Vec<serde_json::Value> = serde_json::from_str(&row.factors).unwrap_or_default();
    factors.retain(|earlier| earlier["factor"] != factor);
    factors.push(proof(factor, now));
    let token = Token::generate(&tx.firm.random);
    session::ActiveModel {
        id: Set(row.id),
        token_hash: Set(token.hash().to_vec()),
        factors: Set(serde_json::Value::from(factors).to_string()),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    Ok(Renewed {
        token: token.text().to_string(),
        max_age: Moment(row.ends_at).seconds_since(now),
    })
}

fn proof(factor: &str, now: Moment) -> serde_json::Value {
    serde_json::json!({ "factor": factor, "at": now.0 })
}

/// Whether somebody was signed in before, anywhere: the first time is no news to them.
async fn was_here(tx: &Tx<'_>, person: Uuid) -> Result<bool> {
    let row = session::Entity::find()
        .filter(session::Column::Person.eq(person))
        .one(tx.db())
        .await?;
    Ok(row.is_some())
}

/// Queues the mail that tells somebody what happened to their own account.
pub(crate) async fn tell(tx: &Tx<'_>, side: Side, person: Uuid, what: Happened) -> Result<()> {
    let at = tx.firm.now();
    let job = Job::Happened { side, person, what, at };
    tx.follow_up(&job, at).await?;
    Ok(())
}

async fn touch(firm: &Firm, row: &Resumed, now: Moment) -> Result<()> {
    let side = crate::actor::side_of(&row.kind)?;
    let tx = firm.begin().await?;
    let (idle, _) = settings::sign_in::of(tx.db()).await?.session_seconds(side);
    session::ActiveModel {
        id: Set(row.id),
        seen_at: Set(now.0),
        idle_until: Set(now.plus_seconds(idle).0),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contacts, on_both_engines, testing::House};
    use domain::limits;
    use futures::StreamExt;

    async fn signed_in(house: &House) -> String {
        house.staff_session("imogen@harcourtpell.example").await
    }

    async fn contact_session(house: &House) -> (String, Session) {
        let tx = house.firm.begin().await.expect("a transaction");
        let opened = open(
            &tx,
            Side::Contact,
            house.people.anwen.uuid(),
            &["link"],
            &Device::default(),
        )
        .await
        .expect("opened");
        tx.commit().await.expect("committed");
        let session = resume(&house.firm, &opened.token)
            .await
            .expect("read")
            .expect("a session");
        (opened.token, session)
    }

    on_both_engines!(
        a_session_ends_after_its_idle_time_and_after_its_whole_time,
        |house| async move {
            let token = signed_in(&house).await;
            for _ in 0..20 {
                house.advance(limits::STAFF_IDLE_SECONDS - 1);
                assert!(resume(&house.firm, &token).await.expect("read").is_some());
            }
            house.advance(limits::STAFF_IDLE_SECONDS);
            assert!(resume(&house.firm, &token).await.expect("read").is_none(), "idle");
            let token = signed_in(&house).await;
            for _ in 0..25 {
                house.advance(limits::STAFF_IDLE_SECONDS - 1);
                resume(&house.firm, &token).await.expect("read");
            }
            assert!(
                resume(&house.firm, &token).await.expect("read").is_none(),
                "a day is over"
            );
        }
    );

    on_both_engines!(an_ended_session_is_nobodys, |house| async move {
        let token = signed_in(&house).await;
        let session = resume(&house.firm, &token).await.expect("read").expect("a session");
        end(&house.firm, &session.actor, session.id).await.expect("ended");
        assert!(resume(&house.firm, &token).await.expect("read").is_none());
        assert!(
            end(&house.firm, &house.tomasz(), session.id).await.is_err(),
            "nobody else's to end"
        );
    });

    on_both_engines!(
        removing_a_contact_ends_sessions_and_streams_at_once,
        |house| async move {
            let (token, session) = contact_session(&house).await;
            let mut events = std::pin::pin!(crate::events::subscribe(&house.firm, &session.actor, session.id));
            contacts::remove(&house.firm, &house.imogen(), house.people.anwen)
                .await
                .expect("removed");
            assert_eq!(events.next().await, Some(crate::events::Event::SignedOut));
            assert_eq!(events.next().await, None);
            assert!(resume(&house.firm, &token).await.expect("read").is_none());
        }
    );

    on_both_engines!(the_cookie_is_not_in_the_database, |house| async move {
        let token = signed_in(&house).await;
        let row = session::Entity::find()
            .one(house.firm.db())
            .await
            .expect("read")
            .expect("a row");
        assert_eq!(row.token_hash, Token::parse(&token).expect("a token").hash());
        assert!(!format!("{row:?}").contains(&token));
    });

    on_both_engines!(a_contact_sees_only_clients_whose_portal_is_open, |house| async move {
        let (token, session) = contact_session(&house).await;
        assert_eq!(session.actor.clients().map(<[_]>::len), Some(2));
        client::ActiveModel {
            id: Set(house.people.tanner.uuid()),
            suspended_at: Set(Some(house.firm.now().0)),
            ..Default::default()
        }
        .update(house.firm.pools.writer())
        .await
        .expect("suspended");
        let session = resume(&house.firm, &token).await.expect("read").expect("a session");
        let left: Option<Vec<_>> = session
            .actor
            .clients()
            .map(|labels| labels.iter().map(|label| label.id).collect());
        assert_eq!(left, Some(vec![house.people.marlowe]));
    });
}
