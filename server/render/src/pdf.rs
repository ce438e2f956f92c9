//! Pages of a PDF.

use crate::draw::{Drawn, Limits, Unrenderable, png};
use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf},
    render,
    vello_cpu::{color::palette::css::WHITE, peniko::ImageAlphaType},
};
use image::ExtendedColorType;

/// Pixels a point at most, so that a page of a stamp's size is not blown up: 288 dots an inch.
const DENSEST: f32 = 4.0;

pub(crate) fn draw(page: u32, bytes: &[u8], limits: &Limits) -> Result<Drawn, Unrenderable> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            Unrenderable::Encrypted
        }
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Unrenderable::Damaged,
    })?;
    let pages = pdf.pages();
    let count = u32::try_from(pages.len()).map_err(|_| Unrenderable::TooLarge)?;
    if count == 0 {
        return Err(Unrenderable::Damaged);
    }
    let index = page.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let page = index
        .and_then(|index| pages.get(index))
        .ok_or(Unrenderable::NoSuchPage)?;

    let (width, height) = page.render_dimensions();
    let (across, down) = size(width, height, limits).ok_or(Unrenderable::Damaged)?;
    // The renderer rounds down.
    let scale = |pixels: u16, points: f32| (f32::from(pixels) + 0.1) / points;
    let pixmap = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale(across, width),
            y_scale: scale(down, height),
            bg_color: WHITE,
        },
    );
    let (across, down) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let mut pixels = pixmap.take_rgba8(ImageAlphaType::Alpha);
    // On white nothing is transparent; and most pages are black on it, which takes a third.
    if pixels
        .chunks_exact(4)
        .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
    {
        keep(&mut pixels, 1);
        png(&pixels, across, down, ExtendedColorType::L8, count)
    } else {
        keep(&mut pixels, 3);
        png(&pixels, across, down, ExtendedColorType::Rgb8, count)
    }
}

/// The preview's width and height in pixels of a page of so many points: each at least 1.
fn size(width: f32, height: f32, limits: &Limits) -> Option<(u16, u16)> {
    if !(width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0) {
        return None;
    }
    // A renderer's side is 16 bits.
    let side = limits.side.min(u32::from(u16::MAX));
    let highest = (limits.pixels / side.max(1)).min(u32::from(u16::MAX));
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = f64::from(DENSEST)
        .min(f64::from(side) / width)
        .min(f64::from(highest) / height);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are between 1 and 65,535"
    )]
    let pixels = |points: f64| (points * scale).round().clamp(1.0, f64::from(u16::MAX)) as u16;
    Some((pixels(width), pixels(height)))
}

/// Keeps the first `channels` of each pixel's four bytes, in place.
fn keep(pixels: &mut Vec<u8>, channels: usize) {
    let count = pixels.len() / 4;
    for pixel in 0..count {
        pixels.copy_within(pixel * 4..pixel * 4 + channels, pixel * channels);
    }
    pixels.truncate(count * channels);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_wide_as_allowed_and_never_larger() {
        let limits = Limits::default();
        assert_eq!(size(595.0, 842.0, &limits), Some((1600, 2264)));
        assert_eq!(size(100.0, 50.0, &limits), Some((400, 200)));
        for (width, height) in [
            (1e9, 1e9),
            (1e-9, 1e9),
            (1e9, 1e-9),
            (3.0, 14400.0),
            (f32::MAX, f32::MIN_POSITIVE),
        ] {
            let (across, down) = size(width, height, &limits).unwrap();
            assert!(across >= 1 && down >= 1 && u32::from(across) <= limits.side);
            assert!(u32::from(across) * u32::from(down) <= limits.pixels);
        }
        assert_eq!(size(f32::INFINITY, 1.0, &limits), None);
        assert_eq!(size(f32::NAN, 1.0, &limits), None);
    }

    #[test]
    fn channels_go() {
        let pixels = vec![1, 2, 3, 255, 4, 5, 6, 255];
        let kept = |channels| {
            let mut pixels = pixels.clone();
            keep(&mut pixels, channels);
            pixels
        };
        assert_eq!(kept(3), [1, 2, 3, 4, 5, 6]);
        assert_eq!(kept(1), [1, 4]);
    }
}
