//! Room: how many bytes the files of a firm and of a client may take, and take.
//!
//! What counts are the plain bytes of every version that can still be read, in the trash too, and of uploads: one that said how
//! long it is takes all of that from its beginning, so two that begin at once cannot share the last gigabyte. It is counted in
//! the transaction that needs the room.

use crate::{
    error::{Error, Result},
    settings::storage,
    tx::Tx,
    uploads::kept_since,
};
use domain::{ClientId, Field, Reason, limits};
use entity::firm::{client, file, file_version, upload};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
    sea_query::{Expr, SimpleExpr},
};
use std::{cmp::min, collections::HashMap};
use uuid::Uuid;

/// Bytes that are left for a client's files; none where there is no limit.
pub(crate) async fn left(db: &impl ConnectionTrait, since: i64, client: ClientId) -> Result<Option<u64>> {
    without(db, since, client, None).await
}

/// Bytes that one file may have at most.
pub(crate) async fn file_limit(firm: &crate::Firm, client: ClientId) -> Result<u64> {
    let left = left(firm.db(), kept_since(firm), client).await?;
    Ok(min(left.unwrap_or(u64::MAX), limits::FILE_BYTES))
}

/// Refuses what there is no room for. `but` is an upload that does not count: the one that asks.
///
/// # Errors
/// [`Reason::RoomFull`].
pub(crate) async fn claim(tx: &Tx<'_>, client: ClientId, bytes: u64, but: Option<Uuid>) -> Result<()> {
    match without(tx.db(), kept_since(tx.firm), client, but).await? {
        Some(left) if bytes > left => Err(Error::refused(Field::Files, Reason::RoomFull { left })),
        _ => Ok(()),
    }
}

async fn without(db: &impl ConnectionTrait, since: i64, client: ClientId, but: Option<Uuid>) -> Result<Option<u64>> {
    let rooms = storage::read(db).await?;
    let own = client::Entity::find_by_id(client.uuid())
        .select_only()
        .column(client::Column::Room)
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?
        .flatten();
    let of_client = own.map(i64::unsigned_abs).or(rooms.client);
    let mut left: Option<u64> = None;
    for (room, whose) in [(rooms.firm, None), (of_client, Some(client))] {
        if let Some(room) = room {
            let free = room.saturating_sub(used(db, since, whose, but).await?);
            left = Some(left.map_or(free, |left| min(left, free)));
        }
    }
    Ok(left)
}

/// Bytes that the files of a client take, or of all.
pub(crate) async fn used(
    db: &impl ConnectionTrait,
    since: i64,
    whose: Option<ClientId>,
    but: Option<Uuid>,
) -> Result<u64> {
    let mut files = file_version::Entity::find()
        .join(JoinType::InnerJoin, file_of())
        .filter(file::Column::WithdrawnAt.is_null());
    let mut coming = upload::Entity::find().filter(upload::Column::TouchedAt.gte(since));
    if let Some(client) = whose {
        files = files.filter(file::Column::Client.eq(client.uuid()));
        coming = coming.filter(upload::Column::Client.eq(client.uuid()));
    }
    if let Some(upload) = but {
        coming = coming.filter(upload::Column::Id.ne(upload));
    }
    let there: Option<i64> = files
        .select_only()
        .expr(sum(Expr::col((file_version::Entity, file_version::Column::Size))))
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?
        .flatten();
    let said = Expr::case(
        upload::Column::LengthDeferred.eq(false),
        upload::Column::Length.into_expr(),
    )
    .finally(upload::Column::Received.into_expr());
    let coming: Option<i64> = coming
        .select_only()
        .expr(sum(said.into()))
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?
        .flatten();
    Ok(there.unwrap_or(0).unsigned_abs() + coming.unwrap_or(0).unsigned_abs())
}

/// Bytes of the files of each client that has some, the most first.
pub(crate) async fn largest(db: &impl ConnectionTrait, most: usize) -> Result<Vec<(Uuid, u64)>> {
    let rows: Vec<(Uuid, Option<i64>)> = file_version::Entity::find()
        .join(JoinType::InnerJoin, file_of())
        .filter(file::Column::WithdrawnAt.is_null())
        .select_only()
        .column(file::Column::Client)
        .expr(sum(Expr::col((file_version::Entity, file_version::Column::Size))))
        .group_by(file::Column::Client)
        .into_tuple()
        .all(db)
        .await?;
    let sums: HashMap<Uuid, u64> = rows
        .into_iter()
        .map(|(client, bytes)| (client, bytes.unwrap_or(0).unsigned_abs()))
        .collect();
    let mut sums: Vec<(Uuid, u64)> = sums.into_iter().collect();
    sums.sort_by_key(|(client, bytes)| (std::cmp::Reverse(*bytes), *client));
    sums.truncate(most);
    Ok(sums)
}

/// From a version to its file.
pub(crate) fn file_of() -> RelationDef {
    file_version::Entity::belongs_to(file::Entity)
        .from(file_version::Column::File)
        .to(file::Column::Id)
        .into()
}

