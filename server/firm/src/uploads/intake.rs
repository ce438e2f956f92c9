//! An upload while a request writes to it: bytes are sealed as they arrive.
//!
//! A request that reaches a part's end from its beginning seals that part. Bytes that stop inside a part, or begin inside
//! one, are sealed as a staged segment, and segments that fill their part are sealed anew as one (`segments.rs`): what was
//! sealed half is never gone on with, because the same key and nonce over other bytes would break the cipher.
//!
//! While one message is sealed, the one before it is synced and its row committed, so the disk and the cipher work side by
//! side. Memory does not depend on the file: a message's writer holds 256 KiB, and at most two are at work.

use super::{
    AppendError,
    land::{self, Landed, Place},
    segments,
};
use crate::{
    Firm,
    error::{Fault, Result},
    files::wrapping,
};
use bytes::Bytes;
use domain::{ClientId, FileId, UploadId};
use entity::{Sealed, firm::upload};
use futures::{FutureExt as _, Stream, StreamExt};
use std::{pin::pin, sync::Arc};
use tokio::task::JoinHandle;
use uuid::Uuid;
use vault::{
    Checksum, FileKey, Label, MessageContext, PartWriter, ReceiptDigest, RunningChecksum, Store, message::PART,
};

/// Pieces of a body that are taken still when somebody else wants the turn: more than wait anywhere.
const LAST_PIECES: usize = 16;

/// Which upload, and what its messages are sealed with.
#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) firm: Arc<Firm>,
    pub(super) upload: UploadId,
    pub(super) client: ClientId,
    /// Whose it is: the kind of sender, and who.
    pub(super) author: (String, Uuid),
    pub(super) client_key_version: i32,
    pub(super) file: FileId,
    pub(super) version: i32,
    pub(super) key: Arc<FileKey>,
    /// Where it began, and where all of it goes.
    pub(super) store: Store,
}

/// An upload while a request writes to it.
pub(super) struct Intake {
    of: Arrival,
    digest: ReceiptDigest,
    length: u64,
    length_deferred: bool,
    /// Bytes that were taken in, durable or on their way to the disk.
    taken: u64,
    /// Bytes that survive a power cut.
    durable: u64,
    /// Where the body ends, if that is known.
    body_end: Option<u64>,
    /// Whether the end of the body is the end of the document; `length` is its limit until then.
    ends_with_body: bool,
    checksum: Option<RunningChecksum>,
    /// Whether rows wait until the checksum held; `held` are the messages, durable by then, that they are for.
    holds: bool,
    held: Vec<Landed>,
    /// Segments that were ever staged: the number of the next.
    segments: i32,
    open: Option<(PartWriter, Place)>,
    landing: Option<JoinHandle<Result<Landed>>>,
}

impl Arrival {
    pub(super) async fn of(firm: &Arc<Firm>, row: &upload::Model) -> Result<Self> {
        let (client, file) = (ClientId::from(row.client), FileId::from(row.file));
        let client_key = firm.client_key_of(client, row.client_key_version).await?;
        let key = FileKey::new(client_key.unwrap(&row.wrapped_key, &wrapping(firm, file, row.version))?);
        Ok(Self {
            firm: Arc::clone(firm),
            upload: row.id.into(),
            client,
            author: (row.author_side.clone(), row.author),
            client_key_version: row.client_key_version,
            file,
            version: row.version,
            key: Arc::new(key),
            store: firm.stores.to_write(firm.id, &row.store)?.clone(),
        })
    }

    pub(super) fn context(&self, place: Place) -> MessageContext {
        let (label, number) = match place {
            Place::Part { number } => (Label::Part, number),
            Place::Segment { number, .. } => (Label::Tail, number.unsigned_abs()),
        };
        MessageContext {
            label,
            firm: self.firm.id.bytes(),
            file: self.file.bytes(),
            version: self.version.unsigned_abs(),
            number,
        }
    }

    pub(super) async fn begin(&self, place: Place) -> Result<PartWriter> {
        let (firm, context) = (&self.firm, self.context(place));
        Ok(PartWriter::begin(&self.store, &self.key, &context, &firm.random).await?)
    }
}

