//! How mail leaves: into a folder (the demo), into memory (tests), or not at all yet.

use crate::error::{Fault, Result};
use domain::Moment;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// A mail, ready to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The sender: name and no-reply address.
    pub from: String,
    /// The address that it goes to.
    pub to: String,
    /// The subject line; it never says what waits.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// When it left.
    pub at: Moment,
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum Courier {
    /// Nothing is set up: jobs wait, sealed.
    None,
    /// One file a letter in a folder that is meant to be read. The demo only, because letters hold live links.
    Folder(PathBuf),
    /// Kept in memory. Tests only.
    Memory(Arc<Mutex<Vec<Letter>>>),
}

impl Courier {
    /// A courier that keeps letters in memory.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// Whether letters go anywhere.
    pub fn carries(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Takes a letter away. `id` is the same when a job runs twice, so the letter is not doubled.
    pub(crate) fn send(&self, id: Uuid, letter: &Letter) -> Result<()> {
        match self {
            Self::None => Err(Fault::Setting("no courier is set up".to_owned()).into()),
            Self::Folder(folder) => {
                let written = (|| {
                    fs::create_dir_all(folder)?;
                    let name = format!("{:015}-{}.json", letter.at.0, id.simple());
                    let temporary = folder.join(format!(".{name}"));
                    fs::write(&temporary, serde_json::to_vec_pretty(letter)?)?;
                    fs::rename(temporary, folder.join(name))
                })();
                written.map_err(|source: io::Error| {
                    Fault::File {
                        doing: "writing to the outbox",
                        source,
                    }
                    .into()
                })
            }
            Self::Memory(letters) => {
                letters
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(letter.clone());
                Ok(())
            }
        }
    }

    /// What left so far, newest first. A courier that hands letters on keeps none.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn letters(&self) -> Result<Vec<Letter>> {
        let mut letters = match self {
            Self::None => Vec::new(),
            Self::Memory(letters) => letters.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Folder(folder) => read(folder).map_err(|source| Fault::File {
                doing: "reading the outbox",
                source,
            })?,
        };
        letters.sort_by_key(|letter| std::cmp::Reverse(letter.at));
        Ok(letters)
    }
}

fn read(folder: &PathBuf) -> io::Result<Vec<Letter>> {
    let entries = match fs::read_dir(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut letters = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let whole = path.extension().is_some_and(|e| e == "json")
            && !path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if whole {
            letters.push(serde_json::from_slice(&fs::read(path)?)?);
        }
    }
    Ok(letters)
}
