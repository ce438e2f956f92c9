//! The names of the built files, which change with their content.

use std::sync::Arc;

/// Where a page finds its style, its script and its module.
///
/// The server reads `hash.txt` once, beside the binary, and gives this to both shells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAssets {
    /// The one stylesheet.
    pub css: Arc<str>,
    /// The script that loads the module.
    pub js: Arc<str>,
    /// The module.
    pub wasm: Arc<str>,
    /// The script of the pages before sign-in.
    pub doors: Arc<str>,
}

impl PageAssets {
    /// Reads the build's `hash.txt`: lines of `css: HASH`, `js: HASH`, `wasm: HASH` and `doors: HASH`. A kind without a
    /// line has no hash in its name, as in a development build.
    pub fn from_hashes(text: &str) -> Self {
        let path = |kind: &str, stem: &str, extension: &str| -> Arc<str> {
            let hash = text
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find_map(|(name, hash)| (name.trim() == kind).then(|| hash.trim()));
            match hash {
                Some(hash) => format!("/pkg/{stem}.{hash}.{extension}"),
                None => format!("/pkg/{stem}.{extension}"),
            }
            .into()
        };
        Self {
            css: path("css", "gatehouse", "css"),
            js: path("js", "gatehouse", "js"),
            wasm: path("wasm", "gatehouse", "wasm"),
            doors: path("doors", "doors", "js"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_hash_that_the_build_wrote() {
        let assets = PageAssets::from_hashes("js: a1\nwasm: b2\ncss: c3\ndoors: d4\n");
        assert_eq!(&*assets.js, "/pkg/gatehouse.a1.js");
        assert_eq!(&*assets.wasm, "/pkg/gatehouse.b2.wasm");
        assert_eq!(&*assets.css, "/pkg/gatehouse.c3.css");
        assert_eq!(&*assets.doors, "/pkg/doors.d4.js");
    }

    /// Leptos is the judge: its own components name the same files from the same `hash.txt`.
    #[cfg(feature = "ssr")]
    #[test]
    fn names_are_those_that_leptos_gives() {
        use leptos::{config::LeptosOptions, hydration::HydrationScripts, prelude::*};
        use leptos_meta::HashedStylesheet;
        let text = "js: a1-_\nwasm: b2\ncss: c3\n";
        let beside = std::env::current_exe().expect("a test runs");
        let name = "hashes-of-a-test.txt";
        let file = beside.parent().expect("a folder").join(name);
        std::fs::write(&file, text).expect("written beside the test");
        let options = LeptosOptions::builder()
            .output_name("gatehouse")
            .site_pkg_dir("pkg")
            .hash_files(true)
            .hash_file(name.into())
            .build();
        let html = Owner::new().with(|| {
            let too = options.clone();
            view! {
                <HydrationScripts options=options />
                <HashedStylesheet options=too />
            }
            .into_any()
            .to_html()
        });
        std::fs::remove_file(&file).expect("removed");
        let ours = PageAssets::from_hashes(text);
        for path in [&ours.js, &ours.wasm, &ours.css] {
            assert!(html.contains(&format!("\"{path}\"")), "{path} in {html}");
        }
    }

    #[test]
    fn a_build_without_hashes_has_plain_names() {
        assert_eq!(&*PageAssets::from_hashes("").wasm, "/pkg/gatehouse.wasm");
    }
}
