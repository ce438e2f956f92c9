//! Looking at a file in the browser, without a download.
//!
//! Pictures and pages of a PDF are drawn by a child process (crate `render`) and come back as PNG; text and tables are read
//! here. What a file is its bytes say, never its name. Nothing that is derived from a file rests on a disk: the last few
//! pages are kept in memory, so that the page around a picture knows its size and how many there are.

mod kept;

use crate::{
    Actor, Firm,
    error::{Error, Fault, Result},
    files::{self, Content},
};
use domain::FileId;
use futures::TryStreamExt as _;
use kept::{Kept, Place};
use render::{Child, Drawn, Failed, Kind, Limits, SNIFFED, Unrenderable};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// Children that draw at once. Each may take a core and as much memory as its limit allows.
const CHILDREN: usize = 2;
/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(20);
/// Bytes of a text that are shown: 256 KiB.
const TEXT: u64 = 256 * 1024;

/// Draws the pages of files. Cheap to clone; all firms of a process share one.
#[derive(Clone)]
pub struct Renderer(Arc<Inner>);

struct Inner {
    child: Child,
    turns: Semaphore,
    kept: Mutex<Kept>,
}

impl Renderer {
    /// `program` is this program: see [`Child::new`].
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            child: Child::new(program),
            turns: Semaphore::new(CHILDREN),
            kept: Mutex::default(),
        }))
    }

    fn kept(&self, place: &Place) -> Option<Outcome> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner).get(place)
    }
}

/// What came of drawing a page.
pub(crate) type Outcome = std::result::Result<Arc<Drawn>, Why>;

/// Why there is nothing to look at but a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Files of its kind are not shown.
    Kind,
    /// It opens with a password only.
    Encrypted,
    /// It has too many bytes or pixels.
    TooLarge,
    /// It breaks its format's rules.
    Damaged,
    /// It has no page of this number.
    NoSuchPage,
    /// The child that draws gave up or was stopped.
    Failed,
    /// Too many others wait to see a file at this moment.
    Busy,
}

/// What a reader sees of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// One page as a picture.
    Picture {
        /// Which, from 1.
        page: u32,
        /// How many the file has.
        pages: u32,
        /// The picture's width in pixels.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// A text, or its beginning.
    Text {
        /// What stands in it.
        text: String,
        /// Whether there is more.
        cut: bool,
    },
    /// A table, or its beginning.
    Table {
        /// Its rows, which may differ in length.
        rows: Vec<Vec<String>>,
        /// Whether there is more.
        cut: bool,
    },
    /// Nothing, and why.
    Nothing(Why),
}

/// Looks at page `page` of a file, from 1, and notes that the reader saw it. It may take as long as a child may
/// ([`render::PATIENCE`]), but not a second time.
///
/// # Errors
/// `NotFound` for a file that is not the actor's; its stored bytes do not open.
pub async fn look(firm: &Arc<Firm>, actor: &Actor, id: FileId, page: u32) -> Result<Shown> {
    let content = files::about(firm, actor, id).await?;
    let first = bytes(&content, SNIFFED as u64).await?;
    let shown = match render::sniff(&first) {
        None => Shown::Nothing(Why::Kind),
        Some(Kind::Text) if page != 1 => Shown::Nothing(Why::NoSuchPage),
        Some(Kind::Text) => text(&content).await?,
        Some(kind) => match drawn(firm, id, &content, kind, page).await? {
            Ok(drawn) => Shown::Picture {
                page,
                pages: drawn.pages,
                width: drawn.width,
                height: drawn.height,
            },
            Err(why) => Shown::Nothing(why),
        },
    };
    if !matches!(shown, Shown::Nothing(_)) {
        files::note_view(firm, actor, id).await?;
    }
    Ok(shown)
}

/// The picture of a page, with the digest of the file that it shows.
///
/// # Errors
/// As [`look`]; `NotFound` where there is no such picture.
pub async fn picture(firm: &Arc<Firm>, actor: &Actor, id: FileId, page: u32) -> Result<(Arc<Drawn>, [u8; 32])> {
    let content = files::about(firm, actor, id).await?;
    let first = bytes(&content, SNIFFED as u64).await?;
    let kind = render::sniff(&first)
        .filter(|kind| kind.is_drawn())
        .ok_or_else(Error::not_found)?;
    let drawn = drawn(firm, id, &content, kind, page).await?;
    let drawn = drawn.map_err(|_| Error::not_found())?;
    files::note_view(firm, actor, id).await?;
    Ok((drawn, content.sha256))
}

async fn drawn(firm: &Arc<Firm>, file: FileId, content: &Content, kind: Kind, page: u32) -> Result<Outcome> {
    let Some(renderer) = &firm.renderer else {
        return Ok(Err(Why::Kind));
    };
    if content.size > Limits::default().bytes as u64 {
        return Ok(Err(Why::TooLarge));
    }
    let place = Place {
        file,
        sha256: content.sha256,
        page,
    };
    if let Some(outcome) = renderer.kept(&place) {
        return Ok(outcome);
    }
    let Ok(Ok(turn)) = timeout(TURN, renderer.0.turns.acquire()).await else {
        return Ok(Err(Why::Busy));
    };
    // Whoever had the turn before may have drawn the same page.
    if let Some(outcome) = renderer.kept(&place) {
        return Ok(outcome);
    }
    let pieces = content.open(0..content.size).await?;
    let outcome = match renderer.0.child.draw(kind, page, pieces).await {
        Ok(drawn) => Ok(Arc::new(drawn)),
        Err(Failed::Refused(reason)) => Err(match reason {
            Unrenderable::Encrypted => Why::Encrypted,
            Unrenderable::TooLarge => Why::TooLarge,
            Unrenderable::Damaged => Why::Damaged,
            Unrenderable::NoSuchPage => Why::NoSuchPage,
            Unrenderable::Unsupported => Why::Kind,
        }),
        // Logged where the bytes did not open.
        Err(Failed::Source) => return Err(Fault::Inconsistent("a stored file does not open").into()),
        Err(failed) => {
            tracing::warn!(%file, error = &failed as &dyn std::error::Error, "a page was not drawn");
            Err(Why::Failed)
        }
    };
    drop(turn);
    let mut kept = renderer.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.put(place, outcome.clone());
    Ok(outcome)
}

async fn text(content: &Content) -> Result<Shown> {
    let all = bytes(content, TEXT).await?;
    let cut = content.size > TEXT;
    let text = String::from_utf8_lossy(&all);
    // The cut may have gone through a character.
    let text = if cut { text.trim_end_matches('\u{fffd}') } else { &text };
    if is_table(&content.name)
        && let Some(table) = render::table(text)
    {
        return Ok(Shown::Table {
            cut: cut || table.cut,
            rows: table.rows,
        });
    }
    Ok(Shown::Text {
        text: text.to_owned(),
        cut,
    })
}

/// Prose has commas, too, so a text is a table only where its name says so.
fn is_table(name: &str) -> bool {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("csv" | "tsv" | "tab"))
}

/// The first bytes of a file.
async fn bytes(content: &Content, most: u64) -> Result<Vec<u8>> {
    let pieces = content.open(0..content.size.min(most)).await?;
    let read = pieces.try_fold(Vec::new(), |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    // What failed is logged where it did.
    read.await
        .map_err(|_| Fault::Inconsistent("a stored file does not open").into())
}
