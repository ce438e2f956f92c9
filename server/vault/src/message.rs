//! One sealed message: C2SP chunked-encryption, instance Cobblestone-256.
//!
//! | Offset | Bytes | Content |
//! | --- | --- | --- |
//! | 0 | 24 | salt, random, never reused under a file key |
//! | 24 | 32 | commitment to the key |
//! | 56 + k · 16,400 | 16 to 16,400 | chunk k: ciphertext of 16,384 bytes (the last chunk: 0 to 16,383), then its tag |
//!
//! `key(32) ‖ nonce(12) ‖ commitment(32) = HKDF-Expand-SHA-512(file key, label ‖ 0 ‖ salt ‖ context)`. The nonce of
//! chunk k is the base nonce XOR k. The last chunk is always shorter than the others and may be empty, so a message
//! that was cut shows it without a flag.
//!
//! Source: <https://c2sp.org/chunked-encryption>. `tests/judge.rs` has an independent implementation open what this
//! one seals, and the other way round.

use ring::aead::{Aad, LessSafeKey, Nonce};
use ring::hkdf;
use zeroize::Zeroizing;

use crate::error::Opening;
use crate::gcm;
use crate::key::FileKey;
use crate::mac;
use crate::random::SecureRandom;

/// Plaintext bytes in every chunk but the last, which has fewer.
pub const CHUNK: usize = 16_384;
/// Bytes of a chunk's tag.
pub const TAG: usize = 16;
/// Bytes of a full chunk as it is stored.
pub const SEALED_CHUNK: usize = CHUNK + TAG;
/// Bytes of the salt.
pub const SALT: usize = 24;
/// Bytes of the commitment.
pub const COMMITMENT: usize = 32;
/// Bytes in front of the first chunk.
pub const HEADER: usize = SALT + COMMITMENT;
/// Plaintext bytes of every part of a file but the last, which may have fewer: 8 MiB.
pub const PART: u64 = 8 * 1024 * 1024;

const SUITE: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// What a message is. Ciphertext of one kind does not open as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Label {
    /// A part of a file, up to [`PART`] bytes.
    Part,
    /// A staged segment of an upload: bytes that do not fill a part yet.
    Tail,
    /// The list of a version's parts.
    Manifest,
}

/// Where a message belongs. One that was moved between firms, files, versions, positions or kinds does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageContext {
    /// What the message is.
    pub label: Label,
    /// The firm.
    pub firm: [u8; 16],
    /// The file.
    pub file: [u8; 16],
    /// The version of the file.
    pub version: u32,
    /// The part's number from 0, a segment's running number in the version, or 0 for a manifest.
    pub number: u32,
}

/// Seals one message, chunk by chunk, in bounded memory.
///
/// The rule that must not be broken: a sealer seals every chunk once. What it sealed is never sealed again with other
/// bytes; a message that was not finished is thrown away, and its plaintext sealed anew under a fresh salt.
pub struct Sealer {
    message: MessageKey,
    next: u64,
}

/// Opens the chunks of one message, in any order.
pub struct Opener(MessageKey);

struct MessageKey {
    cipher: LessSafeKey,
    nonce: [u8; 12],
    salt: [u8; SALT],
    commitment: [u8; COMMITMENT],
}

impl Sealer {
    /// Begins a message with a fresh salt; also returns the header, which is stored in front of the first chunk.
    pub fn new(key: &FileKey, context: &MessageContext, random: &SecureRandom) -> (Self, [u8; HEADER]) {
        let message = MessageKey::derive(key, context, random.bytes());
        let header = message.header();
        (Self { message, next: 0 }, header)
    }

    /// Seals a full chunk where it lies. The returned tag is stored right behind it.
    ///
    /// # Panics
    ///
    /// If the chunk has not exactly [`CHUNK`] bytes.
    pub fn seal_chunk(&mut self, chunk: &mut [u8]) -> [u8; TAG] {
        assert_eq!(chunk.len(), CHUNK, "only the last chunk of a message is shorter");
        let tag = self.message.seal(self.next, chunk);
        self.next += 1;
        tag
    }

