//! The browser's entry: it takes over the page that the server rendered, and nothing else.
#![forbid(unsafe_code)]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page, when the module is ready. A panic says in the browser's console where it happened.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::portal::App);
}
