//! Wrapped keys: the registry's own, a firm's, and a firm's working keys.

use super::{Database, RegistrySettings, firm_keys, provision};
use crate::{
    database::Pools,
    error::{Fault, Result},
    tenant::FirmKeys,
};
use domain::FirmId;
use entity::{firm::secret, registry::firm_key as firm_key_row};
use migration::registry::Registry as Schema;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder,
};
use sea_orm_migration::MigratorTrait;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use vault::{Key, Purpose, WrapContext};

/// The registry's key, wrapped by the root key, beside the file that it opens.
const HEADER: &str = "registry.header";
const NO_FIRM: [u8; 16] = [0; 16];

/// Opens the registry's database and brings its schema up to date.
pub(super) async fn open_registry(settings: &RegistrySettings) -> Result<Pools> {
    let pools = match &settings.database {
        Database::Sqlite { folder } => {
            make_folder(&folder.join("firms"))?;
            let key = registry_key(settings, folder)?;
            Pools::sqlite(&folder.join("registry.db"), &key).await?
        }
        Database::Postgres { url, prefix } => {
            let name = format!("{prefix}_registry");
            provision::create_postgres(url, &name, None).await?;
            Pools::postgres(&format!("{url}/{name}")).await?
        }
    };
    let tx = pools.begin().await?;
    Schema::up(&tx, None).await?;
    tx.commit().await?;
    Ok(pools)
}

/// The newest key of a firm.
pub(super) async fn firm_key(settings: &RegistrySettings, registry: &DatabaseConnection, firm: FirmId) -> Result<Key> {
    let row = firm_key_row::Entity::find()
        .filter(firm_key_row::Column::Firm.eq(firm.uuid()))
        .order_by_desc(firm_key_row::Column::Version)
        .one(registry)
        .await?
        .ok_or(Fault::Inconsistent("a firm without a key"))?;
    let wrapped = row
        .wrapped
        .ok_or_else(|| Fault::Setting("this firm's key was destroyed; its data cannot be read".to_owned()))?;
    Ok(settings
        .root
        .key
        .unwrap(&wrapped, &of_firm(Purpose::Firm, firm, row.version))?)
}

/// Where a wrap that belongs to the firm as a whole stands.
pub(super) fn of_firm(purpose: Purpose, firm: FirmId, version: i32) -> WrapContext {
    WrapContext {
        purpose,
        firm: firm.bytes(),
        row: firm.bytes(),
        version: version.unsigned_abs(),
    }
}

/// The firm's working keys, made at the first opening.
pub(super) async fn working(
    settings: &RegistrySettings,
    pools: &Pools,
    firm: FirmId,
    firm_key: Arc<Key>,
) -> Result<FirmKeys> {
    let column = secret_of(settings, pools, firm, &firm_key, "column", Purpose::Column).await?;
    let mac = secret_of(settings, pools, firm, &firm_key, "mac", Purpose::Mac).await?;
    let cookie = secret_of(settings, pools, firm, &firm_key, "cookie", Purpose::Cookie).await?;
    Ok(firm_keys(firm_key, column, mac, cookie))
}

async fn secret_of(
    settings: &RegistrySettings,
    pools: &Pools,
    firm: FirmId,
    firm_key: &Key,
    name: &str,
    purpose: Purpose,
) -> Result<Key> {
    let place = of_firm(purpose, firm, 1);
    if let Some(row) = secret::Entity::find_by_id((name.to_owned(), 1))
        .one(pools.read())
        .await?
    {
        return Ok(firm_key.unwrap(&row.wrapped, &place)?);
    }
    // Two servers may open a new firm at once: the write lock decides whose key stays.
    let tx = pools.begin().await?;
    if let Some(row) = secret::Entity::find_by_id((name.to_owned(), 1)).one(&tx).await? {
        return Ok(firm_key.unwrap(&row.wrapped, &place)?);
    }
    let key = Key::generate(&settings.random);
    secret::ActiveModel {
        purpose: Set(name.to_owned()),
        version: Set(1),
        firm_key_version: Set(1),
        wrapped: Set(firm_key.wrap(&key, &place, &settings.random)),
        created_at: Set(settings.clock.now().0),
    }
    .insert(&tx)
    .await?;
    tx.commit().await?;
    Ok(key)
}

pub(super) fn registry_key(settings: &RegistrySettings, folder: &Path) -> Result<Key> {
    let path = folder.join(HEADER);
    let place = WrapContext {
        purpose: Purpose::RegistryDatabase,
        firm: NO_FIRM,
        row: NO_FIRM,
        version: settings.root.version,
    };
    match fs::read(&path) {
        Ok(wrapped) => settings.root.key.unwrap(&wrapped, &place).map_err(|_| {
            Fault::Setting(
                "the root key does not open this data folder: keys.root names another installation's key".to_owned(),
            )
            .into()
        }),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
            if folder.join("registry.db").exists() {
                return Err(Fault::Setting(format!(
                    "{HEADER} is missing beside registry.db; restore it from the backup"
                ))
                .into());
            }
            let key = Key::generate(&settings.random);
            write_durably(&path, &settings.root.key.wrap(&key, &place, &settings.random))?;
            Ok(key)
        }
        Err(source) => Err(Fault::File {
            doing: "reading registry.header",
            source,
        }
        .into()),
    }
}

fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|source| {
        Fault::File {
            doing: "making the data folder",
            source,
        }
        .into()
    })
}

/// Writes a new file and syncs it and its folder, so that the key is there before anything is sealed under it.
fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = (|| {
        let temporary: PathBuf = path.with_extension("new");
        let mut file = fs::File::create(&temporary)?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    })();
    written.map_err(|source| {
        Fault::File {
            doing: "writing registry.header",
            source,
        }
        .into()
    })
}