    /// Seals the last chunk where it lies, which may be empty, and ends the message. The tag is stored behind it.
    ///
    /// # Panics
    ///
    /// If the chunk has [`CHUNK`] bytes or more: a full chunk goes to [`seal_chunk`](Self::seal_chunk), and an empty
    /// one comes here.
    pub fn finish(self, last: &mut [u8]) -> [u8; TAG] {
        assert!(last.len() < CHUNK, "the last chunk is shorter than the others");
        self.message.seal(self.next, last)
    }

    /// The salt of this message, for its row.
    pub fn salt(&self) -> [u8; SALT] {
        self.message.salt
    }

    /// The commitment of this message, for its row.
    pub fn commitment(&self) -> [u8; COMMITMENT] {
        self.message.commitment
    }
}

impl Opener {
    /// Begins to open a message by its header.
    ///
    /// # Errors
    ///
    /// [`Opening::Tampered`] if the commitment is not the one of this key, context and salt.
    pub fn new(key: &FileKey, context: &MessageContext, header: &[u8; HEADER]) -> Result<Self, Opening> {
        let mut salt = [0; SALT];
        salt.copy_from_slice(&header[..SALT]);
        let message = MessageKey::derive(key, context, salt);
        if !mac::equal(&message.commitment, &header[SALT..]) {
            return Err(Opening::Tampered);
        }
        Ok(Self(message))
    }

    /// Opens chunk `index` where it lies, and returns its plaintext.
    ///
    /// Whether it is the last one is the caller's knowledge, from the length that the message must have.
    ///
    /// # Errors
    ///
    /// [`Opening::Truncated`] or [`Opening::Malformed`] if the length is impossible, else [`Opening::Tampered`] if the
    /// tag does not hold. The slice then holds nothing of use.
    pub fn open_chunk<'a>(&self, index: u64, sealed: &'a mut [u8], last: bool) -> Result<&'a mut [u8], Opening> {
        check_length(sealed.len(), last)?;
        let (ciphertext, tag) = sealed.split_at_mut(sealed.len() - TAG);
        self.open_detached(index, ciphertext, tag)?;
        Ok(ciphertext)
    }

    pub(crate) fn open_detached(&self, index: u64, ciphertext: &mut [u8], tag: &[u8]) -> Result<(), Opening> {
        let tag = tag.try_into().map_err(|_| Opening::Malformed)?;
        let nonce = self.0.nonce(index);
        match self
            .0
            .cipher
            .open_in_place_separate_tag(nonce, Aad::empty(), tag, ciphertext, 0..)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(Opening::Tampered),
        }
    }
}

/// Stored bytes of a message with `plain` bytes of plaintext.
///
/// # Panics
///
/// If the result does not fit in 64 bits.
pub fn sealed_len(plain: u64) -> u64 {
    HEADER as u64 + plain + TAG as u64 * (plain / CHUNK as u64 + 1)
}

/// Plaintext bytes of a message that is stored in `sealed` bytes.
///
/// # Errors
///
/// [`Opening::Truncated`] or [`Opening::Malformed`] if no message has that length.
pub fn plain_len(sealed: u64) -> Result<u64, Opening> {
    let body = sealed.checked_sub(HEADER as u64).ok_or(Opening::Truncated)?;
    let (full, last) = (body / SEALED_CHUNK as u64, body % SEALED_CHUNK as u64);
    match last {
        0 => Err(Opening::Truncated),
        1..16 => Err(Opening::Malformed),
        _ => Ok(full * CHUNK as u64 + last - TAG as u64),
    }
}

/// Seals a whole small message in memory. Files go through [`part`](crate::part), which streams.
pub fn seal_message(key: &FileKey, context: &MessageContext, plain: &[u8], random: &SecureRandom) -> Vec<u8> {
    let (mut sealer, header) = Sealer::new(key, context, random);
    let mut out = Vec::with_capacity(header.len() + plain.len() + TAG * (plain.len() / CHUNK + 1));
    out.extend_from_slice(&header);
    let chunks = plain.chunks_exact(CHUNK);
    let last = chunks.remainder();
    for chunk in chunks {
        let start = out.len();
        out.extend_from_slice(chunk);
        let tag = sealer.seal_chunk(&mut out[start..]);
        out.extend_from_slice(&tag);
    }
    let start = out.len();
    out.extend_from_slice(last);
    let tag = sealer.finish(&mut out[start..]);
    out.extend_from_slice(&tag);
    out
}

