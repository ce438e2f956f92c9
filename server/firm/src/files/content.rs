//! A file's content, opened as it streams out.

use crate::{
    Actor, Firm,
    actor::{allow, side_name},
    error::{Error, Fault, Result},
    room, scan,
};
use bytes::Bytes;
use domain::{ClientId, FileId, access::Action};
use entity::{
    Sealing,
    firm::{file, file_look, file_part, file_version},
};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::{io, ops::Range, sync::Arc};
use tokio::sync::mpsc;
use uuid::Uuid;
use vault::{FileKey, Label, MessageContext, PartReader, Purpose, SealedPart, WrapContext, message::PART};

/// Rows of parts that are read at once while a file streams out: 512 MiB of it.
const PARTS_AT_ONCE: usize = 64;
/// Pieces that are opened ahead of the one that is being sent, each of up to 256 KiB.
const AHEAD: usize = 2;

/// A file that may be read. It holds what its stream needs, so that it outlives the request's borrow of the firm.
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
    firm: Arc<Firm>,
    key: FileKey,
    file: FileId,
    version: i32,
}

/// Opens a file for an actor who may read it, and notes who looked first.
///
/// # Errors
/// `NotFound` for a file that is not the actor's.
pub async fn content(firm: &Arc<Firm>, actor: &Actor, id: FileId) -> Result<Content> {
    let (row, version) = of_version(firm, actor, id, None).await?;
    let content = opened(firm, &row, version).await?;
    note_look(firm, actor, &row, row.version, true).await?;
    Ok(content)
}

/// As [`content`], of the version of this number.
///
/// # Errors
/// As [`content`], and where there is no such version.
pub async fn content_of(firm: &Arc<Firm>, actor: &Actor, id: FileId, version: i32) -> Result<Content> {
    let (row, found) = of_version(firm, actor, id, Some(version)).await?;
    let content = opened(firm, &row, found).await?;
    note_look(firm, actor, &row, version, true).await?;
    Ok(content)
}

/// Notes who saw a file first in the browser, which is no download.
///
/// # Errors
/// `NotFound` for a file that is not the actor's.
pub(crate) async fn note_view(firm: &Firm, actor: &Actor, id: FileId) -> Result<()> {
    let row = row(firm, actor, id).await?;
    note_look(firm, actor, &row, row.version, false).await
}

/// As [`content`], for somebody who asks about the file and not for its bytes: that is no look at it.
///
/// # Errors
/// As [`content`].
pub async fn about(firm: &Arc<Firm>, actor: &Actor, id: FileId) -> Result<Content> {
    let (row, version) = of_version(firm, actor, id, None).await?;
    opened(firm, &row, version).await
}

/// A file that the actor may read, with its newest version or the one of a number: one statement, because whoever asks for a place
/// in a long file waits for each.
async fn of_version(
    firm: &Firm,
    actor: &Actor,
    id: FileId,
    number: Option<i32>,
) -> Result<(file::Model, file_version::Model)> {
    let mut find = file::Entity::find_by_id(id.uuid());
    find = match number {
        None => find.join(JoinType::InnerJoin, super::newest_version()),
        Some(number) => find
            .join(JoinType::InnerJoin, room::file_of().rev())
            .filter(file_version::Column::Version.eq(number)),
    };
    let found = find.select_also(file_version::Entity).one(firm.db()).await?;
    let (row, version) = found.ok_or_else(Error::not_found)?;
    may_open(actor, &row)?;
    Ok((row, version.ok_or_else(Error::not_found)?))
}

async fn row(firm: &Firm, actor: &Actor, id: FileId) -> Result<file::Model> {
    let row = file::Entity::find_by_id(id.uuid())
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    may_open(actor, &row)?;
    Ok(row)
}

fn may_open(actor: &Actor, row: &file::Model) -> Result<()> {
    allow(actor, Action::ReadFile, &ClientId::from(row.client))?;
    super::openable(actor, row)
}

/// A version that nobody found harm in.
async fn opened(firm: &Arc<Firm>, row: &file::Model, version: file_version::Model) -> Result<Content> {
    scan::passed(firm, &version)?;
    with_key(firm, row, version).await
}

