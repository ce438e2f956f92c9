//! All firms of a server: which exist, where they answer, and their wrapped keys.

mod keys;
mod link;
mod provision;
mod recover;

pub(crate) use link::Link;
pub use provision::FirmDraft;
pub use recover::Recovered;

use crate::{
    Actor, Clock, Courier, Firm, TextCourier,
    actor::{Nobodys, allow},
    database::Pools,
    error::{Error, Fault, Result},
    events::Hub,
    networks::Networks,
    previews::Renderer,
    scan::Scanner,
    settings,
    stores::Stores,
    tenant::FirmKeys,
    uploads::Turns,
};
use domain::{FirmId, access::Action};
use entity::registry::{firm as firm_row, hostname};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
};
use vault::{Key, PasswordHasher, RootKey, SecureRandom};

/// Firms that are kept open although nobody uses them; the least recently asked for goes first.
const OPEN_FIRMS: usize = 256;

/// All firms of a server. Clones are one registry.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    settings: RegistrySettings,
    pools: Pools,
    link: Link,
    hasher: PasswordHasher,
    open: tokio::sync::Mutex<HashMap<FirmId, Slot>>,
    hosts: Mutex<HashMap<String, FirmId>>,
}

/// An open firm and when it was last asked for, in steps of a counter.
struct Slot {
    firm: Arc<Firm>,
    asked: u64,
}

/// What a registry is made of.
pub struct RegistrySettings {
    /// The engine and where it keeps its databases.
    pub database: Database,
    /// The key above all others.
    pub root: RootKey,
    /// Where files rest.
    pub stores: Stores,
    /// The place that pages name, such as `London`; empty to name none.
    pub place: String,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub random: SecureRandom,
    /// How mail leaves.
    pub courier: Courier,
    /// How text messages leave.
    pub texts: TextCourier,
    /// The address that all mail comes from; otherwise each firm's `no-reply@` and its host.
    pub sender: Option<String>,
    /// Whether this process is the demo.
    pub demo: bool,
    /// How addresses in mails begin.
    pub origin: Origin,
    /// What draws pages of files; without it there are no pictures of them.
    pub renderer: Option<Renderer>,
    /// What looks for malware; without it files are not scanned.
    pub scanner: Option<Scanner>,
}

/// The engine.
#[derive(Clone)]
pub enum Database {
    /// One SQLCipher file for the registry, and one a firm.
    Sqlite {
        /// The data folder.
        folder: PathBuf,
    },
    /// One PostgreSQL database for the registry, and one a firm.
    Postgres {
        /// `postgres://user:password@host:port`, without a database's name. Never logged.
        url: String,
        /// What the databases' names begin with, so that two installations can share a server.
        prefix: String,
    },
}

/// How addresses begin: scheme and port; the host is the firm's row.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// `https` rather than `http`.
    pub secure: bool,
    /// The port, unless it is the scheme's own.
    pub port: Option<u16>,
}

impl Origin {
    pub(crate) fn of(self, host: &str) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        match self.port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }
    }
}

impl Registry {
    /// Opens the registry, and makes it where there is none.
    ///
    /// # Errors
    /// The root key is not this registry's, the database cannot be reached, or a demo meets a real firm (and the
    /// reverse).
    pub async fn open(settings: RegistrySettings) -> Result<Self> {
        let pools = keys::open_registry(&settings).await?;
        let strangers = firm_row::Entity::find()
            .filter(firm_row::Column::Demo.ne(settings.demo))
            .count(pools.read())
            .await?;
        if strangers > 0 {
            pools.close().await;
            let sentence = if settings.demo {
                "this data folder holds a real firm; the demo does not touch it"
            } else {
                "this data folder holds the demo; a real server does not open it"
            };
            return Err(Fault::Setting(sentence.to_owned()).into());
        }
        let link = Link::new(&settings, &pools).await?;
        let hasher = PasswordHasher::new(settings.random.clone());
        Ok(Self(Arc::new(Inner {
            settings,
            pools,
            link,
            hasher,
            open: tokio::sync::Mutex::default(),
            hosts: Mutex::default(),
        })))
    }

    /// The firm that answers to a host name: lower case, without port and trailing dot. There is no default firm.
    ///
    /// # Errors
    /// The database or a key fails.
    pub async fn firm_by_host(&self, host: &str) -> Result<Option<Arc<Firm>>> {
        let known = self
            .0
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(host)
            .copied();
        let id = if let Some(id) = known {
            id
        } else {
            let Some(row) = hostname::Entity::find_by_id(host).one(self.0.pools.read()).await? else {
                return Ok(None);
            };
            let id = FirmId::from(row.firm);
            self.0
                .hosts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(host.to_owned(), id);
            id
        };
        self.firm(id).await.map(Some)
    }

