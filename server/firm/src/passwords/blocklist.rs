//! Passwords that guessers try first.
//!
//! Three kinds are refused: those of a list (the 30,000 most common of real leaks, as the library zxcvbn keeps them, see
//! `common-LICENSE.txt`), runs and repetitions, and those that say little more than the firm's or the person's name. Case,
//! figures in place of letters, figures and signs around a word, and doubling make none of them any better.
//!
//! The list is sorted and searched where it lies in the program: it costs no memory.

use std::cmp::Ordering;

/// One lower-case password a line, ascending by bytes.
const COMMON: &str = include_str!("common.txt");
/// Words that everybody can guess at any portal.
const OURS: [&str; 2] = ["gatehouse", "portal"];
/// The shortest word of a name that counts.
const WORD_CHARS: usize = 3;
/// Letters that a password needs besides the words that everybody can guess.
const OWN_LETTERS: usize = 5;
/// Neighbours on a keyboard and in the order that children learn.
const ROWS: [&str; 9] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiopü",
    "yxcvbnm",
    "azertyuiop",
    "1234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!\"£$%^&*()_+",
];

/// Why a password is easy to guess.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Weakness {
    /// It is of the list, plainly or in disguise.
    Common,
    /// It is a run or the same again and again.
    Pattern,
    /// It says little more than this word.
    Context(String),
}

/// Why a password is easy to guess where everybody knows `context`.
pub(super) fn weakness(password: &str, context: &[&str]) -> Option<Weakness> {
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Some(Weakness::Common);
    }
    if is_pattern(&lower) {
        return Some(Weakness::Pattern);
    }
    let words = words_of(context);
    readings(&lower)
        .iter()
        .find_map(|reading| mostly(reading, &words))
        .map(Weakness::Context)
}

/// The words of names and addresses, in lower case, the longest first.
pub(super) fn words_of(context: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = OURS.map(str::to_owned).into();
    for phrase in context {
        let phrase = phrase.to_lowercase();
        words.extend(phrase.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        words.push(squeezed(&phrase));
    }
    words.retain(|word| word.chars().count() >= WORD_CHARS);
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words
}

/// Whether a password is of the list, in any disguise.
fn is_common(lower: &str) -> bool {
    cores(lower).into_iter().any(|core| {
        readings(core).iter().any(|reading| {
            let backwards: String = reading.chars().rev().collect();
            is_listed(reading)
                || is_listed(&backwards)
                || unit(reading).is_some_and(|unit| cores(unit).into_iter().any(is_listed))
        })
    })
}

/// A password with and without what people put around a word.
fn cores(lower: &str) -> [&str; 3] {
    let around = |c: char| !c.is_alphabetic();
    [lower, lower.trim_end_matches(around), lower.trim_matches(around)]
}

/// A text as it is, with figures and signs read as the letters that they resemble, and each of them without what is
/// neither letter nor figure.
fn readings(text: &str) -> Vec<String> {
    let mut readings = vec![text.to_owned(), resembling(text, 'i'), resembling(text, 'l')];
    readings.extend(readings.clone().iter().map(|reading| squeezed(reading)));
    readings.sort_unstable();
    readings.dedup();
    readings
}

fn resembling(text: &str, one: char) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '2' => 'z',
            '3' | '€' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '6' | '9' => 'g',
            '7' | '+' => 't',
            '8' => 'b',
            other => other,
        })
        .collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The part that a text repeats from its beginning to its end, where there is one; the last may be cut short.
fn unit(text: &str) -> Option<&str> {
    text.char_indices()
        .map(|(at, _)| at)
        .skip(1)
        .take_while(|at| at * 2 <= text.len())
        .find(|at| text.as_bytes()[*at..] == text.as_bytes()[..text.len() - at])
        .map(|at| &text[..at])
}

/// A run (`abcd`, `qwerty`, `9876`), or the same few characters again and again.
fn is_pattern(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() <= 4 || unit(lower).is_some_and(|unit| unit.chars().count() <= OWN_LETTERS || is_run(unit)) {
        return true;
    }
    is_run(lower)
}

