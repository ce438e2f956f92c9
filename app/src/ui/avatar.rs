//! A person's mark.

use domain::client::Person;
use leptos::prelude::*;

/// Initials in a circle. The name stands beside it, so screen readers skip it.
#[component]
pub fn Avatar(
    /// Whose.
    person: Person,
    /// For dense lists.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    view! {
        <span class="avatar" class:own=person.own class:small=small aria-hidden="true">
            {person.initials}
        </span>
    }
}

/// `You`, or the person's name.
pub fn called(person: &Person) -> String {
    if person.own {
        "You".to_owned()
    } else {
        person.name.clone()
    }
}
