//! Crate `vault`: everything that must not be got wrong twice.
//!
//! Keys, sealed files, sealed columns, tokens, password hashes, passkeys and the store that holds sealed bytes. No other
//! crate of ours names `ring`, `sha2`, `argon2`, `webauthn-rs` or `opendal`.
//!
//! # The keys, from the top
//!
//! ```text
//! root key ─ firm key ─┬─ database key, column key, MAC keys, cookie key
//!                      └─ client key ── file key
//! ```
//!
//! Every arrow is [`Key::wrap`] with a [`WrapContext`]. A file key never leaves this crate in the clear: it seals
//! messages ([`message`]), one a stored object, and a [`part`] is such a message on its way to or from a [`blob::Store`].
//!
//! # What the types promise
//!
//! - A secret is wiped when dropped, and has neither `Debug` with its bytes nor `Display` nor `Serialize`.
//! - Opening releases bytes only after their tag held. Whoever gets an [`Opening`] got no byte.
//! - [`blob::ObjectWriter::close`] returns after the object would survive a power cut, never before.
#![forbid(unsafe_code)]

pub mod blob;
pub mod checksum;
pub mod column;
pub mod digest;
pub mod error;
pub mod key;
pub mod key_object;
pub mod mac;
pub mod manifest;
pub mod message;
pub mod part;
pub mod passkey;
pub mod password;
pub mod random;
pub mod root;
pub mod token;
pub mod totp;

mod bytes;
mod gcm;

pub use blob::{ObjectName, Region, Store, StoreName};
pub use checksum::{Checksum, RunningChecksum};
pub use column::{ColumnPlace, open_column, seal_column};
pub use digest::ReceiptDigest;
pub use error::{FaultKind, Opening, PartFault, StoreFault};
pub use key::{FileKey, Key, Purpose, WrapContext};
pub use key_object::{KeyObject, KeyPlace};
pub use mac::{hmac_sha256, verify_mac};
pub use manifest::{Manifest, ManifestPart};
pub use message::{Label, MessageContext};
pub use part::{PartReader, PartWriter, SealedPart};
pub use passkey::{PasskeyAsked, PasskeyFault, PasskeyMade, PasskeyOwner, PasskeySigned, PasskeySite};
pub use password::{PasswordHasher, PasswordTooLong, Verdict};
pub use random::SecureRandom;
pub use root::{RootKey, RootKeyFault};
pub use token::Token;
pub use totp::TotpSecret;
