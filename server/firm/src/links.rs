//! What all one-time links have in common: when one still works, what is said of one that does not, and how its code is
//! read.

use domain::{Moment, Reason, sign_in::LinkState};
use entity::firm::one_time_token::{Column, Model};
use sea_orm::{ColumnTrait, ExprTrait, sea_query::Expr};

/// The rows of links of one purpose that can still be used at `now`.
pub(crate) fn live(purpose: &str, now: Moment) -> Expr {
    Column::Purpose
        .eq(purpose)
        .and(Column::UsedAt.is_null())
        .and(Column::ReplacedAt.is_null())
        .and(Column::ExpiresAt.gt(now.0))
}

/// What a link is good for.
pub(crate) fn state(row: &Model, now: Moment) -> LinkState {
    if row.used_at.is_some() {
        LinkState::Used
    } else if row.replaced_at.is_some() {
        LinkState::Replaced
    } else if row.expires_at <= now.0 {
        LinkState::Expired
    } else {
        LinkState::Live
    }
}

/// Why a link that is not live is refused.
pub(crate) fn reason(state: LinkState) -> Option<Reason> {
    match state {
        LinkState::Live => None,
        LinkState::Expired => Some(Reason::LinkExpired),
        LinkState::Used => Some(Reason::LinkUsed),
        LinkState::Replaced => Some(Reason::LinkReplaced),
    }
}

/// The code as it was made: people add spaces and dashes, and type small letters.
pub(crate) fn plain(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(32)
        .collect()
}

/// The code as a mail shows it: `B4HN 9RTW`.
pub(crate) fn spaced(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) => format!("{first} {second}"),
        None => code.to_owned(),
    }
}
