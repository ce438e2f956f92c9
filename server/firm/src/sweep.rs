//! Tidies up what nobody will finish: abandoned uploads, files long in the trash, objects without a row, expired links and sessions.
//!
//! It is safe to run while everything else runs: an object counts as an orphan only when it is older than any upload
//! could still be about to name it.

use crate::{
    Firm,
    error::{Error, Fault, Result},
    jobs::{Job, Outcome},
    library,
    room::file_of,
    tx::Tx,
    uploads,
};
use entity::firm::{
    code_sheet, file, file_part, file_version, flash, guest, one_time_token, passkey_challenge, segment, session,
    sign_in_step, slip, upload,
};
use futures::StreamExt;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QuerySelect};
use std::{
    collections::{BTreeMap, HashSet},
    time::UNIX_EPOCH,
};
use uuid::Uuid;
use vault::Store;

/// Seconds that an object may be without a row: a part is named within seconds of its last byte, whatever the speed
/// of the line, because a stalled body is cut off long before.
const ORPHAN_AGE: i64 = 24 * 3600;
/// Seconds for which an expired or used link can still say what became of it.
const LINK_KEPT: i64 = 30 * 24 * 3600;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Abandoned uploads.
    pub uploads: usize,
    /// Files that were in the trash long enough.
    pub files: usize,
    /// Objects that no row named.
    pub objects: usize,
}

/// Sweeps one firm.
///
/// # Errors
/// The database fails; what was removed by then stays removed. A store that fails is left for the next sweep.
pub async fn run(firm: &Firm) -> Result<Swept> {
    run_with(firm, ORPHAN_AGE).await
}

/// As [`run`], with another age for orphans.
pub(crate) async fn run_with(firm: &Firm, orphan_age: i64) -> Result<Swept> {
    let uploads = abandon_uploads(firm).await?;
    let files = library::empty(firm).await?;
    expire_rows(firm).await?;
    let objects = delete_orphans(firm, orphan_age).await?;
    Ok(Swept {
        uploads,
        files,
        objects,
    })
}

/// Lets objects go that no row names any more: each store's by a job of its own, so that a store that is down keeps nothing
/// in another one.
pub(crate) async fn let_go(tx: &mut Tx<'_>, objects: impl IntoIterator<Item = (String, Uuid)>) -> Result<()> {
    let mut by_store: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for (store, object) in objects {
        by_store.entry(store).or_default().push(object);
    }
    let now = tx.firm.now();
    for (store, objects) in by_store {
        let store = Some(store);
        tx.job(&Job::DeleteObjects { store, objects }, now).await?;
    }
    Ok(())
}

/// Deletes objects by name, as a job does after the commit that let them go. Without a store every one is asked: names are
/// random, so an object is in one at most, and deleting what is not there is no error.
pub(crate) async fn delete(firm: &Firm, store: Option<&str>, objects: &[Uuid]) -> Result<Outcome> {
    let stores: Vec<&Store> = match store {
        Some(name) => vec![firm.stores.named(name)?],
        None => firm.stores.all().collect(),
    };
    for store in stores {
        for object in objects {
            store.delete(&firm.object(*object)).await?;
        }
    }
    Ok(Outcome::Done)
}

async fn abandon_uploads(firm: &Firm) -> Result<usize> {
    let before = uploads::kept_since(firm);
    let stale = upload::Entity::find()
        .filter(upload::Column::TouchedAt.lt(before))
        .all(firm.db())
        .await?;
    for row in &stale {
        uploads::abandon(firm, row.id.into(), before).await?;
    }
    Ok(stale.len())
}