    /// A firm, opened if it is not open.
    ///
    /// # Errors
    /// `NotFound`, or the database or a key fails.
    pub async fn firm(&self, id: FirmId) -> Result<Arc<Firm>> {
        let mut open = self.0.open.lock().await;
        let asked = open.values().map(|slot| slot.asked).max().unwrap_or(0) + 1;
        if let Some(slot) = open.get_mut(&id) {
            slot.asked = asked;
            return Ok(Arc::clone(&slot.firm));
        }
        let firm = Arc::new(self.open_firm(id).await?);
        open.insert(
            id,
            Slot {
                firm: Arc::clone(&firm),
                asked,
            },
        );
        if open.len() > OPEN_FIRMS {
            let idle = open
                .iter()
                .filter(|(_, slot)| Arc::strong_count(&slot.firm) == 1)
                .min_by_key(|(_, slot)| slot.asked)
                .map(|(id, _)| *id);
            if let Some(slot) = idle.and_then(|id| open.remove(&id)) {
                slot.firm.pools.close().await;
            }
        }
        Ok(firm)
    }

    /// All firms that are not closed, opened.
    ///
    /// # Errors
    /// The database or a key fails.
    pub async fn firms(&self) -> Result<Vec<Arc<Firm>>> {
        let rows = firm_row::Entity::find()
            .filter(firm_row::Column::ClosedAt.is_null())
            .order_by_asc(firm_row::Column::CreatedAt)
            .all(self.0.pools.read())
            .await?;
        let mut firms = Vec::with_capacity(rows.len());
        for row in rows {
            firms.push(self.firm(row.id.into()).await?);
        }
        Ok(firms)
    }

    /// Makes a firm: keys first, then its database, then the rows by which it is found.
    ///
    /// # Errors
    /// The actor may not, the host name is taken or not one, or the database fails.
    pub async fn create_firm(&self, actor: &Actor, draft: &FirmDraft) -> Result<Arc<Firm>> {
        allow(actor, Action::CreateFirm, &Nobodys)?;
        let id = provision::create(&self.0.settings, &self.0.pools, draft).await?;
        self.firm(id).await
    }

    /// Whether the registry answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<()> {
        firm_row::Entity::find().count(self.0.pools.read()).await?;
        Ok(())
    }

    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.0.settings.demo
    }

    /// How mail leaves.
    pub fn courier(&self) -> &Courier {
        &self.0.settings.courier
    }

    /// How text messages leave.
    pub fn texts(&self) -> &TextCourier {
        &self.0.settings.texts
    }

    /// Where its databases are, for another registry over the same ones.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn database(&self) -> &Database {
        &self.0.settings.database
    }

    /// What looks for malware, if files are scanned.
    pub fn scanner(&self) -> Option<Scanner> {
        self.0.settings.scanner.clone()
    }

    /// Time, as this server knows it.
    pub fn clock(&self) -> &Clock {
        &self.0.settings.clock
    }

    /// Closes every database; on SQLite this folds the write-ahead logs into the files.
    pub async fn close(self) {
        for (_, slot) in self.0.open.lock().await.drain() {
            slot.firm.hub.close();
            slot.firm.pools.close().await;
        }
        self.0.link.close().await;
        self.0.pools.close().await;
    }

    pub(crate) fn link(&self) -> &Link {
        &self.0.link
    }

    async fn open_firm(&self, id: FirmId) -> Result<Firm> {
        let settings = &self.0.settings;
        let registry = self.0.pools.read();
        let row = firm_row::Entity::find_by_id(id.uuid())
            .one(registry)
            .await?
            .ok_or_else(Error::not_found)?;
        let host = hostname::Entity::find()
            .filter(hostname::Column::Firm.eq(id.uuid()))
            .order_by_asc(hostname::Column::CreatedAt)
            .one(registry)
            .await?
            .ok_or(Fault::Inconsistent("a firm without a host name"))?;
        let firm_key = keys::firm_key(settings, registry, id).await?;
        let pools = provision::open_database(settings, registry, id, &firm_key).await?;
        let keys = keys::working(settings, &pools, id, Arc::new(firm_key)).await?;
        let stores = settings.stores.of(&host.host)?;
        let card = settings::card(pools.read(), row.name, host.host, settings.place.clone(), settings.demo).await?;
        Ok(Firm {
            id,
            card,
            origin: settings.origin,
            pools,
            keys,
            stores,
            renderer: settings.renderer.clone(),
            scanner: settings.scanner.clone(),
            clock: settings.clock.clone(),
            random: settings.random.clone(),
            hasher: self.0.hasher.clone(),
            courier: settings.courier.clone(),
            texts: settings.texts.clone(),
            sender: settings.sender.clone(),
            hub: Hub::default(),
            networks: Networks::default(),
            registry: self.0.link.clone(),
            client_keys: Mutex::default(),
            uploads: Turns::default(),
            commits: AtomicU64::new(0),
            team: Mutex::default(),
        })
    }
}

/// What [`keys::working`] yields, named here so that `keys` need not know the tenant's module.
pub(crate) fn firm_keys(firm: Arc<Key>, column: Key, mac: Key, cookie: Key) -> FirmKeys {
    FirmKeys {
        firm,
        column: Arc::new(column),
        mac: Arc::new(mac),
        cookie: Arc::new(cookie),
    }
}

#[cfg(test)]
mod tests;
