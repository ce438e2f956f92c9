//! What goes for good: parts of what was withdrawn, and files that were in the trash long enough.

use crate::{Actor, Firm, error::Result, sweep, tx::Tx};
use domain::limits;
use entity::firm::{file, file_look, file_part, file_tag, file_version};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Files that one transaction takes out.
const AT_ONCE: u64 = 100;

/// Takes out files that were in the trash for [`limits::TRASH_SECONDS`], rows and objects, and says how many.
///
/// # Errors
/// The database fails.
pub(crate) async fn empty(firm: &Firm) -> Result<usize> {
    let before = firm.now().plus_seconds(-limits::TRASH_SECONDS).0;
    let mut gone = 0;
    loop {
        let mut tx = firm.begin().await?;
        let ids: Vec<Uuid> = file::Entity::find()
            .select_only()
            .column(file::Column::Id)
            .filter(file::Column::TrashedAt.lte(before))
            .order_by_asc(file::Column::Id)
            .limit(AT_ONCE)
            .into_tuple()
            .all(tx.db())
            .await?;
        if ids.is_empty() {
            return Ok(gone);
        }
        for id in &ids {
            erase(&mut tx, *id).await?;
            tx.audit(&Actor::Worker, "file.erase", Some(*id)).await?;
        }
        file_version::Entity::delete_many()
            .filter(file_version::Column::File.is_in(ids.iter().copied()))
            .exec(tx.db())
            .await?;
        file_look::Entity::delete_many()
            .filter(file_look::Column::File.is_in(ids.iter().copied()))
            .exec(tx.db())
            .await?;
        file_tag::Entity::delete_many()
            .filter(file_tag::Column::File.is_in(ids.iter().copied()))
            .exec(tx.db())
            .await?;
        file::Entity::delete_many()
            .filter(file::Column::Id.is_in(ids.iter().copied()))
            .exec(tx.db())
            .await?;
        tx.commit().await?;
        gone += ids.len();
    }
}

/// Lets one version go, as if it had never come.
pub(super) async fn erase_version(tx: &mut Tx<'_>, id: Uuid, version: i32) -> Result<()> {
    let of_part = file_part::Column::File
        .eq(id)
        .and(file_part::Column::Version.eq(version));
    let parts = file_part::Entity::find().filter(of_part.clone()).all(tx.db()).await?;
    let row = file_version::Entity::find_by_id((id, version)).one(tx.db()).await?;
    let objects = objects(parts, row.as_slice());
    file_part::Entity::delete_many().filter(of_part).exec(tx.db()).await?;
    file_version::Entity::delete_by_id((id, version)).exec(tx.db()).await?;
    // Whoever opened it has not opened the next one of this number.
    file_look::Entity::delete_many()
        .filter(file_look::Column::File.eq(id))
        .filter(file_look::Column::Version.gte(version))
        .exec(tx.db())
        .await?;
    sweep::let_go(tx, objects).await
}

/// What a file or one of its versions rests in, each with its store.
fn objects(parts: Vec<file_part::Model>, versions: &[file_version::Model]) -> Vec<(String, Uuid)> {
    let ends = versions.iter().flat_map(|version| {
        [version.manifest_object, version.key_object].map(|object| (version.store.clone(), object))
    });
    parts
        .into_iter()
        .map(|part| (part.store, part.object))
        .chain(ends)
        .collect()
}

/// Lets the content of a file go: the rows of its parts now, the objects by a job. Its versions keep their receipts.
pub(super) async fn erase(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    let parts = file_part::Entity::find()
        .filter(file_part::Column::File.eq(id))
        .all(tx.db())
        .await?;
    let versions = file_version::Entity::find()
        .filter(file_version::Column::File.eq(id))
        .all(tx.db())
        .await?;
    let objects = objects(parts, &versions);
    file_part::Entity::delete_many()
        .filter(file_part::Column::File.eq(id))
        .exec(tx.db())
        .await?;
    sweep::let_go(tx, objects).await
}
