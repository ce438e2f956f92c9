//! Reading our cookies.

use http::{HeaderMap, header::COOKIE};

/// The value of the cookie called `name`.
///
/// A name that comes twice is as good as absent: a sibling host or an earlier header could have planted the other one,
/// and which of the two is ours cannot be told (RFC 6265 section 5.4 promises no order across paths).
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Whether a cookie called `name` was sent at all, however often.
pub fn carries(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|b| *b == b';'))
        .any(|pair| {
            let pair = pair.trim_ascii();
            pair.strip_prefix(name.as_bytes())
                .is_some_and(|rest| rest.is_empty() || rest.trim_ascii_start().first() == Some(&b'='))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn sent(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(COOKIE, HeaderValue::from_str(value).expect("a header"));
        }
        headers
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = sent(&["a=1; session=abc ;x=2"]);
        assert_eq!(cookie(&headers, "session"), Some("abc"));
        assert_eq!(cookie(&headers, "sessio"), None);
        assert_eq!(cookie(&sent(&["xsession=abc"]), "session"), None);
        assert_eq!(cookie(&sent(&["Session=abc"]), "session"), None);
    }

    #[test]
    fn a_cookie_that_comes_twice_is_ignored() {
        assert_eq!(cookie(&sent(&["session=a; session=b"]), "session"), None);
        assert_eq!(cookie(&sent(&["session=a", "session=a"]), "session"), None);
        assert!(carries(&sent(&["session=a", "session=a"]), "session"));
    }

    #[test]
    fn an_odd_spelling_still_counts_as_carried() {
        for header in ["session", "session =a", " session=", "a=1;session=\"x\""] {
            assert!(carries(&sent(&[header]), "session"), "{header}");
        }
        assert!(!carries(&sent(&["sessions=1"]), "session"));
    }

    proptest! {
        #[test]
        fn what_is_read_was_carried(header in "[ -~]{0,60}") {
            let headers = sent(&[&header]);
            if cookie(&headers, "session").is_some() {
                prop_assert!(carries(&headers, "session"));
            }
        }
    }
}
