//! A form that a passkey answers. It appears where the browser can: `doors.js` shows it, asks and fills in the answer.

use super::icon::{Glyph, Icon};
use domain::form::Form;
use leptos::prelude::*;

/// What the browser does for the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// It makes a passkey.
    Make,
    /// It signs with one.
    Sign,
}

/// A button that asks for a passkey; hidden where no script shows it. The hidden fields of the form are its children.
#[component]
pub fn PasskeyForm(
    /// Where the answer is posted.
    form: Form,
    /// Where the question comes from.
    ask: &'static str,
    /// What the browser does.
    ceremony: Ceremony,
    /// What stands on the button.
    words: &'static str,
    /// The button's classes.
    class: &'static str,
    /// The hidden fields: `from`, and `next` where the form keeps one.
    children: Children,
) -> impl IntoView {
    let what = match ceremony {
        Ceremony::Make => "make",
        Ceremony::Sign => "sign",
    };
    view! {
        <form class="passkey" method="post" action=form.action data-passkey=what data-ask=ask hidden>
            {children()}
            <input type="hidden" name="answer" value="" />
            <button class=class>
                <Icon glyph=Glyph::Key />
                {words}
            </button>
            <p class="quiet-text" role="status"></p>
        </form>
    }
}
