//! Finding rows by words of a name.

use domain::text;
use sea_orm::{
    ColumnTrait, ExprTrait,
    sea_query::{Expr, LikeExpr},
};

/// Words that are looked for at most; more would only narrow further.
const WORDS: usize = 8;

/// The words of a search, folded as names are.
pub(crate) fn words(typed: &str) -> Vec<String> {
    text::folded(typed)
        .split_whitespace()
        .take(WORDS)
        .map(ToOwned::to_owned)
        .collect()
}

/// Rows whose column has the word anywhere. What the word holds is taken as it is: `%` looks for a per cent sign.
pub(crate) fn has(column: impl ColumnTrait, word: &str) -> Expr {
    let plain = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("%{plain}%")).escape('\\'))
}
