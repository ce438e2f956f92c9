//! Every file of a firm, from root key, registry and store alone: what is left to do when a firm's database is lost.
//!
//! Each version has a key object in the store, which opens under its client's key and names the manifest, which lists the
//! parts and the digest. Nothing of this asks the firm's database. Names of clients are in that database alone, so the folders
//! bear the clients' ids.

use super::{Registry, keys};
use crate::{
    error::{Error, Fault, Result},
    files::hex,
    stores::Stores,
};
use domain::{ClientId, FirmId};
use entity::registry::{client_key, hostname};
use futures::TryStreamExt;
use sea_orm::EntityTrait;
use std::path::{Path, PathBuf};
use tokio::{fs, io::AsyncWriteExt};
use vault::{
    FileKey, Key, KeyObject, Label, Manifest, MessageContext, ObjectName, PartReader, ReceiptDigest, SealedPart, Store,
    key_object::{KEY_OBJECT, KeyPlace},
    part::MANIFEST_BYTES,
};

/// What was recovered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Versions of files that are there again, each equal to its SHA-256.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Key objects that did not lead to a whole file: their names, and why.
    pub lost: Vec<(String, String)>,
}

impl Registry {
    /// Writes every version of every file of a firm into a folder, which must not hold anything yet, with a list of them in
    /// `files.csv`. Each is compared with its receipt.
    ///
    /// What the firm let go of and the store still holds comes back too, such as uploads that no message took along.
    ///
    /// # Errors
    /// No firm answers at the host, its key was destroyed, the store cannot be listed, or the folder cannot be written. A file
    /// that does not open is no error; it is in [`Recovered::lost`].
    pub async fn recover(&self, host: &str, into: &Path) -> Result<Recovered> {
        let registry = self.0.pools.read();
        let row = hostname::Entity::find_by_id(host)
            .one(registry)
            .await?
            .ok_or_else(Error::not_found)?;
        let firm = FirmId::from(row.firm);
        let firm_key = keys::firm_key(&self.0.settings, registry, firm).await?;
        let mut listed = Vec::new();
        for store in self.0.settings.stores.all() {
            let mut objects = store.list(firm.bytes()).await?;
            while let Some(object) = objects.try_next().await? {
                if object.len == KEY_OBJECT as u64 {
                    listed.push((object.name, store));
                }
            }
        }
        listed.sort_unstable_by_key(|(name, _)| *name);
        empty(into).await?;
        let mut list = String::from("path,bytes,sha256\r\n");
        let mut recovered = Recovered::default();
        for (name, store) in listed {
            // A part of a file can be as long by chance. It bears no label of a key object.
            let Ok(key_object) = KeyObject::parse(&store.get(&name, KEY_OBJECT as u64).await?) else {
                continue;
            };
            match self.recover_one(store, firm, &firm_key, &key_object, into).await {
                Ok((path, manifest)) => {
                    recovered.files += 1;
                    recovered.bytes += manifest.total;
                    list.push_str(&row_of(&path, &manifest));
                }
                Err(error) => recovered.lost.push((hex(&name.id()), error.to_string())),
            }
        }
        let path = into.join("files.csv");
        fs::write(&path, list).await.map_err(writing)?;
        Ok(recovered)
    }

