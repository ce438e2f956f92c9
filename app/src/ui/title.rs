//! The title of the window.

/// A title as it may stand in a page's source: the renderer puts it between the tags as it is, so that a subject with
/// `</title><script>` in it would get out. In the browser the title is set as text and stays as it is.
pub fn safe(title: String) -> String {
    if cfg!(feature = "ssr") {
        title.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        title
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::safe;

    #[test]
    fn a_subject_cannot_close_the_title() {
        let title = safe("</title><script>alert(1)</script> & more".to_owned());
        assert_eq!(title, "&lt;/title>&lt;script>alert(1)&lt;/script> &amp; more");
    }
}