/// Whether most characters follow their neighbour in some row. Of running text about one in fourteen does.
fn is_run(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let breaks = chars.windows(2).filter(|pair| !follows(pair[0], pair[1])).count();
    breaks * 4 < chars.len()
}

fn follows(a: char, b: char) -> bool {
    u32::from(a).abs_diff(u32::from(b)) <= 1
        || ROWS
            .iter()
            .any(|row| row.contains(&String::from_iter([a, b])) || row.contains(&String::from_iter([b, a])))
}

/// The word that a text says little more than.
fn mostly(reading: &str, words: &[String]) -> Option<String> {
    let mut rest = reading.to_owned();
    let mut said = None;
    for word in words {
        if rest.contains(word.as_str()) {
            rest = rest.replace(word.as_str(), " ");
            said.get_or_insert(word);
        }
    }
    let said = said?;
    let letters: String = rest.chars().filter(|c| c.is_alphabetic()).collect();
    let little = letters.chars().count() < OWN_LETTERS || is_common(&letters) || is_pattern(&letters);
    little.then(|| said.clone())
}

/// Whether a line of the list is exactly this.
fn is_listed(text: &str) -> bool {
    let bytes = COMMON.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |at| middle + at);
        match bytes[start..end].cmp(text.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: [&str; 4] = [
        "Harcourt & Pell",
        "portal.harcourtpell.example",
        "Anwen Marlowe",
        "anwen@marlowe.example",
    ];

    #[test]
    fn the_list_is_sorted_and_every_line_of_it_is_found() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert_eq!(lines.len(), 30_000);
        assert!(lines.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
        assert!(lines.iter().all(|line| is_listed(line)));
        for other in ["", "~~~~", "zzzzzzzzzzzzzzzzz", "kiln and clay and chalk", "!"] {
            assert!(!is_listed(other), "{other}");
        }
    }

    #[test]
    fn a_common_password_in_disguise_is_common() {
        for password in [
            "password",
            "Password1234567",
            "P4$$w0rd",
            "pa55word2026!!!",
            "passwordpassword",
            "Password2026Password2026",
            "drowssap",
            "1l0v3y0u",
            "!!Sunshine!!",
            "p-a-s-s-w-o-r-d",
            "QWERTY qwerty",
        ] {
            assert_eq!(weakness(password, &CONTEXT), Some(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn runs_and_repetitions_are_patterns() {
        for password in [
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "abcdefghijklmnop",
            "zyxwvutsrqponmlk",
            "8642086420864208",
            "poiuytrewqlkjhgf",
            "1qaz2wsx3edc4rfv5t",
            "aabbccddeeffgghh",
            "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ",
        ] {
            let found = weakness(password, &CONTEXT);
            assert!(
                matches!(found, Some(Weakness::Pattern | Weakness::Common)),
                "{password}: {found:?}"
            );
        }
    }

    #[test]
    fn a_password_that_says_only_who_is_who_is_refused() {
        for password in [
            "harcourt & pell",
            "HarcourtPell2026!",
            "H4rc0urtP3ll",
            "pell-harcourt-1234",
            "harcourtharcourtharcourt",
            "my portal harcourt",
            "Gatehouse-Gatehouse",
            "anwen.marlowe.1987",
            "anwen@marlowe.example",
            "harcourt welcome",
            "portalportalportal1",
        ] {
            let found = weakness(password, &CONTEXT);
            assert!(matches!(found, Some(Weakness::Context(_))), "{password}: {found:?}");
        }
    }

    #[test]
    fn a_phrase_of_ones_own_is_taken_even_with_a_name_in_it() {
        for password in [
            "kiln and clay and chalk",
            "a long enough sample passphrase",
            "correct horse battery staple",
            "the portal opens on thursdays",
            "anwen keeps nine brown hens",
            "tr0ub4dor&3 is not enough",
            "Tŷ gwydr ger y llyn",
            "盆栽の松は三十年目です",
            "xK9#mQ2vLp4Zr",
        ] {
            assert_eq!(weakness(password, &CONTEXT), None, "{password}");
        }
    }
}