impl Intake {
    /// Takes an upload up where it stands. `bytes` is how many the body has.
    pub(super) async fn new(
        firm: &Arc<Firm>,
        row: upload::Model,
        bytes: Option<u64>,
        checksum: Option<Checksum>,
    ) -> Result<Self> {
        let of = Arrival::of(firm, &row).await?;
        let digest = match &row.digest_state {
            Some(state) => ReceiptDigest::resume(&state.open(firm.at("upload", "digest_state", row.id))?)?,
            None => ReceiptDigest::new(),
        };
        let at = row.received.unsigned_abs();
        let mut intake = Self {
            of,
            digest,
            length: row.length.unsigned_abs(),
            length_deferred: row.length_deferred,
            taken: at,
            durable: at,
            body_end: bytes.map(|bytes| at.saturating_add(bytes)),
            ends_with_body: false,
            holds: checksum.is_some(),
            checksum: checksum.map(Checksum::begin),
            held: Vec::new(),
            segments: row.segments,
            open: None,
            landing: None,
        };
        // What an earlier request had no time for.
        intake.fold().await?;
        Ok(intake)
    }

    /// From now on the body is the whole document.
    pub(super) fn ends_with_body(&mut self) {
        self.ends_with_body = true;
    }

    /// Takes a body in, up to its end or until somebody else wants the turn.
    pub(super) async fn take_in<S, E>(
        &mut self,
        body: S,
        wanted: impl Future<Output = ()> + Send,
    ) -> Result<(), AppendError>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send,
        E: std::fmt::Display,
    {
        let (mut body, mut wanted) = (pin!(body), pin!(wanted));
        // Once somebody else wants the turn, so many pieces are taken still as have arrived already.
        let mut last = None;
        loop {
            let next = match &mut last {
                None => tokio::select! {
                    next = body.next() => next,
                    () = &mut wanted => {
                        last = Some(LAST_PIECES);
                        continue;
                    }
                },
                Some(left) => match body.next().now_or_never() {
                    Some(next) if *left > 0 => {
                        *left -= 1;
                        next
                    }
                    _ => return self.cut().await,
                },
            };
            let bytes = match next {
                None => break,
                Some(Ok(bytes)) => bytes,
                Some(Err(_)) => return self.cut().await,
            };
            let fits = usize::try_from(self.length - self.taken).unwrap_or(usize::MAX);
            self.push(&bytes[..bytes.len().min(fits)]).await?;
            if bytes.len() > fits {
                return Err(AppendError::TooLong);
            }
        }
        if self.ends_with_body {
            self.say_length().await?;
        }
        self.close_open().await?;
        self.check().await
    }

