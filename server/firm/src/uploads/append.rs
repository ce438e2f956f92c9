//! The bytes of an upload, sealed as they arrive.
//!
//! While one part is sealed, the one before it is synced and its row committed, so the disk and the cipher work side by
//! side. Memory does not depend on the file: a part's writer holds 256 KiB, and at most two are at work.

use super::{FIRST_VERSION, own};
use crate::{
    Actor, Firm,
    error::{Error, Fault, Result},
    files::{part, wrapping},
    tenant::Hold,
};
use bytes::Bytes;
use domain::{ClientId, FileId, UploadId};
use entity::{
    Sealed,
    firm::{file_part, upload},
};
use futures::{Stream, StreamExt};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use std::{pin::pin, sync::Arc};
use tokio::task::JoinHandle;
use vault::{
    FileKey, KeyObject, KeyPlace, Label, Manifest, ManifestPart, MessageContext, PartWriter, ReceiptDigest,
    message::PART,
};

/// Why bytes were not taken, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The bytes do not continue where the upload stands.
    #[error("the upload stands at {at}")]
    WrongOffset {
        /// Where it stands.
        at: u64,
    },
    /// Another request is writing to it.
    #[error("another request writes to this upload")]
    Busy,
    /// More bytes came than were declared. Those that were declared are kept.
    #[error("more bytes than declared")]
    TooLong,
    /// The body ended with an error.
    #[error("the body was cut off; {durable} bytes are durable")]
    Cut {
        /// Bytes that are durable.
        durable: u64,
    },
    /// Anything else.
    #[error(transparent)]
    Error(#[from] Error),
}

/// Appends a body to an upload and says how much of it is durable in all.
///
/// It must run in a task of its own: a handler is dropped when the client leaves, and a half-written part would then
/// wait for the sweep.
///
/// # Errors
/// See [`AppendError`]. Whatever is durable stays, and the upload can go on from there.
pub async fn append<S, E>(firm: Arc<Firm>, actor: Actor, id: UploadId, offset: u64, body: S) -> Result<u64, AppendError>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: std::fmt::Display,
{
    let hold: Hold<'_> = firm.uploads.hold(id).ok_or(AppendError::Busy)?;
    let row = own(&firm, &actor, id).await?;
    let at = row.received.unsigned_abs();
    if offset != at || row.completed_at.is_some() && offset != row.length.unsigned_abs() {
        return Err(AppendError::WrongOffset { at });
    }
    if row.completed_at.is_some() {
        return Ok(at);
    }
    let mut intake = Intake::new(&firm, row).await?;
    let ended = intake.take_in(body).await;
    let landed = intake.land_all().await;
    let durable = intake.durable;
    match ended {
        Err(AppendError::Cut { .. }) => {
            landed?;
            return Err(AppendError::Cut { durable });
        }
        other => other?,
    }
    landed?;
    if durable == intake.length {
        intake.complete().await?;
    }
    drop(hold);
    Ok(durable)
}

/// Appends a body that is the whole document, and says how long it was. An empty one completes nothing.
pub(super) async fn append_to_end<S, E>(
    firm: &Arc<Firm>,
    actor: &Actor,
    id: UploadId,
    body: S,
) -> Result<u64, AppendError>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: std::fmt::Display,
{
    let hold: Hold<'_> = firm.uploads.hold(id).ok_or(AppendError::Busy)?;
    let mut intake = Intake::new(firm, own(firm, actor, id).await?).await?;
    intake.ends_with_body = true;
    let ended = intake.take_in(body).await;
    let landed = intake.land_all().await;
    ended?;
    landed?;
    let length = intake.durable;
    if length > 0 {
        intake.complete().await?;
    }
    drop(hold);
    Ok(length)
}

/// An upload while a request writes to it.
struct Intake {
    firm: Arc<Firm>,
    id: UploadId,
    client: ClientId,
    client_key_version: i32,
    file: FileId,
    key: Arc<FileKey>,
    digest: ReceiptDigest,
    length: u64,
    /// Bytes that were taken in, durable or on their way to the disk.
    taken: u64,
    durable: u64,
    /// Whether the end of the body is the end of the document; `length` is its limit until then.
    ends_with_body: bool,
    writer: Option<PartWriter>,
    landing: Option<JoinHandle<Result<u64>>>,
}

