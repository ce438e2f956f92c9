//! One firm, open: its connections, keys, store, clock and randomness.

use crate::{
    Clock, Courier, TextCourier,
    database::Pools,
    error::Result,
    events::Hub,
    networks::Networks,
    portal::KnownTeam,
    previews::Renderer,
    registry::{Link, Origin},
    scan::Scanner,
    stores::FirmStores,
    tx::Tx,
    uploads::Turns,
};
use domain::{ClientId, FirmId, Moment, portal::FirmCard};
use entity::Sealing;
use sea_orm::DatabaseConnection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
};
use uuid::Uuid;
use vault::{Key, ObjectName, PasswordHasher, SecureRandom};

/// One firm. Everything that a verb needs hangs on it, time and randomness included.
pub struct Firm {
    pub(crate) id: FirmId,
    pub(crate) card: FirmCard,
    pub(crate) origin: Origin,
    pub(crate) pools: Pools,
    pub(crate) keys: FirmKeys,
    pub(crate) stores: FirmStores,
    pub(crate) renderer: Option<Renderer>,
    pub(crate) scanner: Option<Scanner>,
    pub(crate) clock: Clock,
    pub(crate) random: SecureRandom,
    pub(crate) hasher: PasswordHasher,
    pub(crate) courier: Courier,
    pub(crate) texts: TextCourier,
    pub(crate) sender: Option<String>,
    pub(crate) hub: Hub,
    pub(crate) networks: Networks,
    pub(crate) registry: Link,
    pub(crate) client_keys: Mutex<HashMap<(ClientId, i32), Arc<Key>>>,
    pub(crate) uploads: Turns,
    /// How often this process has committed to the firm's database: what was read before a commit is old after it.
    pub(crate) commits: AtomicU64,
    pub(crate) team: Mutex<Option<KnownTeam>>,
}

/// The firm's working keys, unwrapped.
pub(crate) struct FirmKeys {
    /// Wraps database, client and working keys.
    pub(crate) firm: Arc<Key>,
    /// Seals columns.
    pub(crate) column: Arc<Key>,
    /// Authenticates codes and addresses.
    pub(crate) mac: Arc<Key>,
    /// Seals cookies before sign-in.
    pub(crate) cookie: Arc<Key>,
}

impl Firm {
    /// Which firm.
    pub fn id(&self) -> FirmId {
        self.id
    }

    /// The firm as its own pages name it.
    pub fn card(&self) -> FirmCard {
        self.card.clone()
    }

    /// `https://portal.harcourtpell.example`: what addresses in mails begin with. It comes from the firm's row, never
    /// from a request.
    pub fn origin(&self) -> String {
        self.origin.of(&self.card.host)
    }

    /// Now.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Whether mail leaves. Where it does not, letters wait, sealed.
    pub fn sends_mail(&self) -> bool {
        self.courier.carries()
    }

    /// Whether text messages leave. Where they do not, a page offers another way.
    pub fn sends_texts(&self) -> bool {
        self.texts.carries()
    }

    /// The source of ids and secrets.
    pub fn random(&self) -> &SecureRandom {
        &self.random
    }

    /// How often Argon2 ran in this process, for tests that compare the work of two paths.
    pub fn password_runs(&self) -> u64 {
        self.hasher.runs()
    }

    /// For statements that change nothing.
    pub(crate) fn db(&self) -> &DatabaseConnection {
        self.pools.read()
    }

    /// Begins a verb: takes the firm's write lock up front.
    pub(crate) async fn begin(&self) -> Result<Tx<'_>> {
        Tx::begin(self).await
    }

    /// Where a sealed value stands.
    pub(crate) fn at(&self, table: &'static str, column: &'static str, row: Uuid) -> Sealing<'_> {
        Sealing {
            key: &self.keys.column,
            table,
            column,
            row,
        }
    }

    /// An object of this firm, by the bytes that a row keeps.
    pub(crate) fn object(&self, id: Uuid) -> ObjectName {
        ObjectName::new(self.id.bytes(), id.into_bytes())
    }

    /// The key of a client's files, and its version: the newest that is not destroyed.
    pub(crate) async fn client_key(&self, client: ClientId) -> Result<(i32, Arc<Key>)> {
        self.registry.newest_client_key(self, client).await
    }

    /// The key of a client's files in one version.
    pub(crate) async fn client_key_of(&self, client: ClientId, version: i32) -> Result<Arc<Key>> {
        let known = self
            .client_keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(client, version))
            .cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        let key = self.registry.client_key(self, client, version).await?;
        self.client_keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((client, version), Arc::clone(&key));
        Ok(key)
    }
}

impl std::fmt::Debug for Firm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Firm({})", self.id)
    }
}
