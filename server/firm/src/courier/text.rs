//! How text messages leave.

use super::{Gateway, Undelivered, folder};
use crate::error::Result;
use domain::Moment;
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// A text message, ready to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The number that it goes to, in E.164: `+447700900042`.
    pub to: String,
    /// What it says.
    pub words: String,
    /// When it left.
    pub at: Moment,
}

/// How text messages leave.
#[derive(Clone, Debug)]
pub enum TextCourier {
    /// Nothing is set up: jobs wait, sealed.
    None,
    /// One file a message in a folder that is meant to be read. The demo only, because messages hold live codes.
    Folder(PathBuf),
    /// Kept in memory. Tests only.
    Memory(Arc<Mutex<Vec<Text>>>),
    /// Handed to a gateway.
    Gateway(Gateway),
}

impl TextCourier {
    /// A courier that keeps messages in memory.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// Whether messages go anywhere.
    pub fn carries(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Takes a message away, and says what the gateway answered. `id` is the same when a job runs twice.
    pub(crate) async fn send(&self, id: Uuid, text: &Text) -> Result<String, Undelivered> {
        match self {
            Self::None => Err(Undelivered::Later("no gateway for text messages is set up".to_owned())),
            Self::Folder(folder) => folder::lay(folder, text.at, id, text),
            Self::Memory(texts) => {
                texts.lock().unwrap_or_else(PoisonError::into_inner).push(text.clone());
                Ok(String::new())
            }
            Self::Gateway(gateway) => gateway.send(text).await,
        }
    }

    /// What left so far, newest first. A courier that hands messages on keeps none.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn texts(&self) -> Result<Vec<Text>> {
        let mut texts = match self {
            Self::None | Self::Gateway(_) => Vec::new(),
            Self::Memory(texts) => texts.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Folder(folder) => folder::all(folder)?,
        };
        // Of those of one moment, the one that left last stands first.
        texts.reverse();
        texts.sort_by_key(|text: &Text| std::cmp::Reverse(text.at));
        Ok(texts)
    }
}
