//! Need-to-know: of all members only those who are named on a restricted client see it. Owners and admins see every
//! client.
//!
//! What a member does not see is worked out when it changes and stands in the member's own row, because it is asked for
//! before every request ([`crate::sessions::resume`]). A row without it is worked out afresh: forgetting to settle makes
//! a request slower, never a client visible.

use crate::{
    Actor, Firm,
    actor::allow,
    clients,
    error::{Error, Fault, Result},
    events::Hint,
    tx::Tx,
};
use domain::{ClientId, Field, Reason, StaffId, access::Action};
use entity::firm::{client, client_staff, staff};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use std::collections::HashSet;
use uuid::Uuid;

/// Lets only the named members see a client from now on; owners and admins go on seeing it.
///
/// # Errors
/// The actor may not run the team; the client does not exist; somebody named is not of the team.
pub async fn restrict(firm: &Firm, actor: &Actor, id: ClientId, named: &[StaffId]) -> Result<()> {
    allow(actor, Action::RunTeam, &id)?;
    let named: HashSet<Uuid> = named.iter().map(|id| id.uuid()).collect();
    let now = firm.now().0;
    let mut tx = firm.begin().await?;
    let row = clients::row(tx.db(), id).await?;
    let known = staff::Entity::find()
        .filter(staff::Column::Id.is_in(named.iter().copied()))
        .filter(staff::Column::RemovedAt.is_null())
        .all(tx.db())
        .await?;
    if known.len() != named.len() {
        return Err(Error::refused(Field::Form, Reason::NotOffered));
    }
    client_staff::Entity::delete_many()
        .filter(client_staff::Column::Client.eq(id.uuid()))
        .exec(tx.db())
        .await?;
    for member in &known {
        client_staff::ActiveModel {
            client: Set(id.uuid()),
            staff: Set(member.id),
            created_at: Set(now),
        }
        .insert(tx.db())
        .await?;
    }
    if row.restricted_at.is_none() {
        set(&tx, id, Some(now)).await?;
    }
    let mut listed: Vec<&str> = known.iter().map(|member| member.name.as_str()).collect();
    listed.sort_unstable();
    tx.audit_with(actor, "client.restrict", Some(id.uuid()), &listed.join(", "))
        .await?;
    settle(&mut tx).await?;
    tx.commit().await
}

/// Lets every member see a client again.
///
/// # Errors
/// The actor may not run the team, or the client does not exist.
pub async fn open_to_all(firm: &Firm, actor: &Actor, id: ClientId) -> Result<()> {
    allow(actor, Action::RunTeam, &id)?;
    let mut tx = firm.begin().await?;
    let row = clients::row(tx.db(), id).await?;
    if row.restricted_at.is_none() {
        return Ok(());
    }
    client_staff::Entity::delete_many()
        .filter(client_staff::Column::Client.eq(id.uuid()))
        .exec(tx.db())
        .await?;
    set(&tx, id, None).await?;
    tx.audit(actor, "client.open_to_all", Some(id.uuid())).await?;
    settle(&mut tx).await?;
    tx.commit().await
}

