//! A file's content, opened as it streams out.

use crate::{
    Actor, Firm,
    actor::{allow, side_name},
    error::{Error, Fault, Result},
};
use bytes::Bytes;
use domain::{ClientId, FileId, access::Action};
use entity::firm::{file, file_look, file_part, file_version};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};
use std::{io, ops::Range, sync::Arc};
use vault::{FileKey, Label, MessageContext, PartReader, Purpose, SealedPart, Store, WrapContext, message::PART};

/// An open file. It holds what its stream needs, so that it outlives the request's borrow of the firm.
pub struct Content {
    /// Its name, for the download.
    pub name: String,
    /// Its bytes in number.
    pub size: u64,
    /// The receipt: SHA-256 of the plaintext.
    pub sha256: [u8; 32],
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    key: FileKey,
    parts: Vec<(MessageContext, SealedPart)>,
    file: FileId,
}

/// Opens a file for an actor who may read it, and notes who looked first.
///
/// # Errors
/// `NotFound` for a file that is not the actor's.
pub async fn content(firm: &Firm, actor: &Actor, id: FileId) -> Result<Content> {
    let db = firm.db();
    let row = file::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)?;
    let client = ClientId::from(row.client);
    allow(actor, Action::ReadFile, &client)?;
    super::openable(actor, &row)?;
    let version = file_version::Entity::find_by_id((id.uuid(), row.version))
        .one(db)
        .await?
        .ok_or(Fault::Inconsistent("a file without a version"))?;
    let rows = file_part::Entity::find()
        .filter(file_part::Column::File.eq(id.uuid()))
        .filter(file_part::Column::Version.eq(row.version))
        .order_by_asc(file_part::Column::Number)
        .all(db)
        .await?;
    let client_key = firm.client_key_of(client, version.client_key_version).await?;
    let key = FileKey::new(client_key.unwrap(&version.wrapped_key, &wrapping(firm, id, row.version))?);
    let parts = rows
        .into_iter()
        .map(|row| part(firm, id, row))
        .collect::<Result<Vec<_>>>()?;
    note_look(firm, actor, id, &row.author_side).await?;
    Ok(Content {
        name: row.name.open(firm.at("file", "name", row.id))?,
        size: version.size.unsigned_abs(),
        sha256: version
            .sha256
            .try_into()
            .map_err(|_| Fault::Inconsistent("a digest of another length"))?,
        inner: Arc::new(Inner {
            store: firm.store.clone(),
            key,
            parts,
            file: id,
        }),
    })
}

impl Content {
    /// The bytes of a range. A stored byte that was changed ends the stream with an error before any byte of its chunk
    /// comes out.
    pub fn stream(&self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let inner = Arc::clone(&self.inner);
        self.pieces(range).map_err(move |fault| stopped(&inner, &fault))
    }

    /// As [`stream`](Self::stream), once its first bytes have opened: until then an answer can still say that it fails.
    ///
    /// # Errors
    /// The first bytes do not open, or the store does not deliver them.
    pub async fn open(&self, range: Range<u64>) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + 'static> {
        let mut pieces = Box::pin(self.pieces(range));
        let first = pieces.next().await.transpose().inspect_err(|_| {
            tracing::error!(file = %self.inner.file, "a download did not begin: the stored file does not open");
        })?;
        let inner = Arc::clone(&self.inner);
        let rest = pieces.map_err(move |fault| stopped(&inner, &fault));
        Ok(stream::iter(first.map(Ok)).chain(rest))
    }

    fn pieces(
        &self,
        range: Range<u64>,
    ) -> impl Stream<Item = std::result::Result<Bytes, vault::PartFault>> + Send + 'static {
        let inner = Arc::clone(&self.inner);
        let range = range.start.min(self.size)..range.end.min(self.size);
        let first = usize::try_from(range.start / PART).unwrap_or(usize::MAX);
        let last = usize::try_from(range.end.div_ceil(PART))
            .unwrap_or(usize::MAX)
            .min(inner.parts.len());
        stream::iter(first..last)
            .then(move |index| {
                let inner = Arc::clone(&inner);
                let range = range.clone();
                async move {
                    let (context, part) = &inner.parts[index];
                    let start = index as u64 * PART;
                    let within = range.start.saturating_sub(start)..(range.end - start).min(part.plain_len);
                    let reader = PartReader::open(&inner.store, part, &inner.key, context).await?;
                    Ok::<_, vault::PartFault>(reader.read(within))
                }
            })
            .try_flatten()
    }
}

/// Logged here, once: by now the answer has begun, and all that is left is to break it off.
fn stopped(inner: &Inner, fault: &vault::PartFault) -> io::Error {
    tracing::error!(file = %inner.file, error = fault as &dyn std::error::Error, "a download stopped: stored bytes do not open");
    io::Error::other("the stored file does not open")
}

/// Where the wrapped key of a version stands.
pub(crate) fn wrapping(firm: &Firm, file: FileId, version: i32) -> WrapContext {
    WrapContext {
        purpose: Purpose::File,
        firm: firm.id.bytes(),
        row: file.bytes(),
        version: version.unsigned_abs(),
    }
}

/// The context of a part, and what its row pins.
pub(crate) fn part(firm: &Firm, file: FileId, row: file_part::Model) -> Result<(MessageContext, SealedPart)> {
    let odd = || Fault::Inconsistent("a part's row has fields of another length");
    if row.store != firm.store.name().as_str() {
        return Err(Fault::Setting(format!("a file rests in the store {}, which is not set up", row.store)).into());
    }
    let context = MessageContext {
        label: Label::Part,
        firm: firm.id.bytes(),
        file: file.bytes(),
        version: row.version.unsigned_abs(),
        number: row.number.unsigned_abs(),
    };
    let sealed = SealedPart {
        store: firm.store.name().clone(),
        object: firm.object(row.object),
        plain_len: row.size.unsigned_abs(),
        salt: row.salt.try_into().map_err(|_| odd())?,
        commitment: row.commitment.try_into().map_err(|_| odd())?,
    };
    Ok((context, sealed))
}

/// The one write that a reading verb makes, and only the first time.
async fn note_look(firm: &Firm, actor: &Actor, id: FileId, author_side: &str) -> Result<()> {
    let (side, reader) = actor.signed_in()?;
    let known = file_look::Entity::find_by_id((id.uuid(), reader))
        .one(firm.db())
        .await?;
    if side_name(side) == author_side || known.is_some_and(|look| look.downloaded_at.is_some()) {
        return Ok(());
    }
    let tx = firm.begin().await?;
    let now = firm.now().0;
    let row = file_look::ActiveModel {
        file: Set(id.uuid()),
        reader: Set(reader),
        reader_side: Set(side_name(side).to_owned()),
        first_at: Set(now),
        downloaded_at: Set(Some(now)),
    };
    file_look::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([file_look::Column::File, file_look::Column::Reader])
                .update_column(file_look::Column::DownloadedAt)
                .to_owned(),
        )
        .exec_without_returning(tx.db())
        .await?;
    tx.audit(actor, "file.look", Some(id.uuid())).await?;
    tx.commit().await
}
