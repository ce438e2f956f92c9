//! A text area whose text cannot break out of it.
//!
//! The renderer does not escape the children of `<textarea>` (tachys 0.2.18 and 0.2.19), so text that contains
//! `</textarea><script>` would run. Here the text is escaped by us and given as inner HTML, which the renderer takes
//! as it is. The test at the bottom renders the attack, so that a renderer that begins to escape is noticed as well.

use leptos::{html::Textarea, prelude::*};

/// A text area with a text in it. It is not bound to a signal: its text is read from the element, so that what was
/// typed before the page was hydrated is kept.
#[component]
pub fn TextArea(
    /// The element's id, for its label.
    #[prop(into)]
    id: String,
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// The text to begin with.
    #[prop(into)]
    text: String,
    /// Shown while there is no text.
    #[prop(into, optional)]
    placeholder: String,
    /// Ids of what describes it: a hint, an error.
    #[prop(into, optional)]
    described_by: Signal<Option<String>>,
    /// Whether its text was refused.
    #[prop(into, optional)]
    invalid: Signal<bool>,
    /// The element, for reading the text.
    #[prop(optional)]
    node: NodeRef<Textarea>,
) -> impl IntoView {
    view! {
        <textarea
            id=id
            name=name
            rows="3"
            placeholder=placeholder
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get().then_some("true")
            node_ref=node
            inner_html=inner(&text)
        ></textarea>
    }
}

/// The text as the inside of a `<textarea>`. In a page's source the parser drops one line end after the start tag, so
/// one is put there to be dropped; set by script, it would be kept.
pub(crate) fn inner(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    if cfg!(feature = "ssr") && !escaped.is_empty() {
        format!("\n{escaped}")
    } else {
        escaped
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn rendered(text: &str) -> String {
        let owner = Owner::new();
        owner.with(|| {
            view! { <TextArea id="t" name="text" text=text.to_owned() /> }
                .into_any()
                .to_html()
        })
    }

    #[test]
    fn a_text_cannot_close_the_area_and_run() {
        let html = rendered("</textarea><script>alert(1)</script>");
        assert!(
            html.contains("\n&lt;/textarea>&lt;script>alert(1)&lt;/script></textarea>"),
            "{html}"
        );
        assert_eq!(html.matches("</textarea>").count(), 1);
        assert!(!html.contains("<script"));
    }

    #[test]
    fn a_text_is_escaped_once() {
        let html = rendered("a &lt; b & c");
        assert!(html.contains("\na &amp;lt; b &amp; c</textarea>"), "{html}");
    }

    #[test]
    fn a_leading_empty_line_survives_the_parser() {
        assert!(rendered("\nfirst").contains(">\n\nfirst</textarea>"));
    }
}