    async fn recover_one(
        &self,
        store: &Store,
        firm: FirmId,
        firm_key: &Key,
        key_object: &KeyObject,
        into: &Path,
    ) -> Result<(PathBuf, Manifest)> {
        let place = key_object.place;
        if place.firm != firm.bytes() {
            return Err(Fault::Inconsistent("a key object of another firm").into());
        }
        let client = ClientId::from(uuid::Uuid::from_bytes(place.client));
        let version = i32::try_from(place.client_key_version).map_err(|_| Error::not_found())?;
        let row = client_key::Entity::find_by_id((client.uuid(), version))
            .one(self.0.pools.read())
            .await?
            .ok_or(Fault::Inconsistent("a file of a client without a key"))?;
        let wrapped = row
            .wrapped
            .ok_or(Fault::Inconsistent("this client's key was destroyed"))?;
        let client_key = firm_key.unwrap(&wrapped, &super::link::place(firm, client, version))?;
        let key = key_object.open(&client_key)?;
        let sealed = store
            .get(&ObjectName::new(place.firm, place.manifest), 2 * MANIFEST_BYTES)
            .await?;
        let manifest = Manifest::open(&sealed, &key, place.firm, place.file, place.version)?;
        let path = write(
            &self.0.settings.stores,
            place,
            &key,
            &manifest,
            &into.join(client.to_string()),
        )
        .await?;
        let path = path.strip_prefix(into).unwrap_or(&path).to_owned();
        Ok((path, manifest))
    }
}

/// Writes one version under its name, or a name beside it, and compares it with its digest.
async fn write(stores: &Stores, place: KeyPlace, key: &FileKey, manifest: &Manifest, folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder).await.map_err(writing)?;
    let partial = folder.join(format!("{}.partial", hex(&place.file)));
    let mut file = fs::File::create(&partial).await.map_err(writing)?;
    let mut digest = ReceiptDigest::new();
    for part in &manifest.parts {
        let context = MessageContext {
            label: Label::Part,
            firm: place.firm,
            file: place.file,
            version: place.version,
            number: part.number,
        };
        let sealed = SealedPart {
            store: part.store.clone(),
            object: ObjectName::new(place.firm, part.object),
            plain_len: u64::from(part.len),
            salt: part.salt,
            commitment: part.commitment,
        };
        let mut plain = PartReader::open(stores.named(&sealed.store)?, &sealed, key, &context)
            .await?
            .read(0..u64::MAX);
        while let Some(bytes) = plain.try_next().await? {
            digest.update(&bytes);
            file.write_all(&bytes).await.map_err(writing)?;
        }
    }
    file.sync_all().await.map_err(writing)?;
    if digest.finish() != manifest.digest {
        return Err(Fault::Inconsistent("the bytes have another digest than the manifest says").into());
    }
    let path = free(folder, &manifest.name, place.version);
    fs::rename(&partial, &path).await.map_err(writing)?;
    Ok(path)
}

/// `Statement.pdf`, `Statement (version 2).pdf`, and a number where that is taken.
fn free(folder: &Path, name: &str, version: u32) -> PathBuf {
    // The name was cleaned when the file came; it is looked at again, because the manifest is all that is known of it.
    let name = domain::file::name(name).unwrap_or_else(|_| "file".to_owned());
    let (stem, end) = match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() => (stem, format!(".{end}")),
        _ => (name.as_str(), String::new()),
    };
    let of_version = if version > 1 {
        format!(" (version {version})")
    } else {
        String::new()
    };
    let numbered = (2..).map(|number| format!("{stem}{of_version} ({number}){end}"));
    std::iter::once(format!("{stem}{of_version}{end}"))
        .chain(numbered)
        .map(|name| folder.join(name))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(&name))
}

fn row_of(path: &Path, manifest: &Manifest) -> String {
    // Quoted, with quotation marks doubled (RFC 4180 section 2). It begins with a client's id, so no cell is a formula.
    let path = path.to_string_lossy().replace('"', "\"\"");
    format!("\"{path}\",{},{}\r\n", manifest.total, hex(&manifest.digest))
}

async fn empty(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).await.map_err(writing)?;
    let mut there = fs::read_dir(folder).await.map_err(writing)?;
    match there.next_entry().await.map_err(writing)? {
        None => Ok(()),
        Some(_) => Err(Fault::Setting(format!("{} is not empty", folder.display())).into()),
    }
}

fn writing(source: std::io::Error) -> Error {
    Fault::File {
        doing: "writing what was recovered",
        source,
    }
    .into()
}
