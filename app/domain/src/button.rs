//! The button that a firm puts on its own website.

use crate::{Field, Problem, Reason, text};
use serde::{Deserialize, Serialize};

/// Characters on the button: it stands in a menu, in one line.
pub const WORDS_CHARS: usize = 40;

/// How it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// The firm's colour with white words.
    #[default]
    Filled,
    /// A line in the firm's colour around it.
    Outline,
    /// Words alone, like a link with a lock.
    Quiet,
}

/// Every look, in the order in which the page offers them.
pub const LOOKS: [Look; 3] = [Look::Filled, Look::Outline, Look::Quiet];

impl Look {
    /// For a form, a setting and the snippet: short, plain ASCII.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filled => "filled",
            Self::Outline => "outline",
            Self::Quiet => "quiet",
        }
    }

    /// The look of that name.
    pub fn named(name: &str) -> Option<Self> {
        LOOKS.into_iter().find(|look| look.name() == name)
    }

    /// What the page calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Filled => "In your colour",
            Self::Outline => "With a line around it",
            Self::Quiet => "Words only",
        }
    }
}

/// What the firm chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// How it is drawn.
    pub look: Look,
    /// What stands on it.
    pub words: String,
}

impl Default for Button {
    fn default() -> Self {
        Self {
            look: Look::default(),
            words: "Client login".to_owned(),
        }
    }
}

impl Button {
    /// What was typed into the form, checked.
    ///
    /// # Errors
    /// A look that does not exist; no words, or too many.
    pub fn typed(look: &str, words: &str) -> Result<Self, Problem> {
        let look = Look::named(look).ok_or_else(|| Problem::field(Field::Look, Reason::NotOffered))?;
        let words = text::line(words, Field::Words, WORDS_CHARS)?;
        Ok(Self { look, words })
    }

    /// What is pasted into the website: a plain link, which works by itself, and the script that draws it. Look and words
    /// are the script's to know, so the website follows when the firm changes them.
    pub fn snippet(&self, origin: &str) -> String {
        format!(
            "<client-portal-button>\n  <a href=\"{origin}/\">{}</a>\n</client-portal-button>\n<script async src=\"{origin}/button.js\"></script>",
            escaped(&self.words)
        )
    }

    /// The same without a script, for websites that allow none.
    pub fn plain_snippet(&self, origin: &str) -> String {
        format!("<a href=\"{origin}/\">{}</a>", escaped(&self.words))
    }
}

/// Characters that mean something in HTML, written so that they do not.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippet_is_a_link_that_works_without_its_script() {
        let button = Button {
            look: Look::Outline,
            words: "Clients & <friends>".to_owned(),
        };
        assert_eq!(
            button.snippet("https://portal.example"),
            "<client-portal-button>\n  <a href=\"https://portal.example/\">Clients &amp; &lt;friends&gt;</a>\n</client-portal-button>\n<script async src=\"https://portal.example/button.js\"></script>"
        );
        assert_eq!(
            button.plain_snippet("https://portal.example"),
            "<a href=\"https://portal.example/\">Clients &amp; &lt;friends&gt;</a>"
        );
    }

    #[test]
    fn a_look_travels_by_its_name_and_no_other_is_taken() {
        for look in LOOKS {
            assert_eq!(Look::named(look.name()), Some(look));
        }
        assert!(Button::typed("shiny", "Client login").is_err());
    }

    #[test]
    fn the_words_are_one_short_line() {
        assert_eq!(
            Button::typed("filled", " Client\n login ").map(|button| button.words),
            Ok("Client login".to_owned())
        );
        assert_eq!(
            Button::typed("filled", " "),
            Err(Problem::field(Field::Words, Reason::Empty))
        );
        assert!(Button::typed("filled", &"x".repeat(WORDS_CHARS + 1)).is_err());
    }
}
