//! `bindgen MODULE FOLDER`: makes what browsers load from the compiled front end, as `wasm-bindgen --target web` does.
//!
//! It is built from the same Cargo.lock as the front end, because the format between the two is private to each version.
#![forbid(unsafe_code)]

use std::{env, error::Error};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut words = env::args_os().skip(1);
    let (Some(module), Some(folder)) = (words.next(), words.next()) else {
        return Err("usage: bindgen MODULE FOLDER".into());
    };
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .out_name("gatehouse")
        .generate(folder)?;
    Ok(())
}
