//! Files, made by the tests that read them.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

use flate2::{Compress, Compression, FlushCompress};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A PDF of these objects, numbered from 1, of which the first is the catalogue; `trailer` is added to the trailer.
pub fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    let count = objects.len() + 1;
    file.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer\n<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n").bytes());
    file
}

/// A stream object of these bytes.
pub fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<</Length {}{dictionary}>>stream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}

/// Two pages of this size in points, as `MediaBox` says it: one with a line of text, one with a red rectangle.
fn pages(media_box: &str) -> Vec<Vec<u8>> {
    let page = |contents: u32| {
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[{media_box}]/Contents {contents} 0 R/Resources<</Font<</F 7 0 R>>>>>>"
        )
        .into_bytes()
    };
    vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>".to_vec(),
        page(5),
        page(6),
        stream("", b"BT /F 48 Tf 72 700 Td (Gatehouse) Tj ET"),
        stream("", b"1 0 0 rg 0 0 300 842 re f"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ]
}

pub fn pdf(media_box: &str) -> Vec<u8> {
    pdf_of(&pages(media_box), "")
}

/// A4.
pub fn sheet() -> Vec<u8> {
    pdf("0 0 595 842")
}

/// A PDF that a password closes: the standard handler's entries hold nothing that fits the empty password.
pub fn encrypted_pdf() -> Vec<u8> {
    let hex = "5a".repeat(32);
    let trailer = format!(
        "/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]\
         /Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<{hex}>/U<{hex}>>>"
    );
    pdf_of(&pages("0 0 595 842"), &trailer)
}

/// A PDF whose table of objects says of itself that it goes on where it begins.
pub fn looping_pdf() -> Vec<u8> {
    let plain = sheet();
    let mark = b"startxref\n";
    let start = plain.windows(mark.len()).position(|bytes| bytes == mark).unwrap() + mark.len();
    let place = String::from_utf8(plain[start..].iter().copied().take_while(u8::is_ascii_digit).collect()).unwrap();
    pdf_of(&pages("0 0 595 842"), &format!("/Prev {place}"))
}

/// A PDF of about 10 MB whose first page's content is 10 GiB of blanks, once decompressed.
pub fn bomb() -> Vec<u8> {
    // After a full flush nothing refers back, so the same piece may follow again and again.
    let mut piece = Vec::with_capacity(1 << 16);
    let mut compress = Compress::new(Compression::best(), false);
    compress
        .compress_vec(&vec![b' '; 1 << 20], &mut piece, FlushCompress::Full)
        .unwrap();
    let mut content = b"\x78\xda".to_vec();
    for _ in 0..10 << 10 {
        content.extend(&piece);
    }
    // The last piece is empty. Its sum is wrong, which nobody notices who has not decompressed the rest.
    content.extend(b"\x03\x00\0\0\0\0");
    let mut objects = pages("0 0 595 842");
    objects[4] = stream("/Filter/FlateDecode", &content);
    pdf_of(&objects, "")
}

/// Red on the left, blue on the right.
pub fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        }
    })
}

pub fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture(width, height))
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

pub fn heic(width: u32, height: u32) -> Vec<u8> {
    heifer::encode_rgb8(
        width,
        height,
        &picture(width, height),
        &heifer::EncodeOptions::default(),
    )
    .unwrap()
}

/// A PNG that says it is so large, and has next to no pixels.
pub fn png_flood(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(8, 8, ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&png[12..29]);
    png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    png
}

/// A JPEG that says it is so large.
pub fn jpeg_flood(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = encoded(8, 8, ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|mark| mark == b"\xff\xc0").unwrap();
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A GIF that says it is so large, screen and frame.
pub fn gif_flood(width: u16, height: u16) -> Vec<u8> {
    let mut gif = encoded(8, 8, ImageFormat::Gif);
    let frame = gif
        .windows(9)
        .position(|bytes| bytes == b"\x2c\0\0\0\0\x08\0\x08\0")
        .unwrap();
    for place in [6, frame + 5] {
        gif[place..place + 2].copy_from_slice(&width.to_le_bytes());
        gif[place + 2..place + 4].copy_from_slice(&height.to_le_bytes());
    }
    gif
}

/// A HEIC whose container says it is so large.
pub fn heic_flood(width: u32, height: u32) -> Vec<u8> {
    let mut heic = heic(64, 64);
    let mut from = 0;
    while let Some(found) = heic[from..].windows(4).position(|bytes| bytes == b"ispe") {
        let place = from + found + 8;
        heic[place..place + 4].copy_from_slice(&width.to_be_bytes());
        heic[place + 4..place + 8].copy_from_slice(&height.to_be_bytes());
        from = place;
    }
    heic
}

/// The picture as a JPEG that says by EXIF how it is to be turned (TIFF tag 0x0112).
pub fn turned_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let plain = encoded(width, height, ImageFormat::Jpeg);
    let mut jpeg = plain[..2].to_vec();
    jpeg.extend(b"\xff\xe1");
    jpeg.extend(u16::try_from(tiff.len() + 2).unwrap().to_be_bytes());
    jpeg.extend(tiff);
    jpeg.extend(&plain[2..]);
    jpeg
}
