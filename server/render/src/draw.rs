//! From the bytes of a file to a PNG.

use crate::{Kind, pdf, picture};
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use std::str::FromStr;

/// How much a file may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels that a picture may declare to have, width times height, before anything is allocated for it.
    pub source_pixels: u64,
    /// Pixels of the preview, width times height.
    pub pixels: u32,
    /// Pixels of the preview's width and, for a picture, of its height. A page may be higher: up to `pixels / side`, which
    /// is far more than a sheet's proportions need.
    pub side: u32,
}

impl Default for Limits {
    /// 64 MiB of a file, 100 million declared pixels, which is twice a telephone's largest photograph of 48 million, and a
    /// preview of 16 million pixels at most that is 1,600 wide: a sheet of A4 at 194 dots an inch.
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            source_pixels: 100_000_000,
            pixels: 16_000_000,
            side: 1600,
        }
    }
}

/// A preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The preview as a PNG of 8 bits a channel, without metadata.
    pub png: Vec<u8>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// How many pages the file has: 1 for a picture.
    pub pages: u32,
}

/// Why a file has no preview. It says nothing of the file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unrenderable {
    /// It opens with a password only, or is encrypted in a way that is not known here.
    #[error("the file is encrypted")]
    Encrypted,
    /// It has, or declares, more bytes or pixels than the limits allow.
    #[error("the file is too large")]
    TooLarge,
    /// It breaks its format's rules, or ends too early.
    #[error("the file is damaged")]
    Damaged,
    /// It has no page of this number.
    #[error("the file has no such page")]
    NoSuchPage,
    /// Its kind is not drawn, or it uses a part of its format that is not known here.
    #[error("the file cannot be drawn")]
    Unsupported,
}

impl Unrenderable {
    const ALL: [Self; 5] = [
        Self::Encrypted,
        Self::TooLarge,
        Self::Damaged,
        Self::NoSuchPage,
        Self::Unsupported,
    ];

    /// The reason as a word, as it stands in the child's header line and may stand in a database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::TooLarge => "large",
            Self::Damaged => "damaged",
            Self::NoSuchPage => "page",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Reads what [`Unrenderable::as_str`] says.
impl FromStr for Unrenderable {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).ok_or(())
    }
}

/// Draws page `page` of a file, counted from 1; a picture has page 1 alone.
///
/// The decoders are other people's. Declared sizes are held against `limits` before they start, but how long they work and
/// how much they allocate on the way is not bounded here, and a hostile file may make them panic. The limits of a process
/// bound that: a server calls [`crate::run`], never this.
///
/// # Errors
/// [`Unrenderable`] when there is no preview.
pub fn draw(kind: Kind, page: u32, bytes: &[u8], limits: &Limits) -> Result<Drawn, Unrenderable> {
    if bytes.len() > limits.bytes {
        return Err(Unrenderable::TooLarge);
    }
    match kind {
        Kind::Pdf => return pdf::draw(page, bytes, limits),
        Kind::Text => return Err(Unrenderable::Unsupported),
        _ if page != 1 => return Err(Unrenderable::NoSuchPage),
        _ => {}
    }
    match kind {
        Kind::Heic => picture::draw_heic(bytes, limits),
        _ => picture::draw(kind, bytes, limits),
    }
}

/// Wraps pixels, row by row from the top, as a PNG.
pub(crate) fn png(
    pixels: &[u8],
    width: u32,
    height: u32,
    colour: ExtendedColorType,
    pages: u32,
) -> Result<Drawn, Unrenderable> {
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive)
        .write_image(pixels, width, height, colour)
        .map_err(|_| Unrenderable::Damaged)?;
    Ok(Drawn {
        png,
        width,
        height,
        pages,
    })
}