/// Opens a whole small message in memory.
///
/// # Errors
///
/// Any [`Opening`]; nothing is released unless every chunk opened.
pub fn open_message(key: &FileKey, context: &MessageContext, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Opening> {
    let length = usize::try_from(plain_len(sealed.len() as u64)?).map_err(|_| Opening::Malformed)?;
    let header = sealed[..HEADER].try_into().map_err(|_| Opening::Truncated)?;
    let opener = Opener::new(key, context, header)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(length));
    for (index, chunk) in (0..).zip(sealed[HEADER..].chunks(SEALED_CHUNK)) {
        check_length(chunk.len(), chunk.len() < SEALED_CHUNK)?;
        let (ciphertext, tag) = chunk.split_at(chunk.len() - TAG);
        let start = plain.len();
        plain.extend_from_slice(ciphertext);
        opener.open_detached(index, &mut plain[start..], tag)?;
    }
    Ok(plain)
}

fn check_length(sealed: usize, last: bool) -> Result<(), Opening> {
    match (sealed, last) {
        (..TAG, _) => Err(Opening::Truncated),
        (TAG..SEALED_CHUNK, true) | (SEALED_CHUNK, false) => Ok(()),
        (TAG..SEALED_CHUNK, false) => Err(Opening::Truncated),
        (SEALED_CHUNK.., _) => Err(Opening::Malformed),
    }
}

impl Label {
    fn bytes(self) -> &'static [u8; 16] {
        match self {
            Self::Part => b"gatehouse/part01",
            Self::Tail => b"gatehouse/tail01",
            Self::Manifest => b"gatehouse/list01",
        }
    }
}

impl MessageContext {
    /// label(16) ‖ firm(16) ‖ file(16) ‖ version(u32, big endian) ‖ number(u32, big endian).
    pub fn bytes(&self) -> [u8; 56] {
        let mut bytes = [0; 56];
        bytes[..16].copy_from_slice(self.label.bytes());
        bytes[16..32].copy_from_slice(&self.firm);
        bytes[32..48].copy_from_slice(&self.file);
        bytes[48..52].copy_from_slice(&self.version.to_be_bytes());
        bytes[52..].copy_from_slice(&self.number.to_be_bytes());
        bytes
    }
}

impl MessageKey {
    fn derive(key: &FileKey, context: &MessageContext, salt: [u8; SALT]) -> Self {
        struct Length;
        impl hkdf::KeyType for Length {
            fn len(&self) -> usize {
                32 + gcm::NONCE + COMMITMENT
            }
        }
        let mut derived = Zeroizing::new([0; 32 + gcm::NONCE + COMMITMENT]);
        hkdf::Prk::new_less_safe(hkdf::HKDF_SHA512, key.key().expose())
            .expand(&[SUITE, &salt, &context.bytes()], Length)
            .and_then(|output| output.fill(&mut *derived))
            .expect("76 bytes are within HKDF's limit");
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(&derived[..32]);
        let mut nonce = [0; gcm::NONCE];
        nonce.copy_from_slice(&derived[32..32 + gcm::NONCE]);
        let mut commitment = [0; COMMITMENT];
        commitment.copy_from_slice(&derived[32 + gcm::NONCE..]);
        Self {
            cipher: gcm::cipher(&secret),
            nonce,
            salt,
            commitment,
        }
    }

    fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..SALT].copy_from_slice(&self.salt);
        header[SALT..].copy_from_slice(&self.commitment);
        header
    }

    /// The base nonce XOR the chunk's index, both as 96 bits, big endian.
    fn nonce(&self, index: u64) -> Nonce {
        let mut nonce = self.nonce;
        for (byte, index) in nonce[4..].iter_mut().zip(index.to_be_bytes()) {
            *byte ^= index;
        }
        Nonce::assume_unique_for_key(nonce)
    }

    fn seal(&self, index: u64, chunk: &mut [u8]) -> [u8; TAG] {
        let tag = self
            .cipher
            .seal_in_place_separate_tag(self.nonce(index), Aad::empty(), chunk)
            .expect("a chunk is far shorter than GCM's limit");
        let mut bytes = [0; TAG];
        bytes.copy_from_slice(tag.as_ref());
        bytes
    }
}
