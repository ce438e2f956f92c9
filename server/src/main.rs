//! The binary `gatehouse`.
#![forbid(unsafe_code)]

use clap::Parser as _;
use server::cli::{self, Line};
use std::{ffi::OsStr, io::Write as _, process::ExitCode};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The child that draws previews lowers its own limits before anything else, also before a runtime starts threads.
    if std::env::args_os().skip(1).eq([OsStr::new(render::ARGUMENT)]) {
        return render::child();
    }
    serve()
}

#[tokio::main]
async fn serve() -> ExitCode {
    match cli::run(Line::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let _ = writeln!(std::io::stderr().lock(), "gatehouse: {fault}");
            ExitCode::FAILURE
        }
    }
}
