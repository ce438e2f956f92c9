//! What a page says once after a form was accepted.
//!
//! It is a closed set, so that no address and no cookie can put words of its own on a page.

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Settings were saved.
    Saved,
    /// One device was signed out.
    DeviceEnded,
    /// All other devices were signed out.
    DevicesEnded,
    /// An authenticator app is in use.
    AppSet,
    /// The authenticator app was taken away.
    AppRemoved,
}

/// Everything that can be said: its name in the cookie, and the sentence.
const WORDS: [(Said, &str, &str); 5] = [
    (Said::Saved, "saved", "Saved."),
    (Said::DeviceEnded, "device_ended", "That device is signed out."),
    (Said::DevicesEnded, "devices_ended", "All other devices are signed out."),
    (
        Said::AppSet,
        "app_set",
        "Your app is set up. Its codes are asked for from now on.",
    ),
    (
        Said::AppRemoved,
        "app_removed",
        "The app is removed. Its codes are no longer asked for.",
    ),
];

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
