//! What lies on this machine: the root key, the data folder, the store.

use super::{Finding, broken, fine, mind, sentence};
use crate::config::{Config, RootSource};
use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use vault::{RootKey, SecureRandom};

const KEY: &str = "Root key";
const DATA: &str = "Data folder";
const STORE: &str = "File store";

pub(super) fn root_key(config: &Config) -> Finding {
    let path = match &config.root {
        RootSource::Environment(value) => {
            return match RootKey::from_env(value) {
                Ok(_) => fine(KEY, "It comes from the environment."),
                Err(fault) => broken(KEY, sentence(&fault)),
            };
        }
        RootSource::Command(command) => {
            return match RootKey::from_command(command) {
                Ok(_) => fine(KEY, "The command prints it."),
                Err(fault) => broken(KEY, sentence(&fault)),
            };
        }
        RootSource::File(path) => path,
    };
    if !path.exists() {
        return mind(
            KEY,
            format!(
                "{} is not there yet: the first start makes it. Keep a copy somewhere else.",
                path.display()
            ),
        );
    }
    match RootKey::load(path) {
        Err(fault) => broken(KEY, sentence(&fault)),
        Ok(_) if lies_in(path, &config.data) || lies_in(path, &config.stores.folder) => mind(
            KEY,
            format!(
                "{} lies in the data folder, so that a copy of the data holds the key to it. Move it out and say where in [keys] file.",
                path.display()
            ),
        ),
        Ok(_) => fine(
            KEY,
            format!(
                "{}, readable by its owner alone, outside the data folder.",
                path.display()
            ),
        ),
    }
}

pub(super) fn data(config: &Config) -> Finding {
    let folder = &config.data;
    let shown = folder.display();
    match fs::metadata(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
            mind(DATA, format!("{shown} is not there yet: the first start makes it."))
        }
        Err(fault) => broken(DATA, format!("{shown} cannot be reached: {fault}.")),
        Ok(about) if !about.is_dir() => broken(DATA, format!("{shown} is not a folder.")),
        Ok(about) => match written(folder) {
            Err(fault) => broken(DATA, format!("{shown} cannot be written to: {fault}.")),
            Ok(()) if about.permissions().mode() & 0o002 != 0 => mind(
                DATA,
                format!("{shown} can be written to, by everybody on this machine: chmod o-w {shown}"),
            ),
            Ok(()) => fine(DATA, format!("{shown} can be written to.")),
        },
    }
}

/// Writes a file, syncs it, and takes it away again.
fn written(folder: &Path) -> io::Result<()> {
    let path = folder.join(".doctor");
    let file = fs::File::create(&path)?;
    let synced = file.sync_all();
    fs::remove_file(&path)?;
    synced
}

/// Writes, reads and deletes a probe in every store.
pub(super) async fn stores(config: &Config) -> Vec<Finding> {
    let folder = &config.stores.folder;
    if !folder.exists() && config.stores.usual == "disk" {
        return vec![mind(
            STORE,
            format!("{} is not there yet: the first start makes it.", folder.display()),
        )];
    }
    let opened = match config.stores.open(&config.data) {
        Ok(stores) => stores,
        Err(fault) => return vec![broken(STORE, sentence(&fault))],
    };
    let mut findings = Vec::new();
    for store in opened.all() {
        let (name, region) = (store.name().as_str(), store.region().as_str());
        let shown = if name == "disk" {
            folder.display().to_string()
        } else {
            format!("{name} in {region}")
        };
        findings.push(match store.probe(&SecureRandom::system()).await {
            Ok(took) => fine(
                STORE,
                format!(
                    "A probe was written to {shown}, read and deleted in {} ms.",
                    took.as_millis()
                ),
            ),
            Err(fault) => broken(STORE, format!("{shown}: {}", sentence(&fault))),
        });
    }
    findings
}

fn lies_in(path: &Path, folder: &Path) -> bool {
    let whole = |path: &Path| -> Option<PathBuf> { path.canonicalize().ok() };
    match (whole(path), whole(folder)) {
        (Some(path), Some(folder)) => path.starts_with(folder),
        _ => false,
    }
}
