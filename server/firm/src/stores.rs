//! Where files rest: one store for all firms, or another one for some, and in which region.
//!
//! A firm's new files go to its own store. A file stays where it was put, so its rows name a store each, and whoever reads or
//! removes it asks that one. An operator may say in which region a firm's files have to be: a store of another region is then
//! not written to.

mod office;

pub use office::{Earlier, Probed, StoreView, probe, view};

use crate::error::{Error, Fault, Result};
use domain::FirmId;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use vault::{Region, Store, StoreName};

/// The stores of this installation, by name.
#[derive(Clone, Debug)]
pub struct Stores {
    all: Arc<BTreeMap<StoreName, Store>>,
    usual: StoreName,
    /// By a firm's host.
    of_firms: HashMap<String, StoreName>,
    /// By a firm's host.
    residency: HashMap<String, Region>,
}

impl Stores {
    /// One store, for all firms.
    pub fn new(usual: Store) -> Self {
        let name = usual.name().clone();
        Self {
            all: Arc::new(BTreeMap::from([(name.clone(), usual)])),
            usual: name,
            of_firms: HashMap::new(),
            residency: HashMap::new(),
        }
    }

    /// And another one, in which files may rest already.
    #[must_use]
    pub fn and(mut self, store: Store) -> Self {
        let mut all = BTreeMap::clone(&self.all);
        all.insert(store.name().clone(), store);
        self.all = Arc::new(all);
        self
    }

    /// New files of the firm at `host` go to this one.
    #[must_use]
    pub fn give(mut self, host: &str, store: StoreName) -> Self {
        self.of_firms.insert(host.to_owned(), store);
        self
    }

    /// Files of the firm at `host` have to be in this region.
    #[must_use]
    pub fn reside(mut self, host: &str, region: Region) -> Self {
        self.residency.insert(host.to_owned(), region);
        self
    }

    /// Every store.
    pub fn all(&self) -> impl Iterator<Item = &Store> {
        self.all.values()
    }

    /// What the firm at `host` needs of it.
    pub(crate) fn of(&self, host: &str) -> Result<FirmStores> {
        let name = self.of_firms.get(host).unwrap_or(&self.usual);
        let own = self.all.get(name).ok_or_else(|| missing(name.as_str()))?.clone();
        Ok(FirmStores {
            all: Arc::clone(&self.all),
            own,
            residency: self.residency.get(host).cloned(),
        })
    }

    pub(crate) fn named(&self, name: &StoreName) -> Result<&Store> {
        self.all.get(name).ok_or_else(|| missing(name.as_str()))
    }
}

/// The stores as one firm sees them.
pub(crate) struct FirmStores {
    all: Arc<BTreeMap<StoreName, Store>>,
    own: Store,
    residency: Option<Region>,
}

impl FirmStores {
    /// The store for what is new.
    ///
    /// # Errors
    /// It is in another region than the firm's files have to be. The log says so.
    pub(crate) fn for_new(&self, firm: FirmId) -> Result<&Store> {
        self.check(firm, &self.own)?;
        Ok(&self.own)
    }

    /// The store of this name, to write to.
    ///
    /// # Errors
    /// As [`for_new`](Self::for_new), or it is not set up any more.
    pub(crate) fn to_write(&self, firm: FirmId, name: &str) -> Result<&Store> {
        let store = self.named(name)?;
        self.check(firm, store)?;
        Ok(store)
    }

