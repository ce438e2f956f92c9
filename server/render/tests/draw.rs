//! What each kind of file becomes, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

#[expect(dead_code, reason = "the other suite uses it")]
mod made;

use image::{ImageFormat, RgbImage};
use render::{Drawn, Kind, Limits, Unrenderable, draw, sniff};

const FORMATS: [(Kind, ImageFormat); 4] = [
    (Kind::Png, ImageFormat::Png),
    (Kind::Jpeg, ImageFormat::Jpeg),
    (Kind::Gif, ImageFormat::Gif),
    (Kind::WebP, ImageFormat::WebP),
];

fn drawn(kind: Kind, page: u32, bytes: &[u8]) -> Result<Drawn, Unrenderable> {
    draw(kind, page, bytes, &Limits::default())
}

/// The preview's pixels, after a look at what the answer says of them.
fn seen(drawn: &Drawn) -> RgbImage {
    let image = image::load_from_memory_with_format(&drawn.png, ImageFormat::Png)
        .unwrap()
        .to_rgb8();
    assert_eq!(image.dimensions(), (drawn.width, drawn.height));
    image
}

/// Whether the pixel is the colour, give or take what a photograph's compression loses.
fn is(image: &RgbImage, x: u32, y: u32, colour: [u8; 3]) -> bool {
    image
        .get_pixel(x, y)
        .0
        .iter()
        .zip(colour)
        .all(|(is, should)| is.abs_diff(should) < 60)
}

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255; 3];

#[test]
fn each_page_of_a_pdf_is_drawn() {
    let pdf = made::sheet();
    assert_eq!(sniff(&pdf), Some(Kind::Pdf));
    let text = drawn(Kind::Pdf, 1, &pdf).unwrap();
    assert_eq!((text.width, text.height, text.pages), (1600, 2264, 2));
    let text = seen(&text);
    assert!(is(&text, 0, 0, WHITE));
    let ink = text.pixels().filter(|pixel| pixel.0 == [0; 3]).count();
    assert!((1000..200_000).contains(&ink), "{ink} pixels of ink");

    let red = seen(&drawn(Kind::Pdf, 2, &pdf).unwrap());
    assert!(is(&red, 10, 1000, RED) && is(&red, 1590, 1000, WHITE));

    assert_eq!(drawn(Kind::Pdf, 0, &pdf), Err(Unrenderable::NoSuchPage));
    assert_eq!(drawn(Kind::Pdf, 3, &pdf), Err(Unrenderable::NoSuchPage));
    assert_eq!(drawn(Kind::Pdf, u32::MAX, &pdf), Err(Unrenderable::NoSuchPage));
}

#[test]
fn a_page_of_any_size_fits() {
    let limits = Limits::default();
    for size in [
        "0 0 1000000000 1000000000",
        "0 0 1 14400",
        "0 0 14400 1",
        "0 0 0 0",
        "-9 -9 9 9",
        "9 x",
    ] {
        let drawn = drawn(Kind::Pdf, 2, &made::pdf(size)).unwrap_or_else(|error| panic!("{size}: {error}"));
        assert!(
            drawn.width <= limits.side && drawn.width * drawn.height <= limits.pixels,
            "{size}"
        );
        seen(&drawn);
    }
}

#[test]
fn a_pdf_that_is_closed_or_broken_says_so() {
    assert_eq!(
        drawn(Kind::Pdf, 1, &made::encrypted_pdf()),
        Err(Unrenderable::Encrypted)
    );
    assert_eq!(drawn(Kind::Pdf, 1, b"%PDF-1.7\n"), Err(Unrenderable::Damaged));
    assert_eq!(drawn(Kind::Pdf, 1, b""), Err(Unrenderable::Damaged));
}

#[test]
fn pictures_are_shrunk_to_fit_and_never_blown_up() {
    for (kind, format) in FORMATS {
        let small = made::encoded(40, 30, format);
        assert_eq!(sniff(&small), Some(kind));
        let small = drawn(kind, 1, &small).unwrap();
        assert_eq!((small.width, small.height, small.pages), (40, 30, 1), "{kind}");
        let small = seen(&small);
        assert!(is(&small, 2, 15, RED) && is(&small, 37, 15, BLUE), "{kind}");

        let large = drawn(kind, 1, &made::encoded(2000, 500, format)).unwrap();
        assert_eq!((large.width, large.height), (1600, 400), "{kind}");
        let large = seen(&large);
        assert!(is(&large, 100, 200, RED) && is(&large, 1500, 200, BLUE), "{kind}");
        assert_eq!(
            drawn(kind, 2, &made::encoded(40, 30, format)),
            Err(Unrenderable::NoSuchPage)
        );
    }
}

#[test]
fn a_photograph_of_a_telephone_is_drawn() {
    let heic = made::heic(1700, 200);
    assert_eq!(sniff(&heic), Some(Kind::Heic));
    let drawn = drawn(Kind::Heic, 1, &heic).unwrap();
    assert_eq!((drawn.width, drawn.height, drawn.pages), (1600, 188, 1));
    let image = seen(&drawn);
    assert!(is(&image, 100, 90, RED) && is(&image, 1500, 90, BLUE));
}

#[test]
fn a_photograph_is_turned_as_it_was_held() {
    let drawn = drawn(Kind::Jpeg, 1, &made::turned_jpeg(80, 40, 6)).unwrap();
    assert_eq!((drawn.width, drawn.height), (40, 80));
    let image = seen(&drawn);
    assert!(is(&image, 20, 5, RED) && is(&image, 20, 75, BLUE));
}

#[test]
fn a_flood_of_pixels_is_refused() {
    let flood = Err(Unrenderable::TooLarge);
    assert_eq!(drawn(Kind::Png, 1, &made::png_flood(65_000, 65_000)), flood);
    assert_eq!(drawn(Kind::Jpeg, 1, &made::jpeg_flood(65_000, 65_000)), flood);
    assert_eq!(drawn(Kind::Gif, 1, &made::gif_flood(65_000, 65_000)), flood);
    assert_eq!(drawn(Kind::Heic, 1, &made::heic_flood(65_000, 65_000)), flood);
}

#[test]
fn too_many_bytes_and_text_are_refused() {
    let limits = Limits {
        bytes: 3,
        ..Limits::default()
    };
    assert_eq!(draw(Kind::Png, 1, b"abcd", &limits), Err(Unrenderable::TooLarge));
    assert_eq!(drawn(Kind::Text, 1, b"abcd"), Err(Unrenderable::Unsupported));
}

#[test]
fn files_that_end_early_or_change_on_the_way_are_drawn_to_fit_or_refused() {
    let limits = Limits {
        side: 64,
        ..Limits::default()
    };
    let mut files: Vec<_> = FORMATS
        .iter()
        .map(|(kind, format)| (*kind, made::encoded(40, 30, *format)))
        .collect();
    files.push((Kind::Heic, made::heic(40, 30)));
    files.push((Kind::Pdf, made::sheet()));
    for (kind, bytes) in files {
        let step = (bytes.len() / 300).max(1);
        for end in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[end] ^= 0xff;
            for bytes in [&bytes[..end], &changed] {
                if let Ok(drawn) = draw(kind, 1, bytes, &limits) {
                    assert!(drawn.width <= limits.side, "{kind}, {end}");
                    seen(&drawn);
                }
            }
        }
    }
}