/// PostgreSQL sums whole numbers into its type without a limit, which no field of ours reads.
fn sum(of: SimpleExpr) -> SimpleExpr {
    of.sum().cast_as("bigint")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        library, on_both_engines,
        settings::storage,
        testing::House,
        uploads::{self, Declared, Destination},
    };
    use domain::{Problem, UploadId};

    const GB: u64 = 1_000_000_000;

    async fn begin(house: &House, client: ClientId, length: Option<u64>) -> Result<UploadId> {
        let declared = Declared {
            name: "Scan.pdf".to_owned(),
            length,
            ..Declared::default()
        };
        uploads::begin(&house.firm, &house.tomasz(), Destination::Client(client), &declared).await
    }

    fn full(outcome: Result<UploadId>) -> Option<u64> {
        match outcome.err()? {
            Error::Problem(Problem::Refused {
                reason: Reason::RoomFull { left },
                ..
            }) => Some(left),
            other => panic!("another refusal: {other}"),
        }
    }

    on_both_engines!(
        what_began_counts_and_two_do_not_share_the_last_room,
        |house| async move {
            let (firm, imogen) = (&house.firm, house.imogen());
            let (marlowe, other) = (house.people.marlowe, house.people.tanner);
            storage::keep(firm, &imogen, "3", "2").await.expect("kept");
            assert_eq!(full(begin(&house, marlowe, Some(2 * GB + 1)).await), Some(2 * GB));
            let (one, two) = tokio::join!(
                begin(&house, marlowe, Some(2 * GB)),
                begin(&house, marlowe, Some(2 * GB))
            );
            let (taken, refused) = if one.is_ok() { (one, two) } else { (two, one) };
            assert_eq!(full(refused), Some(0));
            // The firm's limit holds for another client, whose own has room.
            assert_eq!(full(begin(&house, other, Some(2 * GB)).await), Some(GB));
            assert!(begin(&house, other, Some(GB)).await.is_ok());
            uploads::cancel(firm, &house.tomasz(), taken.expect("begun"))
                .await
                .expect("given up");
            assert!(
                begin(&house, marlowe, Some(2 * GB)).await.is_ok(),
                "what was given up frees its room"
            );
        }
    );

    on_both_engines!(a_client_may_have_a_limit_of_their_own, |house| async move {
        let (firm, imogen) = (&house.firm, house.imogen());
        let (marlowe, other) = (house.people.marlowe, house.people.tanner);
        storage::keep(firm, &imogen, "", "1").await.expect("kept");
        storage::keep_for(firm, &imogen, marlowe, "5").await.expect("kept");
        assert!(begin(&house, marlowe, Some(4 * GB)).await.is_ok());
        assert_eq!(full(begin(&house, other, Some(4 * GB)).await), Some(GB));
        assert!(storage::keep_for(firm, &house.tomasz(), marlowe, "50").await.is_err());
        assert!(storage::keep(firm, &imogen, "x", "").await.is_err());
        let room = storage::of_client(firm, &imogen, marlowe).await.expect("room");
        assert_eq!((room.used, room.own, room.usual), (4 * GB, Some(5 * GB), Some(GB)));
    });

    on_both_engines!(what_says_its_length_later_is_held_to_what_is_left, |house| async move {
        let (firm, imogen, marlowe) = (&house.firm, house.imogen(), house.people.marlowe);
        storage::keep(firm, &imogen, "", "1").await.expect("kept");
        let deferred = begin(&house, marlowe, None).await.expect("begun");
        assert!(
            begin(&house, marlowe, Some(GB - 1)).await.is_ok(),
            "it has taken nothing yet"
        );
        let said = uploads::Append {
            length: Some(2),
            ..uploads::Append::at(0)
        };
        let nothing = futures::stream::empty::<std::result::Result<bytes::Bytes, std::convert::Infallible>>();
        let outcome = uploads::append(std::sync::Arc::clone(firm), house.tomasz(), deferred, said, nothing).await;
        assert!(outcome.is_err(), "one byte is left");
        let body = futures::stream::iter([Ok::<_, std::convert::Infallible>(bytes::Bytes::from_static(b"two"))]);
        let to = Destination::Client(marlowe);
        let whole = uploads::whole(
            std::sync::Arc::clone(firm),
            house.tomasz(),
            to,
            "Form.txt".to_owned(),
            body,
        )
        .await;
        assert_eq!(full(whole), Some(1));
    });

    on_both_engines!(
        what_can_still_be_read_counts_and_what_was_withdrawn_does_not,
        |house| async move {
            let (firm, anwen, marlowe) = (&house.firm, house.anwen(), house.people.marlowe);
            let before = used(firm.db(), 0, Some(marlowe), None).await.expect("a sum");
            let body =
                futures::stream::iter([Ok::<_, std::convert::Infallible>(bytes::Bytes::from_static(b"seven!!"))]);
            let to = Destination::Client(marlowe);
            let upload = uploads::whole(
                std::sync::Arc::clone(firm),
                anwen.clone(),
                to,
                "Form.txt".to_owned(),
                body,
            )
            .await
            .expect("taken");
            let new = crate::threads::NewThread {
                client: marlowe,
                subject: "A form".to_owned(),
                text: String::new(),
                uploads: vec![upload],
                form: firm.random().id().into(),
            };
            let thread = crate::threads::start(firm, &anwen, &new).await.expect("a thread");
            let sum = async || used(firm.db(), 0, Some(marlowe), None).await.expect("a sum") - before;
            assert_eq!(sum().await, 7);
            let file = crate::threads::open(firm, &anwen, thread, None)
                .await
                .expect("open")
                .files[0]
                .id;
            let trash = [domain::library::Act::Trash];
            library::change(firm, &house.tomasz(), &[file], &trash)
                .await
                .expect("in the trash");
            assert_eq!(sum().await, 7);
            library::change(firm, &house.tomasz(), &[file], &[domain::library::Act::Restore])
                .await
                .expect("out of it");
            library::change(firm, &anwen, &[file], &[domain::library::Act::Withdraw])
                .await
                .expect("withdrawn");
            assert_eq!(sum().await, 0);
        }
    );
}
