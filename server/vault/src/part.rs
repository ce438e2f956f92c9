//! A part of a file: one sealed message, streamed into one object of a store, and read back from any place.
//!
//! The row that a part gets is what makes it exist, and it pins the object: salt and commitment in the row must be the
//! ones of the object, so an older object of the same part is refused although its key and place would be right.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};

use crate::blob::{ObjectName, ObjectReader, ObjectWriter, Store, StoreName};
use crate::error::{FaultKind, Opening, PartFault};
use crate::key::FileKey;
use crate::message::{CHUNK, COMMITMENT, HEADER, Label, MessageContext, Opener, PART, SALT, SEALED_CHUNK, Sealer, TAG};
use crate::random::SecureRandom;

/// Chunks that are sealed before they are handed to the store, and opened at once: 256 KiB.
const BATCH: usize = 16;

/// Plaintext bytes that a manifest may have: enough for the parts of a file of 5 TB.
pub const MANIFEST_BYTES: u64 = 64 * 1024 * 1024;

/// What a row must keep of a message that was sealed into a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// The store that holds it.
    pub store: StoreName,
    /// The object that holds it.
    pub object: ObjectName,
    /// Its plaintext bytes in number.
    pub plain_len: u64,
    /// Its salt.
    pub salt: [u8; SALT],
    /// Its commitment.
    pub commitment: [u8; COMMITMENT],
}

/// Seals a message into a fresh object while its bytes arrive.
///
/// Bytes are sealed in a buffer of 256 KiB that is used again and again, so memory does not depend on the length. A
/// push or finish that fails or is dropped midway leaves a part that can only be thrown away: its plaintext is then
/// sealed anew, as another message under a fresh salt.
///
/// [`finish`](Self::finish) takes the writer, so it can be spawned while the next part is sealed.
pub struct PartWriter {
    sealer: Sealer,
    writer: ObjectWriter,
    store: StoreName,
    /// The header, sealed chunks, and at the end `open` plaintext bytes of a chunk that is not full.
    batch: BytesMut,
    chunks: usize,
    open: usize,
    plain_len: u64,
    most: u64,
    /// Off while a push is under way: one that was dropped midway took nobody knows how many of its bytes.
    whole: bool,
}

/// Opens a part at any place.
pub struct PartReader {
    opener: Opener,
    reader: ObjectReader,
    header: [u8; HEADER],
    plain_len: u64,
}

impl PartWriter {
    /// Begins a part in the store, for the context's firm.
    ///
    /// # Errors
    ///
    /// If the store refuses.
    pub async fn begin(
        store: &Store,
        key: &FileKey,
        context: &MessageContext,
        random: &SecureRandom,
    ) -> Result<Self, PartFault> {
        let writer = store.write(context.firm, random).await?;
        let (sealer, header) = Sealer::new(key, context, random);
        let mut batch = BytesMut::with_capacity(HEADER + BATCH * SEALED_CHUNK);
        batch.extend_from_slice(&header);
        Ok(Self {
            sealer,
            writer,
            store: store.name().clone(),
            batch,
            chunks: 0,
            open: 0,
            plain_len: 0,
            most: longest(context.label),
            whole: true,
        })
    }

    /// Plaintext bytes that went in so far.
    pub fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// Plaintext bytes that still fit.
    pub fn room(&self) -> u64 {
        self.most - self.plain_len
    }

    /// Takes in the next bytes, any number of them up to [`room`](Self::room).
    ///
    /// # Errors
    ///
    /// [`PartFault::TooLong`] if they do not fit, and then none was taken; [`PartFault::Interrupted`] after a push that
    /// failed or was dropped midway; else whatever the store says.
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<(), PartFault> {
        if bytes.len() as u64 > self.room() {
            return Err(PartFault::TooLong);
        }
        if !std::mem::replace(&mut self.whole, false) {
            return Err(PartFault::Interrupted);
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.open));
            self.batch.extend_from_slice(now);
            self.open += now.len();
            self.plain_len += now.len() as u64;
            bytes = later;
            if self.open == CHUNK {
                let start = self.batch.len() - CHUNK;
                let tag = self.sealer.seal_chunk(&mut self.batch[start..]);
                self.batch.extend_from_slice(&tag);
                self.open = 0;
                self.chunks += 1;
            }
            if self.chunks == BATCH {
                self.hand_over().await?;
            }
        }
        self.whole = true;
        Ok(())
    }

    /// Seals the last chunk and makes the object durable. The row may be written once this has returned.
    ///
    /// # Errors
    ///
    /// [`PartFault::Interrupted`] after a push that failed or was dropped midway, or whatever the store says. The object
    /// is removed then.
    pub async fn finish(self) -> Result<SealedPart, PartFault> {
        let Self {
            sealer,
            mut writer,
            store,
            mut batch,
            open,
            plain_len,
            whole,
            ..
        } = self;
        if !whole {
            return Err(PartFault::Interrupted);
        }
        let (salt, commitment) = (sealer.salt(), sealer.commitment());
        let start = batch.len() - open;
        let tag = sealer.finish(&mut batch[start..]);
        batch.extend_from_slice(&tag);
        writer.write(batch.freeze()).await?;
        let object = writer.close().await?;
        Ok(SealedPart {
            store,
            object,
            plain_len,
            salt,
            commitment,
        })
    }

    /// Throws the part away and waits until its object is gone.
    pub async fn abort(self) {
        self.writer.abort().await;
    }

    async fn hand_over(&mut self) -> Result<(), PartFault> {
        let full = std::mem::take(&mut self.batch).freeze();
        self.writer.write(full.clone()).await?;
        self.chunks = 0;
        // A store that is done with the buffer gives it back; one that still holds it keeps it, and we take another.
        self.batch = full.try_into_mut().unwrap_or_default();
        self.batch.clear();
        self.batch.reserve(BATCH * SEALED_CHUNK);
        // Sealing never waits by itself, so a fast store would keep this thread from everybody else.
        tokio::task::yield_now().await;
        Ok(())
    }
}

