//! What a server function answers when it did not do what was asked.

use domain::Problem;
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use std::fmt;

/// A [`Problem`] on its way to the page, as JSON.
///
/// It carries nothing that the page may not show: causes stay in the log, under the reference inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub Problem);

impl AppError {
    /// The sentence to show. Beside [`Problem::sentence`] it knows one case that only the browser meets: no answer.
    pub fn sentence(&self) -> String {
        if self.is_offline() {
            return "We cannot reach the portal. Check your connection; what you typed stays here.".to_owned();
        }
        self.0.sentence()
    }

    /// Whether the request never got an answer.
    pub fn is_offline(&self) -> bool {
        matches!(&self.0, Problem::Unavailable { reference } if reference.is_empty())
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl std::error::Error for AppError {}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// The framework's own errors: its words may name types and paths, so they are dropped here. An argument that does
    /// not parse is a form that was not ours, on the server; an answer that does not is a fault, in the browser.
    fn from_server_fn_error(cause: ServerFnErrorErr) -> Self {
        let reference = String::new();
        Self(match cause {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Problem::Unavailable { reference },
            ServerFnErrorErr::Deserialization(_) if cfg!(not(feature = "ssr")) => Problem::Fault { reference },
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Problem::field(domain::Field::Form, domain::Reason::NotOffered)
            }
            _ => Problem::Fault { reference },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_crosses_the_wire_and_comes_back() {
        let error = AppError(Problem::TooMany { seconds: 30 });
        assert_eq!(AppError::de(error.ser()), error);
    }

    #[test]
    fn the_frameworks_own_words_never_reach_a_page() {
        let told = AppError::from_server_fn_error(ServerFnErrorErr::ServerError(
            "thread 'main' at /srv/gatehouse/src".to_owned(),
        ));
        assert!(!told.sentence().contains("srv"));
    }
}
