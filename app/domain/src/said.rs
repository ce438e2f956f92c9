//! What a page says once after a form was accepted.
//!
//! It is a closed set, so that no address and no cookie can put words of its own on a page.

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Settings were saved.
    Saved,
}

/// Everything that can be said: its name in the cookie, and the sentence.
const WORDS: [(Said, &str, &str); 1] = [(Said::Saved, "saved", "Saved.")];

impl Said {
    /// The name under which it travels: short, plain ASCII.
    pub fn name(self) -> &'static str {
        WORDS
            .iter()
            .find(|(said, ..)| *said == self)
            .map_or("", |(_, name, _)| name)
    }

    /// What travelled under `name`, if it is one of the set.
    pub fn named(name: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, known, _)| *known == name)
            .map(|(said, ..)| *said)
    }

    /// The sentence.
    pub fn sentence(self) -> &'static str {
        WORDS
            .iter()
            .find(|(said, ..)| *said == self)
            .map_or("", |(.., words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_travels_by_a_name_of_its_own_and_nothing_else_is_said() {
        for (said, name, sentence) in WORDS {
            assert_eq!((said.name(), Said::named(name)), (name, Some(said)));
            assert!(!sentence.is_empty());
        }
        assert_eq!(Said::named("you have won"), None);
    }
}