    /// The store that a row names.
    ///
    /// # Errors
    /// It is not set up any more.
    pub(crate) fn named(&self, name: &str) -> Result<&Store> {
        let found = self.all.iter().find(|(known, _)| known.as_str() == name);
        found.map(|(_, store)| store).ok_or_else(|| missing(name))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Store> {
        self.all.values()
    }

    fn check(&self, firm: FirmId, store: &Store) -> Result<()> {
        match &self.residency {
            Some(region) if region != store.region() => {
                let (store, is, wanted) = (store.name().as_str(), store.region().as_str(), region.as_str());
                tracing::error!(%firm, store, is, wanted, "a write to a store of another region is refused");
                Err(Fault::Region.into())
            }
            _ => Ok(()),
        }
    }
}

fn missing(name: &str) -> Error {
    Fault::Setting(format!("a file rests in the store {name}, which is not set up")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        files, on_both_engines, sweep,
        testing::{HOST, House},
        threads::{self, NewThread},
        uploads::{self, Append, Declared, Destination},
    };
    use domain::{FileId, UploadId};
    use futures::{TryStreamExt as _, stream};
    use std::{convert::Infallible, path::Path};
    use tempfile::TempDir;

    fn second(folder: &Path, region: &str) -> Store {
        let name = StoreName::parse("second").expect("a name");
        Store::disk(name, Region::parse(region).expect("a region"), folder).expect("a store")
    }

    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 })
            .sum()
    }

    async fn append(house: &House, id: UploadId, at: u64, bytes: &[u8]) -> u64 {
        let body = stream::iter([Ok::<_, Infallible>(bytes::Bytes::copy_from_slice(bytes))]);
        uploads::append(Arc::clone(&house.firm), house.anwen(), id, Append::at(at), body)
            .await
            .expect("appended")
    }

    async fn begun(house: &House, length: u64) -> Result<UploadId> {
        let declared = Declared {
            name: "Scan.pdf".to_owned(),
            length: Some(length),
            ..Declared::default()
        };
        let to = Destination::Client(house.people.marlowe);
        uploads::begin(&house.firm, &house.anwen(), to, &declared).await
    }

    async fn file(house: &House, upload: UploadId) -> FileId {
        let new = NewThread {
            client: house.people.marlowe,
            subject: "Papers".to_owned(),
            text: String::new(),
            uploads: vec![upload],
            form: house.firm.random().id().into(),
        };
        let thread = threads::start(&house.firm, &house.anwen(), &new)
            .await
            .expect("a thread");
        threads::open(&house.firm, &house.anwen(), thread, None)
            .await
            .expect("open")
            .files[0]
            .id
    }

    async fn read(house: &House, file: FileId) -> Vec<u8> {
        let content = files::content(&house.firm, &house.tomasz(), file).await.expect("open");
        let pieces: Vec<bytes::Bytes> = content.stream(0..u64::MAX).try_collect().await.expect("read");
        pieces.concat()
    }

    on_both_engines!(
        a_firm_that_moves_reads_the_old_store_and_writes_the_new_one,
        |mut house| async move {
            let first = house.folder.path().join("objects");
            let there = begun(&house, 9).await.expect("begun");
            append(&house, there, 0, b"the first").await;
            let old = file(&house, there).await;
            let half = begun(&house, 8).await.expect("begun");
            append(&house, half, 0, b"half").await;
            let elsewhere = TempDir::new().expect("a folder");
            let stores = house.firm.stores.all().next().expect("the disk").clone();
            let moved = Stores::new(stores)
                .and(second(elsewhere.path(), "eu"))
                .give(HOST, StoreName::parse("second").expect("a name"));
            house.restart(|settings| settings.stores = moved).await;

            assert_eq!(read(&house, old).await, b"the first");
            let seen = view(&house.firm, &house.imogen()).await.expect("seen");
            let disk = Earlier {
                name: "disk".to_owned(),
                region: Some("uk".to_owned()),
            };
            assert_eq!((seen.name.as_str(), seen.earlier), ("second", vec![disk]));
            let before = count(&first);
            let upload = begun(&house, 10).await.expect("begun");
            append(&house, upload, 0, b"the second").await;
            let new = file(&house, upload).await;
            assert_eq!(read(&house, new).await, b"the second");
            assert_eq!(
                (count(&first), count(elsewhere.path())),
                (before, 3),
                "part, manifest, key"
            );
            // What began in the first store ends there, whole.
            append(&house, half, 4, b"-way").await;
            let both = file(&house, half).await;
            assert_eq!(read(&house, both).await, b"half-way");
            // What is let go of goes from wherever it is, and the sweep takes nothing that is named.
            house.advance(3 * 24 * 3600);
            house.work().await.expect("the queue");
            sweep::run_with(&house.firm, -3600).await.expect("swept");
            for (file, bytes) in [(old, &b"the first"[..]), (new, b"the second"), (both, b"half-way")] {
                assert_eq!(read(&house, file).await, bytes);
            }
            for file in [old, new, both] {
                let withdraw = [domain::library::Act::Trash];
                crate::library::change(&house.firm, &house.tomasz(), &[file], &withdraw)
                    .await
                    .expect("trash");
            }
            house.advance(31 * 24 * 3600);
            sweep::run(&house.firm).await.expect("swept");
            house.work().await.expect("the queue");
            assert_eq!((count(&first), count(elsewhere.path())), (0, 0));
        }
    );

    on_both_engines!(
        a_store_that_is_down_keeps_nothing_in_another_one,
        |mut house| async move {
            let objects = house.folder.path().join("objects");
            let upload = begun(&house, 9).await.expect("begun");
            append(&house, upload, 0, b"the first").await;
            let old = file(&house, upload).await;
            // Its name comes first among all.
            let gone = TempDir::new().expect("a folder").path().join("gone");
            let name = StoreName::parse("az").expect("a name");
            let down = Store::disk(name, Region::parse("uk").expect("a region"), &gone).expect("a store");
            std::fs::remove_dir_all(&gone).expect("removed");
            std::fs::write(&gone, b"no folder").expect("a file in its place");
            let usual = house.firm.stores.all().next().expect("the disk").clone();
            let stores = Stores::new(usual).and(down);
            house.restart(|settings| settings.stores = stores).await;
            let withdraw = [domain::library::Act::Trash];
            crate::library::change(&house.firm, &house.tomasz(), &[old], &withdraw)
                .await
                .expect("trash");
            house.advance(31 * 24 * 3600);
            let lost = house.firm.stores.for_new(house.firm.id).expect("the disk");
            lost.put(house.firm.id.bytes(), "no row".into(), &house.firm.random)
                .await
                .expect("written");
            assert_eq!(sweep::run_with(&house.firm, -3600).await.expect("swept").files, 1);
            house.work().await.expect("the queue");
            assert_eq!(count(&objects), 0, "the file by its job, the orphan by the sweep");
            let refused = sweep::delete(&house.firm, Some("elsewhere"), &[]).await;
            assert!(refused.is_err(), "a store that is not set up is no reason to forget");
        }
    );

    on_both_engines!(
        a_write_to_a_store_of_another_region_is_refused,
        |mut house| async move {
            let elsewhere = TempDir::new().expect("a folder");
            let usual = house.firm.stores.all().next().expect("the disk").clone();
            let begun_before = begun(&house, 4).await.expect("begun");
            let stores = Stores::new(usual)
                .and(second(elsewhere.path(), "eu"))
                .give(HOST, StoreName::parse("second").expect("a name"))
                .reside(HOST, Region::parse("uk").expect("a region"));
            house.restart(|settings| settings.stores = stores.clone()).await;
            let refused = begun(&house, 4).await.expect_err("refused");
            assert!(matches!(refused, Error::Fault(Fault::Region)));
            assert!(matches!(refused.into_problem("r"), domain::Problem::Unavailable { .. }));
            assert_eq!(count(elsewhere.path()), 0);
            // What began in a store of the right region goes on.
            append(&house, begun_before, 0, b"more").await;
            let right = stores.reside(HOST, Region::parse("eu").expect("a region"));
            house.restart(|settings| settings.stores = right).await;
            assert!(begun(&house, 4).await.is_ok());
        }
    );
}
