//! What the parent gets, whatever becomes of the child.
//!
//! The child is this program once more, so it has its own `main`. It allocates as the server does: how much address space
//! an allocator reserves at the start decides whether the child's limit is met.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

#[expect(dead_code, reason = "the other suite uses it")]
mod made;

use bytes::Bytes;
use futures::stream;
use image::ImageFormat;
use libtest_mimic::{Arguments, Trial};
use render::{ARGUMENT, Child, Drawn, Failed, Kind, Unrenderable};
use std::{
    convert::Infallible,
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    task::Poll,
    time::Duration,
};
use tokio::sync::oneshot;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // A person who looks for tests of this name has an environment.
    if arguments == [ARGUMENT] && env::var_os("PATH").is_none() {
        return render::child();
    }
    let mut asked = Arguments::from_args();
    // One after the other, on the thread whose children are looked for.
    asked.test_threads = Some(1);
    libtest_mimic::run(
        &asked,
        vec![
            trial("files_are_drawn", files_are_drawn),
            trial("reasons_arrive", reasons_arrive),
            trial(
                "floods_are_refused_before_they_take_memory",
                floods_are_refused_before_they_take_memory,
            ),
            trial("a_bomb_ends_by_the_limits", a_bomb_ends_by_the_limits),
            trial("other_programs_are_no_renderer", other_programs_are_no_renderer),
            trial("a_source_may_stall_or_fail", a_source_may_stall_or_fail),
            trial(
                "limits_are_low_before_the_file_is_read",
                limits_are_low_before_the_file_is_read,
            ),
        ],
    )
    .exit_code()
}

fn trial<F: Future<Output = ()> + 'static>(name: &str, test: fn() -> F) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(test());
        Ok(())
    })
}

fn this() -> PathBuf {
    env::current_exe().unwrap()
}

async fn run(kind: Kind, page: u32, bytes: Vec<u8>) -> Result<Drawn, Failed> {
    render::run(&this(), kind, page, bytes.into()).await
}

fn is(result: &Result<Drawn, Failed>, reason: Unrenderable) -> bool {
    matches!(result, Err(Failed::Refused(refused)) if *refused == reason)
}

async fn files_are_drawn() {
    let drawn = run(Kind::Pdf, 2, made::sheet()).await.unwrap();
    assert_eq!((drawn.width, drawn.height, drawn.pages), (1600, 2264, 2));
    assert!(image::load_from_memory_with_format(&drawn.png, ImageFormat::Png).is_ok());

    // Twelve million pixels, as most cameras make.
    for (kind, bytes) in [
        (Kind::Jpeg, made::encoded(4000, 3000, ImageFormat::Jpeg)),
        (Kind::Png, made::encoded(4000, 3000, ImageFormat::Png)),
        (Kind::WebP, made::encoded(4000, 3000, ImageFormat::WebP)),
        (Kind::Gif, made::encoded(400, 300, ImageFormat::Gif)),
        (Kind::Heic, made::heic(1024, 768)),
    ] {
        // In pieces, as from a store.
        let pieces: Vec<_> = bytes
            .chunks(1 << 16)
            .map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece)))
            .collect();
        let drawn = Child::new(this()).draw(kind, 1, stream::iter(pieces)).await;
        let drawn = drawn.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(drawn.width <= 1600 && drawn.pages == 1, "{kind}");
    }
}

async fn reasons_arrive() {
    assert!(is(
        &run(Kind::Pdf, 1, made::encrypted_pdf()).await,
        Unrenderable::Encrypted
    ));
    assert!(is(&run(Kind::Pdf, 9, made::sheet()).await, Unrenderable::NoSuchPage));
    assert!(is(
        &run(Kind::Png, 1, b"no picture".to_vec()).await,
        Unrenderable::Damaged
    ));
    assert!(is(
        &run(Kind::Text, 1, b"text".to_vec()).await,
        Unrenderable::Unsupported
    ));
    // The child stops listening a byte beyond 64 MiB.
    assert!(is(
        &run(Kind::Png, 1, vec![0; (64 << 20) + (1 << 20)]).await,
        Unrenderable::TooLarge
    ));
}

async fn floods_are_refused_before_they_take_memory() {
    for (kind, bytes) in [
        (Kind::Png, made::png_flood(65_000, 65_000)),
        (Kind::Jpeg, made::jpeg_flood(65_000, 65_000)),
        (Kind::Gif, made::gif_flood(65_000, 65_000)),
        (Kind::Heic, made::heic_flood(65_000, 65_000)),
    ] {
        // Had it taken the memory, the limit would have ended the child.
        assert!(is(&run(kind, 1, bytes).await, Unrenderable::TooLarge), "{kind}");
    }
}