async fn expire_rows(firm: &Firm) -> Result<()> {
    let now = firm.now();
    let long_ago = now.plus_seconds(-LINK_KEPT).0;
    let tx = firm.begin().await?;
    flash::Entity::delete_many()
        .filter(flash::Column::ExpiresAt.lt(now.0))
        .exec(tx.db())
        .await?;
    one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::ExpiresAt.lt(long_ago))
        .exec(tx.db())
        .await?;
    // Whoever never proved an address sent nothing; the others stand by what they sent.
    guest::Entity::delete_many()
        .filter(guest::Column::EndsAt.lt(now.0).and(guest::Column::ProvenAt.is_null()))
        .exec(tx.db())
        .await?;
    slip::Entity::delete_many()
        .filter(slip::Column::ExpiresAt.lt(now.0))
        .exec(tx.db())
        .await?;
    code_sheet::Entity::delete_many()
        .filter(code_sheet::Column::ExpiresAt.lt(now.0))
        .exec(tx.db())
        .await?;
    passkey_challenge::Entity::delete_many()
        .filter(passkey_challenge::Column::ExpiresAt.lt(now.0))
        .exec(tx.db())
        .await?;
    sign_in_step::Entity::delete_many()
        .filter(sign_in_step::Column::ExpiresAt.lt(now.0))
        .exec(tx.db())
        .await?;
    session::Entity::delete_many()
        .filter(
            session::Column::EndsAt
                .lt(long_ago)
                .or(session::Column::IdleUntil.lt(long_ago)),
        )
        .exec(tx.db())
        .await?;
    tx.commit().await
}

async fn delete_orphans(firm: &Firm, orphan_age: i64) -> Result<usize> {
    let mut gone = 0;
    for store in firm.stores.all() {
        match orphans_of(firm, store, orphan_age).await {
            Ok(found) => gone += found,
            // It is swept another time. The others, and the firms after this one, do not wait for it.
            Err(Error::Fault(Fault::Store(fault))) => {
                tracing::warn!(firm = %firm.id, store = store.name().as_str(), %fault, "a store cannot be swept");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(gone)
}

async fn orphans_of(firm: &Firm, store: &Store, orphan_age: i64) -> Result<usize> {
    let before = firm.now().plus_seconds(-orphan_age);
    let mut old = Vec::new();
    let mut listed = store.list(firm.id.bytes()).await?;
    while let Some(object) = listed.next().await {
        let object = object?;
        let written = object.modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        if written.is_some_and(|since| i64::try_from(since.as_millis()).is_ok_and(|at| at <= before.0)) {
            old.push(object.name);
        }
    }
    let named = named_objects(firm).await?;
    let mut gone = 0;
    for object in old {
        if !named.contains(&Uuid::from_bytes(object.id())) {
            store.delete(&object).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Every object that a row names. Read after the listing, so that an object named meanwhile is seen.
async fn named_objects(firm: &Firm) -> Result<HashSet<Uuid>> {
    let parts: Vec<Uuid> = file_part::Entity::find()
        .select_only()
        .column(file_part::Column::Object)
        .into_tuple()
        .all(firm.db())
        .await?;
    let staged: Vec<Uuid> = segment::Entity::find()
        .select_only()
        .column(segment::Column::Object)
        .into_tuple()
        .all(firm.db())
        .await?;
    // What was withdrawn keeps its versions' rows as a record; its objects are let go, by a job or, if that failed for good, here.
    let ends: Vec<(Uuid, Uuid)> = file_version::Entity::find()
        .join(JoinType::InnerJoin, file_of())
        .filter(file::Column::WithdrawnAt.is_null())
        .select_only()
        .columns([file_version::Column::ManifestObject, file_version::Column::KeyObject])
        .into_tuple()
        .all(firm.db())
        .await?;
    let waiting: Vec<(Option<Uuid>, Option<Uuid>)> = upload::Entity::find()
        .select_only()
        .columns([upload::Column::ManifestObject, upload::Column::KeyObject])
        .into_tuple()
        .all(firm.db())
        .await?;
    Ok(parts
        .into_iter()
        .chain(staged)
        .chain(ends.into_iter().flat_map(|(manifest, key)| [manifest, key]))
        .chain(
            waiting
                .into_iter()
                .flat_map(|(manifest, key)| [manifest, key])
                .flatten(),
        )
        .collect())
}
