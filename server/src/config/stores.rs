//! Where files rest: a folder, an S3 server, Azure; and which of them for whom.

use super::Refusal;
use firm::stores::Stores;
use std::path::{Path, PathBuf};
use vault::{
    Region, Store, StoreFault, StoreName,
    blob::{Bucket, Container},
};

/// The names under which rows remember a store.
pub const NAMES: [&str; 3] = ["disk", "s3", "azure"];

/// `[stores]`, `[s3]` and `[azure]`.
#[derive(Clone, Default)]
pub struct StoreSettings {
    /// The folder of objects on this machine.
    pub folder: PathBuf,
    /// Its region.
    pub region: String,
    /// Where new files go, one of [`NAMES`].
    pub usual: String,
    /// `host=store`
    pub firms: Vec<(String, String)>,
    /// `host=region`
    pub residency: Vec<(String, String)>,
    /// The bucket, and its region.
    pub s3: Option<(Bucket, String)>,
    /// The container, and its region.
    pub azure: Option<(Container, String)>,
}

impl StoreSettings {
    /// The bucket, to be filled in key by key.
    pub fn bucket(&mut self) -> &mut (Bucket, String) {
        self.s3.get_or_insert_with(|| {
            let bucket = Bucket {
                endpoint: "https://s3.amazonaws.com".to_owned(),
                bucket: String::new(),
                signed_region: "us-east-1".to_owned(),
                prefix: String::new(),
                key_id: String::new(),
                secret: String::new(),
            };
            (bucket, String::new())
        })
    }

    /// The container, to be filled in key by key.
    pub fn container(&mut self) -> &mut (Container, String) {
        self.azure.get_or_insert_with(|| {
            let container = Container {
                endpoint: String::new(),
                container: String::new(),
                prefix: String::new(),
                account: String::new(),
                key: String::new(),
            };
            (container, String::new())
        })
    }

    /// Whether everything that is needed was said.
    ///
    /// # Errors
    /// A sentence that names what is missing.
    pub fn check(&self) -> Result<(), Refusal> {
        if let Some((bucket, region)) = &self.s3 {
            for (key, value) in [
                ("bucket", &bucket.bucket),
                ("region", region),
                ("key-id", &bucket.key_id),
                ("secret (in the environment as GATEHOUSE_S3_SECRET)", &bucket.secret),
            ] {
                needed("s3", key, value)?;
            }
        }
        if let Some((container, region)) = &self.azure {
            for (key, value) in [
                ("endpoint", &container.endpoint),
                ("container", &container.container),
                ("region", region),
                ("account", &container.account),
                ("key (in the environment as GATEHOUSE_AZURE_KEY)", &container.key),
            ] {
                needed("azure", key, value)?;
            }
        }
        for name in std::iter::once(&self.usual).chain(self.firms.iter().map(|(_, name)| name)) {
            let there = match name.as_str() {
                "s3" => self.s3.is_some(),
                "azure" => self.azure.is_some(),
                _ => true,
            };
            if !there {
                return Err(Refusal::Pair(format!(
                    "[stores] sends files to {name}, and the table [{name}] is missing."
                )));
            }
        }
        Ok(())
    }

    /// Opens them. Objects on their way to another machine wait in a folder beside `data`.
    ///
    /// # Errors
    /// A folder cannot be made, or a setting does not fit its store.
    pub fn open(&self, data: &Path) -> Result<Stores, StoreFault> {
        let spool = data.join("waiting");
        let mut all = vec![Store::disk(name("disk"), region(&self.region), &self.folder)?];
        if let Some((bucket, place)) = &self.s3 {
            all.push(Store::s3(name("s3"), region(place), bucket, &spool)?);
        }
        if let Some((container, place)) = &self.azure {
            all.push(Store::azure(name("azure"), region(place), container, &spool)?);
        }
        let at = all
            .iter()
            .position(|store| store.name().as_str() == self.usual)
            .unwrap_or_default();
        let usual = all.swap_remove(at);
        let mut stores = all.into_iter().fold(Stores::new(usual), Stores::and);
        for (host, store) in &self.firms {
            stores = stores.give(host, name(store));
        }
        for (host, place) in &self.residency {
            stores = stores.reside(host, region(place));
        }
        Ok(stores)
    }
}

fn needed(table: &str, key: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() {
        return Err(Refusal::Pair(format!("[{table}] {key} is missing.")));
    }
    Ok(())
}

/// `host=word` of each, where both fit.
pub fn pairs(words: &[String], fits: impl Fn(&str) -> bool) -> Option<Vec<(String, String)>> {
    words
        .iter()
        .map(|word| {
            let (host, value) = word.split_once('=')?;
            let (host, value) = (host.trim(), value.trim());
            (!host.is_empty() && fits(value)).then(|| (host.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Whether a word can be a region.
pub fn is_region(word: &str) -> bool {
    Region::parse(word).is_ok()
}

fn name(word: &str) -> StoreName {
    match StoreName::parse(word) {
        Ok(name) => name,
        Err(_) => unreachable!("only names of ours get here"),
    }
}

fn region(word: &str) -> Region {
    match Region::parse(word) {
        Ok(region) => region,
        Err(_) => unreachable!("a setting is checked where it is read"),
    }
}