/// A version, whatever the scanner says: for the scanner.
pub(crate) async fn unchecked(firm: &Arc<Firm>, row: &file::Model, version: file_version::Model) -> Result<Content> {
    with_key(firm, row, version).await
}

async fn with_key(firm: &Arc<Firm>, row: &file::Model, version: file_version::Model) -> Result<Content> {
    let (id, client, number) = (FileId::from(row.id), ClientId::from(row.client), version.version);
    let client_key = firm.client_key_of(client, version.client_key_version).await?;
    let key = FileKey::new(client_key.unwrap(&version.wrapped_key, &wrapping(firm, id, number))?);
    Ok(Content {
        name: match &version.name {
            Some(name) => name.open(version_place(firm, row.id, number))?,
            None => row.name.open(firm.at("file", "name", row.id))?,
        },
        size: version.size.unsigned_abs(),
        sha256: version
            .sha256
            .try_into()
            .map_err(|_| Fault::Inconsistent("a digest of another length"))?,
        inner: Arc::new(Inner {
            firm: Arc::clone(firm),
            key,
            file: id,
            version: number,
        }),
    })
}

impl Content {
    /// The bytes of a range. A stored byte that was changed ends the stream with an error before any byte of its chunk
    /// comes out.
    pub fn stream(&self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        let inner = Arc::clone(&self.inner);
        self.pieces(range).map_err(move |error| stopped(&inner, &error))
    }

    /// As [`stream`](Self::stream), once its first bytes have opened: until then an answer can still say that it fails.
    ///
    /// # Errors
    /// The first bytes do not open, or the store does not deliver them.
    pub async fn open(&self, range: Range<u64>) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>> {
        let mut pieces = Box::pin(self.pieces(range));
        let first = pieces.next().await.transpose().inspect_err(|_| {
            tracing::error!(file = %self.inner.file, "a download did not begin: the stored file does not open");
        })?;
        let inner = Arc::clone(&self.inner);
        let rest = ahead(pieces).map_err(move |error| stopped(&inner, &error));
        Ok(stream::iter(first.map(Ok)).chain(rest))
    }

    /// Only the rows of parts that the range touches are read, so that a place in a large file is found at once.
    fn pieces(&self, range: Range<u64>) -> impl Stream<Item = Result<Bytes>> + Send + use<> {
        let inner = Arc::clone(&self.inner);
        let range = range.start.min(self.size)..range.end.min(self.size);
        let numbers = range.start / PART..range.end.div_ceil(PART);
        let numbers: Vec<u64> = if range.is_empty() {
            Vec::new()
        } else {
            numbers.collect()
        };
        let batches: Vec<Vec<u64>> = numbers.chunks(PARTS_AT_ONCE).map(<[u64]>::to_vec).collect();
        stream::iter(batches)
            .then(move |numbers| {
                let inner = Arc::clone(&inner);
                let range = range.clone();
                async move {
                    let parts = inner.parts(&numbers).await?;
                    let reads = stream::iter(parts).then(move |(context, part)| {
                        let inner = Arc::clone(&inner);
                        let start = u64::from(context.number) * PART;
                        let within = range.start.saturating_sub(start)..(range.end - start).min(part.plain_len);
                        async move {
                            let reader = PartReader::open(
                                inner.firm.stores.named(part.store.as_str())?,
                                &part,
                                &inner.key,
                                &context,
                            )
                            .await?;
                            Ok::<_, Error>(reader.read(within).map_err(Error::from))
                        }
                    });
                    Ok::<_, Error>(reads.try_flatten())
                }
            })
            .try_flatten()
    }
}

