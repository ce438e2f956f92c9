//! A new firm: its keys, its database, and the rows by which it is found, in this order.
//!
//! A crash between two steps leaves keys or a database that no row names, which is harmless; it never leaves a firm
//! without its key.

use super::{Database, RegistrySettings, keys};
use crate::{
    database::{self, Pools},
    error::{Error, Fault, Result},
    settings,
};
use domain::{Field, FirmId, Reason, limits, text};
use entity::registry::{database_key, firm as firm_row, firm_key, hostname};
use migration::firm::Firm as Schema;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Statement,
};
use sea_orm_migration::MigratorTrait;
use vault::{Key, Purpose};

/// A firm to be made.
#[derive(Clone, Debug, Default)]
pub struct FirmDraft {
    /// `Harcourt & Pell`.
    pub name: String,
    /// `portal.harcourtpell.example`, without scheme and port.
    pub host: String,
    /// `01632 960147`, or empty.
    pub phone: String,
    /// `Monday to Friday, 9.00 to 17.30`, or empty.
    pub hours: String,
    /// Hue and chroma (in thousandths) of the accent; the product's own where `None`.
    pub accent: Option<(u16, u16)>,
}

pub(super) async fn create(settings: &RegistrySettings, registry: &Pools, draft: &FirmDraft) -> Result<FirmId> {
    let name = text::line(&draft.name, Field::Form, limits::NAME_CHARS)?;
    let host = draft.host.trim().trim_end_matches('.').to_ascii_lowercase();
    let fits = !host.is_empty()
        && host.len() <= 253
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    if !fits {
        return Err(Error::refused(Field::Form, Reason::NotOffered));
    }
    let taken = hostname::Entity::find_by_id(host.clone()).one(registry.read()).await?;
    if taken.is_some() {
        return Err(Fault::Setting(format!("the host name {host} belongs to another firm")).into());
    }
    let id = FirmId::from(settings.random.id());
    let now = settings.clock.now().0;
    let firm_key = write_keys(settings, registry, id, now).await?;
    make_database(settings, id).await?;
    let database = open_database(settings, registry.read(), id, &firm_key).await?;
    settings::write(&database, draft).await?;
    database.close().await;

    let tx = registry.begin().await?;
    firm_row::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name),
        region: Set(None),
        demo: Set(settings.demo),
        created_at: Set(now),
        closed_at: Set(None),
    }
    .insert(&tx)
    .await?;
    hostname::ActiveModel {
        host: Set(host),
        firm: Set(id.uuid()),
        created_at: Set(now),
    }
    .insert(&tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Opens a firm's database and brings its schema up to date, under the firm's write lock.
pub(super) async fn open_database(
    settings: &RegistrySettings,
    registry: &DatabaseConnection,
    firm: FirmId,
    firm_key: &Key,
) -> Result<Pools> {
    let pools = match &settings.database {
        Database::Sqlite { folder } => {
            let row = database_key::Entity::find_by_id(firm.uuid())
                .one(registry)
                .await?
                .ok_or(Fault::Inconsistent("a firm without a database key"))?;
            let key = firm_key.unwrap(&row.wrapped, &keys::of_firm(Purpose::FirmDatabase, firm, 1))?;
            Pools::sqlite(&folder.join("firms").join(format!("{firm}.db")), &key).await?
        }
        Database::Postgres { url, prefix } => Pools::postgres(&format!("{url}/{prefix}_{firm}")).await?,
    };
    let tx = pools.begin().await?;
    Schema::up(&tx, None).await?;
    tx.commit().await?;
    Ok(pools)
}

async fn write_keys(settings: &RegistrySettings, registry: &Pools, firm: FirmId, now: i64) -> Result<Key> {
    let random = &settings.random;
    let (firm_key, database) = (Key::generate(random), Key::generate(random));
    let tx = registry.begin().await?;
    firm_key::ActiveModel {
        firm: Set(firm.uuid()),
        version: Set(1),
        wrapped: Set(Some(settings.root.key.wrap(
            &firm_key,
            &keys::of_firm(Purpose::Firm, firm, 1),
            random,
        ))),
        created_at: Set(now),
        destroyed_at: Set(None),
    }
    .insert(&tx)
    .await?;
    database_key::ActiveModel {
        firm: Set(firm.uuid()),
        firm_key_version: Set(1),
        wrapped: Set(firm_key.wrap(&database, &keys::of_firm(Purpose::FirmDatabase, firm, 1), random)),
        created_at: Set(now),
    }
    .insert(&tx)
    .await?;
    tx.commit().await?;
    Ok(firm_key)
}

async fn make_database(settings: &RegistrySettings, firm: FirmId) -> Result<()> {
    match &settings.database {
        // The file appears when it is first opened.
        Database::Sqlite { .. } => Ok(()),
        Database::Postgres { url, prefix } => create_postgres(url, &format!("{prefix}_{firm}"), None).await,
    }
}

/// Makes a PostgreSQL database, unless it is there, empty or as a copy of a template.
///
/// A database's name cannot be bound as a value. Both names are ours: a prefix of lower-case letters and an id's
/// hexadecimal digits, which is checked here once more.
pub(crate) async fn create_postgres(url: &str, name: &str, template: Option<&str>) -> Result<()> {
    for ours in [Some(name), template].into_iter().flatten() {
        let plain = ours.len() <= 63
            && ours
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !plain {
            return Err(
                Fault::Setting("database.prefix may have lower-case letters, digits and _ only".to_owned()).into(),
            );
        }
    }
    let server = database::postgres(&format!("{url}/postgres"), 1).await?;
    let there = server
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT 1 FROM pg_database WHERE datname = $1",
            [name.into()],
        ))
        .await?;
    if there.is_none() {
        let mut sql = ["CREATE DATABASE \"", name, "\""].concat();
        if let Some(template) = template {
            sql.push_str(&[" TEMPLATE \"", template, "\""].concat());
        }
        server.execute_unprepared(&sql).await?;
    }
    server.close().await?;
    Ok(())
}