async fn set(tx: &Tx<'_>, id: ClientId, restricted_at: Option<i64>) -> Result<()> {
    client::ActiveModel {
        id: Set(id.uuid()),
        restricted_at: Set(restricted_at),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    Ok(())
}

/// Works out afresh what each member does not see, and lets open pages of the team look again. Whatever restricts a
/// client, names a member or gives a role ends with this.
pub(crate) async fn settle(tx: &mut Tx<'_>) -> Result<()> {
    let team = staff::Entity::find()
        .filter(staff::Column::RemovedAt.is_null())
        .all(tx.db())
        .await?;
    for member in team {
        let kept_off = written(&of(tx.db(), member.id).await?);
        if member.kept_off.as_ref() != Some(&kept_off) {
            staff::ActiveModel {
                id: Set(member.id),
                kept_off: Set(Some(kept_off)),
                ..Default::default()
            }
            .update(tx.db())
            .await?;
        }
        tx.hint(Hint::ScopeChanged { person: member.id });
    }
    Ok(())
}

/// The restricted clients on which a member is not named.
pub(crate) async fn of(db: &impl ConnectionTrait, member: Uuid) -> Result<Vec<ClientId>> {
    let restricted: Vec<Uuid> = client::Entity::find()
        .select_only()
        .column(client::Column::Id)
        .filter(client::Column::RestrictedAt.gt(0))
        .into_tuple()
        .all(db)
        .await?;
    if restricted.is_empty() {
        return Ok(Vec::new());
    }
    let named: HashSet<Uuid> = client_staff::Entity::find()
        .select_only()
        .column(client_staff::Column::Client)
        .filter(client_staff::Column::Staff.eq(member))
        .into_tuple::<Uuid>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let mut kept_off: Vec<ClientId> = restricted
        .into_iter()
        .filter(|client| !named.contains(client))
        .map(ClientId::from)
        .collect();
    kept_off.sort_unstable();
    Ok(kept_off)
}

/// The clients as the member's row holds them: 16 bytes each.
fn written(clients: &[ClientId]) -> Vec<u8> {
    clients.iter().flat_map(|id| id.bytes()).collect()
}

/// What a member's row says of the clients that they do not see.
pub(crate) fn read(column: &[u8]) -> Result<Vec<ClientId>> {
    let (ids, rest) = column.as_chunks::<16>();
    if !rest.is_empty() {
        return Err(Fault::Inconsistent("a list of clients that ends inside an id").into());
    }
    Ok(ids.iter().map(|id| ClientId::from(Uuid::from_bytes(*id))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drafts, events, library, on_both_engines, portal, staff as team,
        testing::{House, PASSWORD},
        threads::{self, NewThread},
        uploads::{self, Declared, Destination},
    };
    use domain::{FormId, Problem, SessionId, ThreadId, access::Role, client::Side, library::FileQuery};
    use futures::StreamExt;
    use std::pin::pin;

    async fn resumed(house: &House, member: StaffId) -> crate::Session {
        house.session(Side::Staff, member.uuid(), "password").await
    }

    async fn tomasz(house: &House) -> Actor {
        resumed(house, house.people.tomasz).await.actor
    }

    fn about(house: &House, client: ClientId) -> NewThread {
        NewThread {
            client,
            subject: "VAT quarter".to_owned(),
            text: "First words".to_owned(),
            uploads: Vec::new(),
            form: FormId::from(house.firm.random.id()),
        }
    }

    async fn thread(house: &House, client: ClientId) -> ThreadId {
        threads::start(&house.firm, &house.imogen(), &about(house, client))
            .await
            .expect("a thread")
    }

    fn absent<T>(answer: &Result<T>) -> bool {
        matches!(answer, Err(Error::Problem(Problem::NotFound)))
    }

    async fn seen(house: &House, actor: &Actor) -> (usize, u32, usize) {
        let list = threads::list(&house.firm, actor, None, 0).await.expect("threads");
        let frame = portal::frame(&house.firm, actor).await.expect("a frame");
        (list.threads.len(), frame.unread_threads, list.clients.len())
    }

    on_both_engines!(
        a_restricted_client_is_absent_for_members_who_are_not_named,
        |house| async move {
            let (firm, marlowe) = (&house.firm, house.people.marlowe);
            let kept = thread(&house, marlowe).await;
            thread(&house, house.people.tanner).await;
            assert_eq!(seen(&house, &tomasz(&house).await).await, (2, 2, 3));
            restrict(firm, &house.imogen(), marlowe, &[]).await.expect("restricted");
            let member = tomasz(&house).await;
            let of_marlowe = FileQuery {
                client: Some(marlowe),
                ..FileQuery::default()
            };
            assert_eq!(seen(&house, &member).await, (1, 1, 2));
            assert!(absent(&threads::list(firm, &member, Some(marlowe), 0).await));
            assert!(absent(&library::list(firm, &member, &of_marlowe).await));
            assert!(absent(&threads::open(firm, &member, kept, None).await));
            assert!(absent(&drafts::keep(firm, &member, kept, "words").await));
            assert!(absent(&threads::start(firm, &member, &about(&house, marlowe)).await));
            let declared = Declared {
                name: "statement.pdf".to_owned(),
                length: Some(9),
                ..Declared::default()
            };
            for to in [Destination::Thread(kept), Destination::Client(marlowe)] {
                assert!(absent(&uploads::begin(firm, &member, to, &declared).await));
            }
            assert_eq!(
                seen(&house, &house.imogen()).await.0,
                2,
                "an owner goes on seeing every client"
            );
        }
    );

    on_both_engines!(
        an_upload_begun_before_the_restriction_takes_nothing_more,
        |house| async move {
            let (firm, marlowe) = (&house.firm, house.people.marlowe);
            let declared = Declared {
                name: "statement.pdf".to_owned(),
                length: Some(9),
                ..Declared::default()
            };
            let before = tomasz(&house).await;
            let upload = uploads::begin(firm, &before, Destination::Client(marlowe), &declared).await;
            let upload = upload.expect("begun");
            restrict(firm, &house.imogen(), marlowe, &[]).await.expect("restricted");
            assert!(absent(&uploads::status(firm, &tomasz(&house).await, upload).await));
            assert!(absent(&uploads::cancel(firm, &tomasz(&house).await, upload).await));
        }
    );

    on_both_engines!(
        a_named_member_sees_it_and_all_do_when_it_is_open_again,
        |house| async move {
            let (firm, marlowe) = (&house.firm, house.people.marlowe);
            thread(&house, marlowe).await;
            let named = [house.people.tomasz];
            restrict(firm, &house.imogen(), marlowe, &named).await.expect("named");
            assert_eq!(seen(&house, &tomasz(&house).await).await.0, 1);
            restrict(firm, &house.imogen(), marlowe, &[])
                .await
                .expect("named nobody");
            assert_eq!(seen(&house, &tomasz(&house).await).await.0, 0);
            open_to_all(firm, &house.imogen(), marlowe).await.expect("open");
            assert_eq!(seen(&house, &tomasz(&house).await).await.0, 1);
        }
    );

    on_both_engines!(whoever_joins_later_is_kept_off_as_well, |house| async move {
        let (firm, marlowe) = (&house.firm, house.people.marlowe);
        thread(&house, marlowe).await;
        restrict(firm, &house.imogen(), marlowe, &[]).await.expect("restricted");
        let new = team::NewStaff {
            name: "Ruth Aston".to_owned(),
            title: "Payroll".to_owned(),
            address: "ruth@harcourtpell.example".to_owned(),
            role: Role::Member,
            password: PASSWORD.to_owned(),
        };
        let ruth = team::add(firm, &house.imogen(), &new).await.expect("added");
        let actor = resumed(&house, ruth).await.actor;
        assert_eq!(seen(&house, &actor).await.0, 0);
    });

    on_both_engines!(
        streams_end_with_the_scope_and_say_nothing_of_the_client,
        |house| async move {
            let (firm, marlowe) = (&house.firm, house.people.marlowe);
            let id = SessionId::from(firm.random.id());
            let before = tomasz(&house).await;
            let mut open = pin!(events::subscribe(firm, &before, id));
            restrict(firm, &house.imogen(), marlowe, &[]).await.expect("restricted");
            assert_eq!(open.next().await, Some(events::Event::All));
            assert_eq!(open.next().await, None);
            let after = tomasz(&house).await;
            let mut again = pin!(events::subscribe(firm, &after, id));
            thread(&house, marlowe).await;
            let other = thread(&house, house.people.tanner).await;
            let heard = again.next().await;
            assert!(matches!(heard, Some(events::Event::Thread { id, .. }) if id == other));
        }
    );

    on_both_engines!(
        a_member_neither_restricts_nor_opens_nor_is_anybody_unknown_named,
        |house| async move {
            let (firm, marlowe) = (&house.firm, house.people.marlowe);
            assert!(absent(&restrict(firm, &house.tomasz(), marlowe, &[]).await));
            assert!(absent(&open_to_all(firm, &house.tomasz(), marlowe).await));
            assert!(absent(&restrict(firm, &house.anwen(), marlowe, &[]).await));
            let nobody = StaffId::from(house.people.anwen.uuid());
            assert!(restrict(firm, &house.imogen(), marlowe, &[nobody]).await.is_err());
        }
    );
}
