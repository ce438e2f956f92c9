//! A folder that is meant to be read, one file a piece of post.

use super::Undelivered;
use crate::error::Fault;
use domain::Moment;
use serde::{Serialize, de::DeserializeOwned};
use std::{fs, io, path::Path};
use uuid::Uuid;

/// Lays a piece of post into the folder. A reader never meets half a file.
pub(super) fn lay<T: Serialize>(folder: &Path, at: Moment, id: Uuid, piece: &T) -> Result<String, Undelivered> {
    let written: io::Result<()> = (|| {
        fs::create_dir_all(folder)?;
        let name = format!("{:015}-{}.json", at.0, id.simple());
        let temporary = folder.join(format!(".{name}"));
        fs::write(&temporary, serde_json::to_vec_pretty(piece)?)?;
        fs::rename(temporary, folder.join(name))
    })();
    match written {
        Ok(()) => Ok(String::new()),
        Err(fault) => Err(Undelivered::Later(format!("the outbox cannot be written to: {fault}"))),
    }
}

/// Everything that lies in the folder; nothing, where there is none yet.
pub(super) fn all<T: DeserializeOwned>(folder: &Path) -> Result<Vec<T>, Fault> {
    read(folder).map_err(|source| Fault::File {
        doing: "reading the outbox",
        source,
    })
}

fn read<T: DeserializeOwned>(folder: &Path) -> io::Result<Vec<T>> {
    let entries = match fs::read_dir(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut pieces = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let whole = path.extension().is_some_and(|e| e == "json")
            && !path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if whole {
            pieces.push(serde_json::from_slice(&fs::read(path)?)?);
        }
    }
    Ok(pieces)
}