    async fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        if let Some(checksum) = &mut self.checksum {
            checksum.update(bytes);
        }
        while !bytes.is_empty() {
            let (mut writer, place) = match self.open.take() {
                Some(open) => open,
                None => self.begin().await?,
            };
            let room = PART - self.taken % PART;
            let now = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
            self.digest.update(&bytes[..now]);
            writer.push(&bytes[..now]).await?;
            self.taken += now as u64;
            bytes = &bytes[now..];
            if self.taken.is_multiple_of(PART) || self.is_whole() {
                self.land(writer, place).await?;
            } else {
                self.open = Some((writer, place));
            }
        }
        Ok(())
    }

    /// Whether everything was taken in. Nobody knows of a document whose length is yet to be said.
    fn is_whole(&self) -> bool {
        self.taken == self.length && !self.length_deferred && !self.ends_with_body
    }

    /// Begins a part if its end will come, as far as that is known, and a segment otherwise.
    async fn begin(&mut self) -> Result<(PartWriter, Place)> {
        let at_start = self.taken.is_multiple_of(PART);
        let file_end = if self.length_deferred { u64::MAX } else { self.length };
        let end = file_end.min((self.taken / PART + 1) * PART);
        let place = if at_start && self.body_end.is_none_or(|body_end| body_end >= end) {
            Place::part_at(self.taken)?
        } else {
            self.next_segment()
        };
        Ok((self.of.begin(place).await?, place))
    }

    fn next_segment(&mut self) -> Place {
        let number = self.segments;
        self.segments += 1;
        Place::Segment {
            number,
            start: self.taken,
        }
    }

    /// Lets a message that is full sync and commit beside the next one.
    async fn land(&mut self, writer: PartWriter, place: Place) -> Result<()> {
        self.land_all().await?;
        let (of, segments) = (self.of.clone(), self.segments);
        let state = Sealed::seal(
            &self.digest.state(),
            of.firm.at("upload", "digest_state", of.upload.uuid()),
            &of.firm.random,
        )?;
        let hold = self.holds;
        let after = self.taken;
        self.landing = Some(tokio::spawn(async move {
            let landed = Landed {
                place,
                sealed: writer.finish().await?,
                after,
                state,
                segments,
            };
            if !hold {
                land::commit(&of, std::slice::from_ref(&landed)).await?;
            }
            Ok(landed)
        }));
        Ok(())
    }

    /// Waits until everything that was handed over is durable.
    pub(super) async fn land_all(&mut self) -> Result<()> {
        if let Some(landing) = self.landing.take() {
            let landed = landing.await.map_err(|_| Fault::Stopped)??;
            if self.holds {
                self.held.push(landed);
            } else {
                self.durable = landed.after;
            }
        }
        Ok(())
    }

    /// The body broke off. Without a checksum, which could not be compared any more, what came stays.
    async fn cut(&mut self) -> Result<(), AppendError> {
        if !self.holds && !self.ends_with_body {
            self.close_open().await?;
            self.land_all().await?;
        }
        Err(AppendError::Cut { durable: self.durable })
    }

    /// Ends the open message where the body ended: a part that did not get full becomes a segment.
    async fn close_open(&mut self) -> Result<()> {
        let Some((writer, place)) = self.open.take() else {
            return Ok(());
        };
        if matches!(place, Place::Segment { .. }) || self.is_whole() {
            return self.land(writer, place).await;
        }
        let start = self.taken - writer.plain_len();
        let number = self.segments;
        self.segments += 1;
        let segment = Place::Segment { number, start };
        let copy = segments::restage(&self.of, writer, place, segment).await?;
        self.land(copy, segment).await
    }

    /// The document ends here.
    async fn say_length(&mut self) -> Result<()> {
        self.length = self.taken;
        self.ends_with_body = false;
        self.length_deferred = false;
        if self.taken == 0 {
            return Ok(());
        }
        let length = land::column(self.taken)?;
        let tx = self.of.firm.begin().await?;
        let (kind, author) = &self.of.author;
        let but = Some(self.of.upload.uuid());
        super::claim(&tx, self.of.client, (kind, *author), Some(self.taken), but).await?;
        super::length::settle(&tx, self.of.upload, length).await?;
        tx.commit().await
    }

    /// Writes the rows of a body whose digest is the one that was said.
    async fn check(&mut self) -> Result<(), AppendError> {
        let Some(checksum) = self.checksum.take() else {
            return Ok(());
        };
        self.land_all().await?;
        if !checksum.holds() {
            return Err(AppendError::WrongChecksum);
        }
        let held = std::mem::take(&mut self.held);
        if let Some(last) = held.last() {
            land::commit(&self.of, &held).await?;
            self.durable = last.after;
        }
        Ok(())
    }

    /// Removes what no row names. What cannot be removed stays for the sweep.
    pub(super) async fn give_up(&mut self) {
        if let Some((writer, _)) = self.open.take() {
            writer.abort().await;
        }
        for landed in self.held.drain(..) {
            land::forget(&self.of.firm, &landed.sealed).await;
        }
    }

    /// Makes parts of segments that are enough for one, and one segment of too many.
    pub(super) async fn fold(&mut self) -> Result<()> {
        let end = (!self.length_deferred).then_some(self.length);
        self.segments = segments::fold(&self.of, self.durable, end, self.segments).await?;
        Ok(())
    }

    /// Folds what is to be folded, and completes the upload when its last byte is there. Says how many bytes are durable.
    pub(super) async fn settle(mut self) -> Result<u64> {
        self.fold().await?;
        let durable = self.durable;
        if durable > 0 && durable == self.length && !self.length_deferred {
            super::complete::complete(&self.of, self.digest, durable).await?;
        }
        Ok(durable)
    }
}
