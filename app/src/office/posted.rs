//! What the office's forms post, made into what a verb takes.

use crate::error::AppError;
use domain::{Field, Problem, Reason};
use std::str::FromStr;

/// What the form offers and nobody changed by hand is not this.
pub fn not_offered(field: Field) -> AppError {
    AppError(Problem::field(field, Reason::NotOffered))
}

/// A choice of a list that may be left open.
///
/// # Errors
/// It is no id.
pub fn chosen<T: FromStr>(typed: &str, field: Field) -> Result<Option<T>, AppError> {
    match typed {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| not_offered(field)),
    }
}

/// What a ticked box posts.
pub fn ticked(value: &str) -> bool {
    value == "yes"
}