async fn a_bomb_ends_by_the_limits() {
    let result = run(Kind::Pdf, 1, made::bomb()).await;
    assert!(matches!(result, Err(Failed::Died | Failed::TimedOut)), "{result:?}");
    // Nor does a table without an end keep anyone, whether the page is drawn or refused.
    let looping = run(Kind::Pdf, 1, made::looping_pdf()).await;
    assert!(matches!(looping, Ok(_) | Err(Failed::Refused(_))), "{looping:?}");
    assert!(run(Kind::Pdf, 1, made::sheet()).await.is_ok());
}

async fn other_programs_are_no_renderer() {
    let ask = async |program: &str| render::run(Path::new(program), Kind::Png, 1, vec![0; 1 << 20].into()).await;
    assert!(matches!(ask("/no/such/program").await, Err(Failed::Start(_))));
    assert!(matches!(ask("/bin/true").await, Err(Failed::Garbage)));
    assert!(matches!(ask("/bin/false").await, Err(Failed::Died)));
    // It says its argument, without an end, and listens to nothing.
    assert!(matches!(ask("/usr/bin/yes").await, Err(Failed::Garbage)));
}

async fn a_source_may_stall_or_fail() {
    let child = Child::new(this()).patience(Duration::from_millis(300));
    let stalled = child
        .draw(Kind::Png, 1, stream::pending::<Result<Bytes, Infallible>>())
        .await;
    assert!(matches!(stalled, Err(Failed::TimedOut)));
    let failed = Child::new(this())
        .draw(Kind::Png, 1, stream::iter([Err::<Bytes, _>(io::Error::other("gone"))]))
        .await;
    assert!(matches!(failed, Err(Failed::Source)));
}

async fn limits_are_low_before_the_file_is_read() {
    let program = this();
    let _open = fs::File::open(&program).unwrap();
    // More than a pipe holds: when the next piece is asked for, the child has begun to read.
    let (reads, reading) = oneshot::channel();
    let mut reads = Some(reads);
    let mut piece = Some(Bytes::from(vec![b'%'; 1 << 18]));
    let waits = stream::poll_fn(move |_| {
        if let Some(piece) = piece.take() {
            return Poll::Ready(Some(Ok::<_, Infallible>(piece)));
        }
        reads.take().map(|reads| reads.send(()));
        Poll::Pending
    });
    let task = tokio::spawn(async move { Child::new(program).draw(Kind::Pdf, 1, waits).await });
    reading.await.unwrap();
    let own = std::process::id();
    let children = fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap();
    let process = children.trim();
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    assert_eq!(limit(&limits, "Max processes"), Some("0"), "{limits}");
    assert_eq!(limit(&limits, "Max cpu time"), Some("10"));
    assert_eq!(limit(&limits, "Max file size"), Some("0"));
    assert_eq!(limit(&limits, "Max core file size"), Some("0"));
    assert_eq!(limit(&limits, "Max open files"), Some("3"));
    let space: u64 = limit(&limits, "Max address space").unwrap().parse().unwrap();
    // 768 MiB, the program, and nothing that the allocator reserved in advance.
    assert!(space < 900 << 20, "{space} bytes");
    assert_eq!(
        fs::read_to_string(format!("/proc/{process}/environ")).unwrap(),
        "MIMALLOC_ARENA_RESERVE=32768\0"
    );
    assert_eq!(fs::read_link(format!("/proc/{process}/cwd")).unwrap(), Path::new("/"));
    // What this process opened is not the child's; what it inherited itself, from a `make` for instance, may be.
    for entry in fs::read_dir(format!("/proc/{process}/fd")).unwrap() {
        assert_ne!(fs::read_link(entry.unwrap().path()).unwrap(), this());
    }

    // Whoever asked has gone.
    task.abort();
    let status = format!("/proc/{process}/status");
    let runs = || fs::read_to_string(&status).is_ok_and(|status| !status.contains("State:\tZ"));
    let gone = async {
        while runs() {
            tokio::task::yield_now().await;
        }
    };
    let outlived = "the child outlived its parent's interest";
    tokio::time::timeout(Duration::from_secs(30), gone)
        .await
        .expect(outlived);
}

/// The hard limit of this name.
fn limit<'a>(limits: &'a str, name: &str) -> Option<&'a str> {
    limits
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|line| line.split_whitespace().nth(1))
}
