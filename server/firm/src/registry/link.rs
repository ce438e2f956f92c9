//! What an open firm still needs of the registry: client keys, and to be woken.

use super::{Database, RegistrySettings, keys};
use crate::{
    Firm,
    database::Pools,
    error::{Error, Result},
};
use domain::{ClientId, FirmId, Moment};
use entity::registry::{client_key, wake};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, DatabaseConnection, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use std::sync::Arc;
use tokio::sync::Notify;
use vault::{Key, Purpose, WrapContext};

/// The registry, as far as a firm reaches into it.
#[derive(Clone)]
pub(crate) struct Link {
    pools: Pools,
    /// On SQLite a connection whose commits do not wait for the disk.
    waking: DatabaseConnection,
    bell: Arc<Notify>,
}

impl Link {
    pub(super) async fn new(settings: &RegistrySettings, pools: &Pools) -> Result<Self> {
        let waking = match &settings.database {
            Database::Sqlite { folder } => {
                let key = keys::registry_key(settings, folder)?;
                Pools::sqlite_relaxed(&folder.join("registry.db"), &key).await?
            }
            Database::Postgres { .. } => pools.writer().clone(),
        };
        Ok(Self {
            pools: pools.clone(),
            waking,
            bell: Arc::default(),
        })
    }

    /// Notes that a firm has work at `due`, if that is sooner than what is noted.
    pub(crate) async fn wake(&self, firm: FirmId, due: Moment) -> Result<()> {
        let row = wake::ActiveModel {
            firm: Set(firm.uuid()),
            due_at: Set(due.0),
        };
        wake::Entity::insert(row)
            .on_conflict(
                OnConflict::column(wake::Column::Firm)
                    .value(wake::Column::DueAt, due.0)
                    .action_and_where(Expr::col((wake::Entity, wake::Column::DueAt)).gt(due.0))
                    .to_owned(),
            )
            .exec_without_returning(&self.waking)
            .await?;
        Ok(())
    }

    /// The firms with work at `now`, and when the next one has some.
    pub(crate) async fn due(&self, now: Moment) -> Result<(Vec<FirmId>, Option<Moment>)> {
        let rows = wake::Entity::find()
            .order_by_asc(wake::Column::DueAt)
            .all(self.pools.read())
            .await?;
        let (due, later): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.due_at <= now.0);
        Ok((
            due.into_iter().map(|row| row.firm.into()).collect(),
            later.first().map(|row| Moment(row.due_at)),
        ))
    }

    /// Takes back a firm's note, before its work is looked at: what comes meanwhile notes itself anew.
    pub(crate) async fn slept(&self, firm: FirmId) -> Result<()> {
        wake::Entity::delete_by_id(firm.uuid()).exec(&self.waking).await?;
        Ok(())
    }

    /// Tells this process's worker that something may be due.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Makes a client's first key. It is written before the client's row: an orphan key is harmless.
    pub(crate) async fn make_client_key(&self, firm: &Firm, client: ClientId) -> Result<()> {
        let key = Key::generate(&firm.random);
        let wrapped = firm.keys.firm.wrap(&key, &place(firm.id, client, 1), &firm.random);
        client_key::ActiveModel {
            client: Set(client.uuid()),
            version: Set(1),
            firm: Set(firm.id.uuid()),
            firm_key_version: Set(1),
            wrapped: Set(Some(wrapped)),
            created_at: Set(firm.now().0),
            destroyed_at: Set(None),
        }
        .insert(self.pools.writer())
        .await?;
        Ok(())
    }

    /// The newest key of a client. One that does not exist has none.
    pub(crate) async fn newest_client_key(&self, firm: &Firm, client: ClientId) -> Result<(i32, Arc<Key>)> {
        let version = client_key::Entity::find()
            .filter(
                client_key::Column::Client
                    .eq(client.uuid())
                    .and(client_key::Column::Firm.eq(firm.id.uuid())),
            )
            .order_by_desc(client_key::Column::Version)
            .one(self.pools.read())
            .await?
            .ok_or_else(Error::not_found)?
            .version;
        Ok((version, firm.client_key_of(client, version).await?))
    }

    /// A client's key in one version. Another firm's client is as good as absent.
    pub(crate) async fn client_key(&self, firm: &Firm, client: ClientId, version: i32) -> Result<Arc<Key>> {
        let row = client_key::Entity::find_by_id((client.uuid(), version))
            .filter(client_key::Column::Firm.eq(firm.id.uuid()))
            .one(self.pools.read())
            .await?
            .ok_or_else(Error::not_found)?;
        let wrapped = row.wrapped.ok_or_else(Error::not_found)?;
        Ok(Arc::new(
            firm.keys.firm.unwrap(&wrapped, &place(firm.id, client, version))?,
        ))
    }

    pub(super) async fn close(&self) {
        let _ = self.waking.clone().close().await;
    }
}

/// Where the wrapped key of a client stands.
pub(super) fn place(firm: FirmId, client: ClientId, version: i32) -> WrapContext {
    WrapContext {
        purpose: Purpose::Client,
        firm: firm.bytes(),
        row: client.bytes(),
        version: version.unsigned_abs(),
    }
}
