//! The binary `gatehouse`.
#![forbid(unsafe_code)]

use clap::Parser as _;
use server::cli::{self, Line};
use std::{io::Write as _, process::ExitCode};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Line::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let _ = writeln!(std::io::stderr().lock(), "gatehouse: {fault}");
            ExitCode::FAILURE
        }
    }
}
