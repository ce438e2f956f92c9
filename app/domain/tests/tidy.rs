//! House rules that a reviewer would otherwise say twice.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Crates that belong to the server: none of them may be in what the browser loads.
const SERVER_ONLY: [&str; 14] = [
    "axum",
    "entity",
    "firm",
    "hyper",
    "libsqlite3-sys",
    "migration",
    "opendal",
    "ring",
    "rustls",
    "sea-orm",
    "server",
    "sqlx",
    "tokio",
    "vault",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Rust files of the workspace.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = ["app", "frontend", "migration", "server"]
        .map(|folder| root().join(folder))
        .into();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 100, "the walk found the sources");
    found
}

#[test]
fn no_server_crate_reaches_the_browser() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--package",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo");
    let text = String::from_utf8(tree.stdout).expect("names");
    let names: BTreeSet<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(
        names.contains("app") && names.contains("domain"),
        "the tree was read: {text}"
    );
    let strays: Vec<&&str> = SERVER_ONLY.iter().filter(|name| names.contains(**name)).collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn every_crate_forbids_unsafe_code() {
    for lib in sources() {
        let is_root = ["lib.rs", "main.rs"]
            .iter()
            .any(|name| lib.file_name().is_some_and(|file| file == *name))
            && lib.parent().is_some_and(|folder| folder.ends_with("src"));
        if is_root {
            let text = fs::read_to_string(&lib).expect("a source");
            assert!(text.contains("#![forbid(unsafe_code)]"), "{}", lib.display());
        }
    }
}

#[test]
fn no_test_is_ignored_and_no_lint_is_silenced_without_a_reason() {
    let rules = [
        concat!("#[ign", "ore"),
        concat!("#[all", "ow("),
        concat!("#![all", "ow("),
        concat!("should_", "panic"),
    ];
    for source in sources() {
        let text = fs::read_to_string(&source).expect("a source");
        for rule in rules {
            assert!(!text.contains(rule), "{rule} in {}", source.display());
        }
        let silenced = text.matches(concat!("[exp", "ect(")).count();
        assert!(
            text.matches("reason = \"").count() >= silenced,
            "an expectation without a reason in {}",
            source.display()
        );
    }
}