impl PartReader {
    /// Opens the part that a row describes. Fetches nothing yet.
    ///
    /// The row's length is trusted; a caller without a row takes it from the sealed manifest.
    ///
    /// # Errors
    ///
    /// [`Opening::Tampered`] if the row's salt and commitment are not of this key and context, [`Opening::Malformed`] if
    /// the row's length is impossible, or whatever the store says.
    pub async fn open(
        store: &Store,
        part: &SealedPart,
        key: &FileKey,
        context: &MessageContext,
    ) -> Result<Self, PartFault> {
        if part.plain_len > longest(context.label) {
            return Err(Opening::Malformed.into());
        }
        let mut header = [0; HEADER];
        header[..SALT].copy_from_slice(&part.salt);
        header[SALT..].copy_from_slice(&part.commitment);
        let opener = Opener::new(key, context, &header)?;
        let reader = store.reader(&part.object).await?;
        Ok(Self {
            opener,
            reader,
            header,
            plain_len: part.plain_len,
        })
    }

    /// The plaintext bytes of a range, cut off at the part's end, in pieces of at most 256 KiB.
    ///
    /// Only the chunks that the range touches are fetched, and each piece is given out after the tags of all its
    /// chunks held. A range that reaches the end also opens the last chunk, even an empty one, so a part that was cut
    /// ends with an error and never early. The stored header is compared with the row's where the range begins in the
    /// first chunk; elsewhere a wrong object shows by its tags, because the key comes from the row's salt.
    pub fn read(self, range: Range<u64>) -> BoxStream<'static, Result<Bytes, PartFault>> {
        let wanted = range.start.min(self.plain_len)..range.end.min(self.plain_len);
        let at_end = wanted.end == self.plain_len && range.end > range.start;
        if wanted.is_empty() && !(at_end || self.plain_len == 0) {
            return stream::empty().boxed();
        }
        let first = wanted.start / CHUNK as u64;
        let after = if wanted.end == self.plain_len {
            self.last() + 1
        } else {
            wanted.end.div_ceil(CHUNK as u64)
        };
        stream::try_unfold((self, first..after), move |(reader, left)| {
            let wanted = wanted.clone();
            async move {
                if left.is_empty() {
                    return Ok(None);
                }
                let until = left.end.min(left.start + BATCH as u64);
                let piece = reader.open_chunks(left.start..until, &wanted).await?;
                Ok(Some((piece, (reader, until..left.end))))
            }
        })
        .filter(|piece| futures::future::ready(!piece.as_ref().is_ok_and(Bytes::is_empty)))
        .boxed()
    }

    /// The number of the last chunk.
    fn last(&self) -> u64 {
        self.plain_len / CHUNK as u64
    }

    /// Fetches and opens these chunks, and returns those of their bytes that are wanted.
    async fn open_chunks(&self, chunks: Range<u64>, wanted: &Range<u64>) -> Result<Bytes, PartFault> {
        let start = if chunks.start == 0 {
            0
        } else {
            HEADER as u64 + chunks.start * SEALED_CHUNK as u64
        };
        let cut = if chunks.end > self.last() {
            CHUNK as u64 - self.plain_len % CHUNK as u64
        } else {
            0
        };
        let end = HEADER as u64 + chunks.end * SEALED_CHUNK as u64 - cut;
        let fetched = self.reader.read(start..end).await.map_err(|fault| match fault.kind {
            FaultKind::TooShort => PartFault::Opening(Opening::Truncated),
            _ => PartFault::Store(fault),
        })?;
        let sealed = if chunks.start == 0 {
            // Neither is secret: both stand in the object for anyone to see.
            fetched.strip_prefix(&self.header).ok_or(Opening::Tampered)?
        } else {
            &fetched[..]
        };
        let mut plain = BytesMut::with_capacity(sealed.len());
        for (index, chunk) in chunks.clone().zip(sealed.chunks(SEALED_CHUNK)) {
            let (ciphertext, tag) = chunk.split_at(chunk.len() - TAG);
            let from = plain.len();
            plain.extend_from_slice(ciphertext);
            self.opener.open_detached(index, &mut plain[from..], tag)?;
        }
        let offset = chunks.start * CHUNK as u64;
        let place = |at: u64| {
            usize::try_from(at.saturating_sub(offset))
                .unwrap_or(usize::MAX)
                .min(plain.len())
        };
        let (from, until) = (place(wanted.start), place(wanted.end));
        Ok(plain.freeze().slice(from..until))
    }
}

/// Plaintext bytes that a message of this kind may have.
fn longest(label: Label) -> u64 {
    match label {
        Label::Part | Label::Tail => PART,
        Label::Manifest => MANIFEST_BYTES,
    }
}
