//! What people type, checked once at the edge.

use crate::{
    limits,
    problem::{Field, Problem, Reason},
};

/// Characters that change how the text around them is shown, or that cannot be seen at all: controls, NUL, and the
/// bidirectional overrides by which `exe.pdf` is made to look like `fdp.exe` (Unicode UAX 9).
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The text of a message: line ends made uniform, controls other than tab and line end removed.
///
/// # Errors
/// Empty (files may make up for that: see `or_files`), or longer than [`limits::MESSAGE_CHARS`] characters.
pub fn message(typed: &str, or_files: bool) -> Result<String, Problem> {
    let text: String = typed
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect();
    let text = text.trim().to_owned();
    let chars = text.chars().count();
    if chars > limits::MESSAGE_CHARS {
        return Err(Problem::field(
            Field::Text,
            Reason::TooLong {
                limit: limits::MESSAGE_CHARS,
                found: chars,
            },
        ));
    }
    if text.is_empty() && !or_files {
        return Err(Problem::field(Field::Text, Reason::Empty));
    }
    Ok(text)
}

/// A note that only staff read; it may be empty.
///
/// # Errors
/// Longer than [`limits::MESSAGE_CHARS`] characters.
pub fn note(typed: &str) -> Result<String, Problem> {
    message(typed, true).map_err(|problem| match problem {
        Problem::Refused { reason, .. } => Problem::field(Field::Notes, reason),
        other => other,
    })
}

/// One line: a subject or a name. Deceptive characters are removed and runs of white space become one space.
///
/// # Errors
/// Empty, or longer than `limit` characters.
pub fn line(typed: &str, field: Field, limit: usize) -> Result<String, Problem> {
    let kept: String = typed
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_deceptive(*c))
        .collect();
    let text = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let chars = text.chars().count();
    if text.is_empty() {
        return Err(Problem::field(field, Reason::Empty));
    }
    if chars > limit {
        return Err(Problem::field(field, Reason::TooLong { limit, found: chars }));
    }
    Ok(text)
}

/// A name as it is searched and sorted: in lower case, typographic apostrophes and dashes as they are typed.
pub fn folded(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|c| match c {
            '’' | '‘' => '\'',
            '–' | '‑' => '-',
            other => other,
        })
        .collect()
}

/// An e-mail address, trimmed and in lower case (addresses are compared without regard to case).
///
/// It is a plausibility check, not RFC 5321's grammar: one `@`, something before it, a dotted domain after it, no white
/// space, nothing deceptive. Whether mail arrives is the only real test of an address.
///
/// # Errors
/// Empty, or not of that shape.
pub fn address(typed: &str) -> Result<String, Problem> {
    let text = typed.trim().to_lowercase();
    if text.is_empty() {
        return Err(Problem::field(Field::Address, Reason::Empty));
    }
    let bad = || Problem::field(Field::Address, Reason::NotAnAddress);
    if text.len() > limits::ADDRESS_BYTES || text.chars().any(|c| c.is_whitespace() || is_deceptive(c)) {
        return Err(bad());
    }
    if text.contains(['<', '>', '"', '(', ')', ',', ';', ':', '\\', '[', ']']) {
        return Err(bad());
    }
    let (local, host) = text.split_once('@').ok_or_else(bad)?;
    let labels_fit = host
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    if local.is_empty() || host.contains('@') || !host.contains('.') || !labels_fit {
        return Err(bad());
    }
    Ok(text)
}

/// A telephone number in E.164, such as `+447700900042`. Without a country's code it is one of the United Kingdom.
///
/// Spaces, brackets, dots and hyphens between the digits are dropped, and the `(0)` of `+44 (0)7700 900042` with them. It is
/// a plausibility check; whether a text arrives is the only real test of a number.
///
/// # Errors
/// Empty, or not of that shape.
pub fn phone(typed: &str) -> Result<String, Problem> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(Problem::field(Field::Phone, Reason::Empty));
    }
    let bad = || Problem::field(Field::Phone, Reason::NotAPhone);
    let (abroad, rest) = match (text.strip_prefix('+'), text.strip_prefix("00")) {
        (Some(rest), _) | (None, Some(rest)) => (true, rest),
        (None, None) => (false, text),
    };
    // People write the leading nought of home beside the country's code.
    let rest = if abroad {
        rest.replacen("(0)", "", 1)
    } else {
        rest.to_owned()
    };
    let mut digits = String::new();
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '\u{a0}' | '\u{202f}' | '(' | ')' | '.' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '/' => {}
            _ => return Err(bad()),
        }
    }
    let whole = if abroad {
        digits
    } else {
        let home = digits.strip_prefix('0').ok_or_else(bad)?;
        format!("44{home}")
    };
    // The United Kingdom's numbers have ten digits after its code, a few old ones on land nine, and none begins with nought.
    let fits = match whole.strip_prefix("44") {
        Some(home) => !home.starts_with('0') && (home.len() == 10 || home.len() == 9 && !home.starts_with('7')),
        None => (8..=limits::PHONE_DIGITS).contains(&whole.len()) && !whole.starts_with('0'),
    };
    if fits { Ok(format!("+{whole}")) } else { Err(bad()) }
}

/// As much of a telephone number as a page shows: `••42`.
pub fn masked_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.iter().skip(digits.len().saturating_sub(2)).collect();
    format!("••{last}")
}

