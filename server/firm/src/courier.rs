//! How mail leaves: by SMTP, into a folder (the demo), into memory (tests), or not at all yet. Text messages:
//! [`TextCourier`].

mod folder;
mod gateway;
mod smtp;
mod text;

pub use gateway::{Gateway, GatewaySettings};
pub use smtp::{Security, Smtp, SmtpSettings};
pub use text::{Text, TextCourier};

use crate::error::Result;
use domain::Moment;
use serde::{Deserialize, Serialize};
use std::{
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

/// Why a letter or text message is still here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Another try may succeed: nobody was reached, or whoever was reached asked us to come again.
    #[error("{0}")]
    Later(String),
    /// It was refused for good, in these words.
    #[error("{0}")]
    Never(String),
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
    /// Handed to a mail server.
    Smtp(Smtp),
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

    /// Takes a letter away, and says what the server answered. `id` is the same when a job runs twice, so the letter is not
    /// doubled.
    pub(crate) async fn send(&self, id: Uuid, letter: &Letter) -> Result<String, Undelivered> {
        match self {
            Self::None => Err(Undelivered::Later("no mail server is set up".to_owned())),
            Self::Folder(folder) => folder::lay(folder, letter.at, id, letter),
            Self::Memory(letters) => {
                letters
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(letter.clone());
                Ok(String::new())
            }
            Self::Smtp(smtp) => smtp.send(id, letter).await,
        }
    }

    /// What left so far, newest first. A courier that hands letters on keeps none.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn letters(&self) -> Result<Vec<Letter>> {
        let mut letters = match self {
            Self::None | Self::Smtp(_) => Vec::new(),
            Self::Memory(letters) => letters.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Folder(folder) => folder::all(folder)?,
        };
        // Of those of one moment, the one that left last stands first.
        letters.reverse();
        letters.sort_by_key(|letter: &Letter| std::cmp::Reverse(letter.at));
        Ok(letters)
    }
}
