//! The document around the portal's pages, and how it hydrates.

use crate::{assets::PageAssets, desk::desk_here, doors::Head, portal::App, ui::icon::SPRITE};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// The document around [`App`].
pub fn shell(assets: &PageAssets) -> impl IntoView + use<> {
    let card = desk_here().map(|desk| desk.firm.card());
    view! {
        <!DOCTYPE html>
        <html lang="en-GB">
            <head>
                <Head css=assets.css.to_string() card=card />
                <Hydration js=assets.js.to_string() wasm=assets.wasm.to_string() />
                <MetaTags />
            </head>
            <body>
                <App />
                <div hidden inner_html=SPRITE></div>
            </body>
        </html>
    }
}

/// Fetches script and module early and starts them when the browser is idle; forms and links work meanwhile.
///
/// The framework's own component writes the nonce into `crossorigin`, so that the preload is fetched twice
/// (leptos issue 4843); here both links are `anonymous`, as the fetches are that they stand for, and carry the nonce.
#[component]
fn Hydration(
    /// The script's path.
    js: String,
    /// The module's path.
    wasm: String,
) -> impl IntoView {
    let start = format!(
        "const start=()=>import(\"{js}\").then(m=>m.default({{module_or_path:\"{wasm}\"}}).then(()=>m.hydrate()));\
         \"requestIdleCallback\" in window?requestIdleCallback(start,{{timeout:2000}}):setTimeout(start,1)"
    );
    view! {
        <link
            rel="modulepreload"
            href=js
            nonce=use_nonce()
            crossorigin="anonymous"
            fetchpriority="low"
        />
        <link
            rel="preload"
            href=wasm
            r#as="fetch"
            r#type="application/wasm"
            nonce=use_nonce()
            crossorigin="anonymous"
            fetchpriority="low"
        />
        <script type="module" nonce=use_nonce() inner_html=start></script>
    }
}