/// As much of an address as a page shows before its owner is known to be there: `an•••@marlowe.example`.
pub fn masked_address(address: &str) -> String {
    let (local, host) = address.split_once('@').unwrap_or((address, ""));
    let shown = if local.chars().count() > 3 { 2 } else { 1 };
    let first: String = local.chars().take(shown).collect();
    format!("{first}•••@{host}")
}

/// A path on this host, safe to send a browser to: used for `next` and `from`.
///
/// Only an absolute path is let through. A second slash or a backslash would name another host (`//evil.example`,
/// `/\evil.example`), and a control character could split a header.
pub fn local_path(typed: &str) -> Option<&str> {
    let rest = typed.strip_prefix('/')?;
    let fits = typed.len() <= 512
        && !rest.starts_with(['/', '\\'])
        && !typed.contains('\\')
        && typed.bytes().all(|b| b.is_ascii_graphic());
    fits.then_some(typed)
}

/// The first words of a text for a list, on one line, at most `limit` characters.
pub fn first_words(text: &str, limit: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= limit {
        return flat;
    }
    let cut: String = flat.chars().take(limit).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{whole} …")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_message_needs_a_file() {
        assert!(message(" \r\n\t ", false).is_err());
        assert_eq!(message(" \r\n ", true), Ok(String::new()));
    }

    #[test]
    fn a_message_is_counted_in_characters() {
        let full = "é".repeat(limits::MESSAGE_CHARS);
        assert_eq!(
            message(&full, false).map(|t| t.chars().count()),
            Ok(limits::MESSAGE_CHARS)
        );
        let over = message(&format!("{full}x"), false);
        assert_eq!(
            over,
            Err(Problem::field(
                Field::Text,
                Reason::TooLong {
                    limit: limits::MESSAGE_CHARS,
                    found: limits::MESSAGE_CHARS + 1
                }
            ))
        );
    }

    #[test]
    fn a_message_keeps_its_lines_and_loses_its_controls() {
        assert_eq!(
            message("one\r\ntwo\rthree\0\u{7}\tfour", false),
            Ok("one\ntwo\nthree\tfour".to_owned())
        );
    }

    #[test]
    fn a_subject_cannot_turn_the_text_around_it() {
        assert_eq!(
            line("in\u{202e}voice\n 7", Field::Subject, 200),
            Ok("invoice 7".to_owned())
        );
    }

    #[test]
    fn a_name_is_found_however_its_apostrophe_is_typed() {
        assert_eq!(folded("Tanner’s Yard"), folded("TANNER'S YARD"));
        assert_eq!(folded("Åsa–Öberg"), "åsa-öberg");
    }

    #[test]
    fn addresses_are_plausible_or_refused() {
        for good in [
            "anwen@marlowe.example",
            "  A.B+c@Sub.Marlowe.Example ",
            "ü@köln.example",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "anwen",
            "@x.example",
            "a@b",
            "a@b..example",
            "a b@c.example",
            "a@b.example\nBcc: c@d.example",
            "a@b@c.example",
            "<a@b.example>",
            "a@-b.example",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_telephone_number_without_a_country_is_one_of_the_united_kingdom() {
        for (typed, kept) in [
            ("07700 900042", "+447700900042"),
            (" (07700) 900-042 ", "+447700900042"),
            ("+44 7700 900042", "+447700900042"),
            ("+44 (0)7700 900042", "+447700900042"),
            ("0044 7700.900042", "+447700900042"),
            ("01632 960147", "+441632960147"),
            ("+353 20 911 1234", "+353209111234"),
            ("+1\u{a0}201\u{2011}555\u{2011}0123", "+12015550123"),
        ] {
            assert_eq!(phone(typed), Ok(kept.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_telephone_number_is_refused() {
        for bad in [
            "anwen",
            "7700 900042",
            "07700 90004",
            "07700 9000421",
            "07700 900042 ext 3",
            "+44 0700 900042",
            "+0 7700 900042",
            "+1234567",
            "+1234567890123456",
            "0",
            "+",
            "07700 900042\r\nBcc",
            "٠٧٧٠٠ ٩٠٠٠٤٢",
        ] {
            assert_eq!(
                phone(bad),
                Err(Problem::field(Field::Phone, Reason::NotAPhone)),
                "{bad}"
            );
        }
        assert_eq!(phone(" "), Err(Problem::field(Field::Phone, Reason::Empty)));
    }

    #[test]
    fn a_masked_number_shows_its_last_two_digits() {
        assert_eq!(masked_phone("+447700900042"), "••42");
        assert_eq!(masked_phone("4"), "••4");
    }

    #[test]
    fn a_path_that_names_another_host_is_not_local() {
        for good in ["/home", "/threads/0011?from=mail", "/"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "home",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\\b",
            "/a\r\nSet-Cookie:x",
            "/ü",
            "javascript:alert(1)",
            "/a b",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_telephone_number_that_is_taken_is_e164_and_stays_as_it_is(typed in "[+0-9 ().-]{0,24}") {
            if let Ok(number) = phone(&typed) {
                prop_assert!(number.starts_with('+') && number.len() <= limits::PHONE_DIGITS + 1);
                prop_assert!(number[1..].bytes().all(|b| b.is_ascii_digit()));
                prop_assert_eq!(phone(&number), Ok(number.clone()));
            }
        }

        #[test]
        fn a_local_path_never_leaves_the_host(typed in "\\PC{0,40}") {
            if let Some(path) = local_path(&typed) {
                prop_assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'));
            }
        }

        #[test]
        fn first_words_fit(text in "\\PC{0,300}", limit in 1usize..80) {
            prop_assert!(first_words(&text, limit).chars().count() <= limit + 2);
        }
    }
}
