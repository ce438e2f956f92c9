//! The team: the list, one of its people, and somebody who is invited.

pub mod api;
mod list;
mod member;
pub mod new;

pub use list::TeamPage;
pub use member::MemberPage;

use domain::Field;
use leptos::prelude::*;

const FIELDS: [Field; 4] = [Field::Name, Field::Title, Field::Address, Field::Role];

/// Whether somebody has come in yet.
fn state(joined: bool) -> impl IntoView {
    if joined {
        view! { <span class="badge success">"Active"</span> }
    } else {
        view! { <span class="badge accent">"Invited"</span> }
    }
}
