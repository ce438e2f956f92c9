//! The end of an upload: manifest, key object, receipt.

use super::{intake::Arrival, land::column};
use crate::{
    error::{Error, Fault, Result},
    files::part,
};
use bytes::Bytes;
use entity::firm::{file_part, upload};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;
use vault::{KeyObject, KeyPlace, Manifest, ManifestPart, ReceiptDigest};

/// Seals manifest and key object, and gives the receipt.
pub(super) async fn complete(of: &Arrival, digest: ReceiptDigest, length: u64) -> Result<()> {
    let firm = &of.firm;
    let row = upload::Entity::find_by_id(of.upload.uuid())
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let name = row.name.open(firm.at("upload", "name", row.id))?;
    let sha256 = digest.finish();
    let version = of.version.unsigned_abs();
    let sealed = Manifest {
        total: length,
        digest: sha256,
        name,
        parts: manifest_parts(of).await?,
    }
    .seal(&of.key, firm.id.bytes(), of.file.bytes(), version, &firm.random)?;
    let manifest = of.store.put(firm.id.bytes(), sealed.into(), &firm.random).await?;
    let client_key = firm.client_key_of(of.client, of.client_key_version).await?;
    let place = KeyPlace {
        firm: firm.id.bytes(),
        client: of.client.bytes(),
        file: of.file.bytes(),
        version,
        client_key_version: of.client_key_version.unsigned_abs(),
        manifest: manifest.id(),
    };
    let key_object = KeyObject::seal(place, &client_key, &of.key, &firm.random);
    let bytes = Bytes::copy_from_slice(&key_object.bytes());
    let key_object = of.store.put(firm.id.bytes(), bytes, &firm.random).await?;
    let now = firm.now().0;
    let tx = firm.begin().await?;
    let mut row = row.into_active_model();
    row.length = Set(column(length)?);
    row.sha256 = Set(Some(sha256.to_vec()));
    row.manifest_object = Set(Some(Uuid::from_bytes(manifest.id())));
    row.key_object = Set(Some(Uuid::from_bytes(key_object.id())));
    row.completed_at = Set(Some(now));
    row.touched_at = Set(now);
    row.update(tx.db()).await?;
    tx.commit().await
}

async fn manifest_parts(of: &Arrival) -> Result<Vec<ManifestPart>> {
    let rows = file_part::Entity::find()
        .filter(
            file_part::Column::File
                .eq(of.file.uuid())
                .and(file_part::Column::Version.eq(of.version)),
        )
        .order_by_asc(file_part::Column::Number)
        .all(of.firm.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            let (context, sealed) = part(&of.firm, of.file, row)?;
            Ok(ManifestPart {
                number: context.number,
                len: u32::try_from(sealed.plain_len).map_err(|_| Fault::Inconsistent("a part longer than a part"))?,
                store: sealed.store,
                object: sealed.object.id(),
                salt: sealed.salt,
                commitment: sealed.commitment,
            })
        })
        .collect()
}