impl Inner {
    /// The parts of these numbers, which follow one another.
    async fn parts(&self, numbers: &[u64]) -> Result<Vec<(MessageContext, SealedPart)>> {
        let number = |number: Option<&u64>| {
            number
                .and_then(|number| i32::try_from(*number).ok())
                .unwrap_or(i32::MAX)
        };
        let rows = file_part::Entity::find()
            .filter(file_part::Column::File.eq(self.file.uuid()))
            .filter(file_part::Column::Version.eq(self.version))
            .filter(file_part::Column::Number.between(number(numbers.first()), number(numbers.last())))
            .order_by_asc(file_part::Column::Number)
            .all(self.firm.db())
            .await?;
        if rows.len() != numbers.len() {
            return Err(Fault::Inconsistent("a file without one of its parts").into());
        }
        rows.into_iter().map(|row| part(&self.firm, self.file, row)).collect()
    }
}

/// Opens the next pieces in a task of its own while one is being sent, so that the cipher and the line work side by side. The
/// task ends when nobody takes the pieces any more.
fn ahead<S>(mut pieces: S) -> impl Stream<Item = Result<Bytes>> + Send
where
    S: Stream<Item = Result<Bytes>> + Send + Unpin + 'static,
{
    let (opened, taken) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        while let Some(piece) = pieces.next().await {
            if opened.send(piece).await.is_err() {
                return;
            }
        }
    });
    stream::unfold(taken, |mut taken| async { Some((taken.recv().await?, taken)) })
}

/// Logged here, once: by now the answer has begun, and all that is left is to break it off.
fn stopped(inner: &Inner, error: &Error) -> io::Error {
    tracing::error!(file = %inner.file, error = error as &dyn std::error::Error, "a download stopped: stored bytes do not open");
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

/// Where what is sealed in the row of a version stands. Its key has two columns; ids are random, so no two such places meet.
pub(crate) fn version_place(firm: &Firm, file: Uuid, version: i32) -> Sealing<'_> {
    let row = Uuid::from_u128(file.as_u128() ^ u128::from(version.unsigned_abs()));
    firm.at("file_version", "name", row)
}

/// The context of a part, and what its row pins.
pub(crate) fn part(firm: &Firm, file: FileId, row: file_part::Model) -> Result<(MessageContext, SealedPart)> {
    let odd = || Fault::Inconsistent("a part's row has fields of another length");
    let store = firm.stores.named(&row.store)?.name().clone();
    let context = MessageContext {
        label: Label::Part,
        firm: firm.id.bytes(),
        file: file.bytes(),
        version: row.version.unsigned_abs(),
        number: row.number.unsigned_abs(),
    };
    let sealed = SealedPart {
        store,
        object: firm.object(row.object),
        plain_len: row.size.unsigned_abs(),
        salt: row.salt.try_into().map_err(|_| odd())?,
        commitment: row.commitment.try_into().map_err(|_| odd())?,
    };
    Ok((context, sealed))
}

/// The one write that a reading verb makes, and only the first time: of each reader the first look at the newest version that
/// they saw.
async fn note_look(firm: &Firm, actor: &Actor, row: &file::Model, version: i32, downloaded: bool) -> Result<()> {
    let (side, reader) = actor.signed_in()?;
    if side_name(side) == row.author_side {
        return Ok(());
    }
    let is_noted = |look: &file_look::Model| {
        look.version > version || look.version == version && (!downloaded || look.downloaded_at.is_some())
    };
    let find = || file_look::Entity::find_by_id((row.id, reader));
    if find().one(firm.db()).await?.is_some_and(|look| is_noted(&look)) {
        return Ok(());
    }
    let tx = firm.begin().await?;
    let known = find().one(tx.db()).await?;
    if known.as_ref().is_some_and(is_noted) {
        return Ok(());
    }
    let now = firm.now().0;
    let first_at = known
        .as_ref()
        .filter(|look| look.version == version)
        .map(|look| look.first_at);
    let look = file_look::ActiveModel {
        file: Set(row.id),
        reader: Set(reader),
        reader_side: Set(side_name(side).to_owned()),
        first_at: Set(first_at.unwrap_or(now)),
        downloaded_at: Set(downloaded.then_some(now)),
        version: Set(version),
    };
    if known.is_some() {
        look.update(tx.db()).await?;
    } else {
        look.insert(tx.db()).await?;
    }
    let verb = if downloaded { "file.look" } else { "file.view" };
    tx.audit(actor, verb, Some(row.id)).await?;
    tx.commit().await
}
