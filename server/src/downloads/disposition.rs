//! `Content-Disposition` for any file name (RFC 6266): a plain name for old clients, and the true one in UTF-8 as
//! RFC 8187 writes it. Nothing of a name can end the header or begin another parameter.

use http::HeaderValue;
use std::fmt::Write as _;

/// The header that has a file saved under `name`, never shown in place.
pub fn attachment(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' | ';' | '/' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let mut text = format!("attachment; filename=\"{plain}\"");
    if plain != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing into a string cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_plain_name_stands_as_it_is() {
        assert_eq!(
            attachment("October statement.pdf"),
            "attachment; filename=\"October statement.pdf\""
        );
    }

    #[test]
    fn a_foreign_name_is_given_twice() {
        assert_eq!(
            attachment("Übersicht €.pdf"),
            "attachment; filename=\"_bersicht _.pdf\"; filename*=UTF-8''%C3%9Cbersicht%20%E2%82%AC.pdf"
        );
    }

    #[test]
    fn a_hostile_name_cannot_leave_its_quotes() {
        assert_eq!(
            attachment("a\"; filename=\"b.exe"),
            "attachment; filename=\"a__ filename=_b.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe"
        );
        assert_eq!(
            attachment("a\r\nSet-Cookie: x"),
            "attachment; filename=\"a__Set-Cookie: x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x"
        );
    }

    proptest! {
        #[test]
        fn every_name_gives_one_header_with_two_quotes(name in "\\PC{0,60}") {
            let value = attachment(&name);
            let text = value.to_str().expect("ascii");
            prop_assert_eq!(text.matches('"').count(), 2);
            prop_assert!(text.starts_with("attachment; filename=\""));
        }
    }
}