impl Intake {
    async fn new(firm: &Arc<Firm>, row: upload::Model) -> Result<Self> {
        let (client, file) = (ClientId::from(row.client), FileId::from(row.file));
        let client_key = firm.client_key_of(client, row.client_key_version).await?;
        let key = FileKey::new(client_key.unwrap(&row.wrapped_key, &wrapping(firm, file, FIRST_VERSION))?);
        let digest = match &row.digest_state {
            Some(state) => ReceiptDigest::resume(&state.open(firm.at("upload", "digest_state", row.id))?)?,
            None => ReceiptDigest::new(),
        };
        Ok(Self {
            firm: Arc::clone(firm),
            id: row.id.into(),
            client,
            client_key_version: row.client_key_version,
            file,
            key: Arc::new(key),
            digest,
            length: row.length.unsigned_abs(),
            taken: row.received.unsigned_abs(),
            durable: row.received.unsigned_abs(),
            ends_with_body: false,
            writer: None,
            landing: None,
        })
    }

    async fn take_in<S, E>(&mut self, body: S) -> Result<(), AppendError>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send,
        E: std::fmt::Display,
    {
        let mut body = pin!(body);
        while let Some(next) = body.next().await {
            let Ok(bytes) = next else {
                self.throw_open_part_away().await;
                return Err(AppendError::Cut { durable: self.durable });
            };
            let fits = usize::try_from(self.length - self.taken).unwrap_or(usize::MAX);
            let over = bytes.len() > fits;
            self.push(&bytes[..bytes.len().min(fits)]).await?;
            if over {
                return Err(AppendError::TooLong);
            }
        }
        if self.ends_with_body {
            self.length = self.taken;
            if let Some(writer) = self.writer.take() {
                self.land_all().await?;
                self.land(writer)?;
            }
            return Ok(());
        }
        // A body that ends inside a part, without being the file's end, leaves that part to be sent again.
        self.throw_open_part_away().await;
        Ok(())
    }

    async fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let mut writer = match self.writer.take() {
                Some(writer) => writer,
                None => self.begin_part().await?,
            };
            let now = usize::try_from(writer.room()).unwrap_or(usize::MAX).min(bytes.len());
            self.digest.update(&bytes[..now]);
            writer.push(&bytes[..now]).await?;
            self.taken += now as u64;
            bytes = &bytes[now..];
            if writer.room() == 0 || self.taken == self.length {
                self.land_all().await?;
                self.land(writer)?;
            } else {
                self.writer = Some(writer);
            }
        }
        Ok(())
    }

    async fn begin_part(&self) -> Result<PartWriter> {
        let number = u32::try_from(self.taken / PART).map_err(|_| Fault::Inconsistent("more parts than a file has"))?;
        let context = MessageContext {
            label: Label::Part,
            firm: self.firm.id.bytes(),
            file: self.file.bytes(),
            version: FIRST_VERSION.unsigned_abs(),
            number,
        };
        Ok(PartWriter::begin(&self.firm.store, &self.key, &context, &self.firm.random).await?)
    }

    /// Lets a full part sync and commit beside the next one.
    fn land(&mut self, writer: PartWriter) -> Result<()> {
        let state = Sealed::seal(
            &self.digest.state(),
            self.firm.at("upload", "digest_state", self.id.uuid()),
            &self.firm.random,
        )?;
        let (firm, id, file) = (Arc::clone(&self.firm), self.id, self.file);
        let before = self.taken - writer.plain_len();
        self.landing = Some(tokio::spawn(async move {
            land_part(&firm, id, file, before, writer, state).await
        }));
        Ok(())
    }

    /// Waits until everything that was handed over is durable.
    async fn land_all(&mut self) -> Result<()> {
        if let Some(landing) = self.landing.take() {
            self.durable = landing.await.map_err(|_| Fault::Stopped)??;
        }
        Ok(())
    }

    async fn throw_open_part_away(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.abort().await;
        }
    }

    /// Seals manifest and key object, and gives the receipt.
    async fn complete(self) -> Result<()> {
        let Self {
            firm,
            id,
            file,
            key,
            client,
            client_key_version,
            digest,
            length,
            ..
        } = self;
        let row = upload::Entity::find_by_id(id.uuid())
            .one(firm.db())
            .await?
            .ok_or_else(Error::not_found)?;
        let name = row.name.open(firm.at("upload", "name", row.id))?;
        let sha256 = digest.finish();
        let version = FIRST_VERSION.unsigned_abs();
        let parts = manifest_parts(&firm, file).await?;
        let sealed = Manifest {
            total: length,
            digest: sha256,
            name,
            parts,
        }
        .seal(&key, firm.id.bytes(), file.bytes(), version, &firm.random)?;
        let manifest = firm.store.put(firm.id.bytes(), sealed.into(), &firm.random).await?;
        let client_key = firm.client_key_of(client, client_key_version).await?;
        let place = KeyPlace {
            firm: firm.id.bytes(),
            client: client.bytes(),
            file: file.bytes(),
            version,
            client_key_version: client_key_version.unsigned_abs(),
            manifest: manifest.id(),
        };
        let key_object = KeyObject::seal(place, &client_key, &key, &firm.random);
        let bytes = Bytes::copy_from_slice(&key_object.bytes());
        let key_object = firm.store.put(firm.id.bytes(), bytes, &firm.random).await?;
        let now = firm.now().0;
        let tx = firm.begin().await?;
        let mut row = row.into_active_model();
        row.length = Set(i64::try_from(length).map_err(|_| Fault::Inconsistent("more bytes than a column counts"))?);
        row.sha256 = Set(Some(sha256.to_vec()));
        row.manifest_object = Set(Some(uuid::Uuid::from_bytes(manifest.id())));
        row.key_object = Set(Some(uuid::Uuid::from_bytes(key_object.id())));
        row.completed_at = Set(Some(now));
        row.touched_at = Set(now);
        row.update(tx.db()).await?;
        tx.commit().await
    }
}

