//! Pictures, shrunk to fit.

use crate::{
    Kind,
    draw::{Drawn, Limits, Unrenderable, png},
};
use heifer::heifer_isobmff::HeifFile;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbaImage};
use std::io::Cursor;

/// Bytes that a decoder of the `image` crate may allocate, the picture itself among them: 512 MiB, the crate's own default,
/// which leaves the rest of the child's address space to the file and the preview.
const ALLOCATED: u64 = 512 << 20;

/// Draws a picture of one of the kinds that browsers show as well.
pub(crate) fn draw(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Drawn, Unrenderable> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Gif => ImageFormat::Gif,
        Kind::WebP => ImageFormat::WebP,
        Kind::Pdf | Kind::Heic | Kind::Text => return Err(Unrenderable::Unsupported),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(ALLOCATED);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if pixels(width, height) > limits.source_pixels || decoder.total_bytes() > ALLOCATED {
        return Err(Unrenderable::TooLarge);
    }
    let orientation = decoder.orientation().map_err(|error| reason(&error))?;
    let mut image = shrink(
        DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?,
        limits,
    );
    image.apply_orientation(orientation);
    finish(&image)
}

/// Draws a telephone's photograph.
pub(crate) fn draw_heic(bytes: &[u8], limits: &Limits) -> Result<Drawn, Unrenderable> {
    // The container declares sizes that the decoder allocates for: those of the picture, of its tiles and of its planes.
    let file = HeifFile::parse(bytes).map_err(|_| Unrenderable::Damaged)?;
    for item in &file.items {
        if let Ok(Some((width, height))) = file.image_size(item.id)
            && pixels(width, height) > limits.source_pixels
        {
            return Err(Unrenderable::TooLarge);
        }
    }
    // One thread: the child may start no other.
    let options = heifer::Options {
        max_threads: 1,
        max_pixels: limits.source_pixels,
    };
    let image = match heifer::decode_srgb_rgba8(bytes, &options) {
        // Colours that it cannot convert are shown as they are coded: a little pale, but shown.
        Err(heifer::Error::Unsupported(_)) => heifer::decode_rgba8(bytes, &options),
        decoded => decoded,
    }
    .map_err(|error| match error {
        heifer::Error::Unsupported(_) => Unrenderable::Unsupported,
        _ => Unrenderable::Damaged,
    })?;
    let pixels = RgbaImage::from_raw(image.width, image.height, image.data).ok_or(Unrenderable::Damaged)?;
    finish(&shrink(pixels.into(), limits))
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

/// Averages neighbours until the picture fits; one that fits already stays as it is.
fn shrink(image: DynamicImage, limits: &Limits) -> DynamicImage {
    let side = limits.side.min(limits.pixels.isqrt()).max(1);
    if image.width() > side || image.height() > side {
        image.thumbnail(side, side)
    } else {
        image
    }
}

fn finish(image: &DynamicImage) -> Result<Drawn, Unrenderable> {
    let (width, height) = (image.width(), image.height());
    if image.color().has_alpha() {
        png(image.to_rgba8().as_raw(), width, height, ExtendedColorType::Rgba8, 1)
    } else {
        png(image.to_rgb8().as_raw(), width, height, ExtendedColorType::Rgb8, 1)
    }
}

fn reason(error: &ImageError) -> Unrenderable {
    match error {
        ImageError::Limits(_) => Unrenderable::TooLarge,
        ImageError::Unsupported(_) => Unrenderable::Unsupported,
        _ => Unrenderable::Damaged,
    }
}