/// Syncs a part and commits its row: only now does the offset move.
async fn land_part(
    firm: &Firm,
    id: UploadId,
    file: FileId,
    before: u64,
    writer: PartWriter,
    state: Sealed<Vec<u8>>,
) -> Result<u64> {
    let sealed = writer.finish().await?;
    let after = before + sealed.plain_len;
    let committed = commit_part(firm, id, file, before, after, &sealed, state).await;
    if committed.is_err() {
        // The upload was cancelled meanwhile, or the database failed: no row names this object.
        let _ = firm.store.delete(&sealed.object).await;
    }
    committed.map(|()| after)
}

async fn commit_part(
    firm: &Firm,
    id: UploadId,
    file: FileId,
    before: u64,
    after: u64,
    sealed: &vault::SealedPart,
    state: Sealed<Vec<u8>>,
) -> Result<()> {
    let column = |bytes: u64| i64::try_from(bytes).map_err(|_| Fault::Inconsistent("more bytes than a column counts"));
    let (before, after) = (column(before)?, column(after)?);
    let number =
        i32::try_from(before.unsigned_abs() / PART).map_err(|_| Fault::Inconsistent("more parts than a file has"))?;
    let tx = firm.begin().await?;
    let moved = upload::Entity::update_many()
        .col_expr(upload::Column::Received, Expr::value(after))
        .col_expr(upload::Column::DigestState, Expr::value(state))
        .col_expr(upload::Column::TouchedAt, Expr::value(firm.now().0))
        .filter(
            upload::Column::Id
                .eq(id.uuid())
                .and(upload::Column::Received.eq(before)),
        )
        .exec(tx.db())
        .await?;
    if moved.rows_affected != 1 {
        return Err(Error::not_found());
    }
    file_part::ActiveModel {
        file: Set(file.uuid()),
        version: Set(FIRST_VERSION),
        number: Set(number),
        size: Set(after - before),
        store: Set(sealed.store.as_str().to_owned()),
        object: Set(uuid::Uuid::from_bytes(sealed.object.id())),
        salt: Set(sealed.salt.to_vec()),
        commitment: Set(sealed.commitment.to_vec()),
    }
    .insert(tx.db())
    .await?;
    tx.commit().await
}

async fn manifest_parts(firm: &Firm, file: FileId) -> Result<Vec<ManifestPart>> {
    let rows = file_part::Entity::find()
        .filter(file_part::Column::File.eq(file.uuid()))
        .order_by_asc(file_part::Column::Number)
        .all(firm.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            let (context, sealed) = part(firm, file, row)?;
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
