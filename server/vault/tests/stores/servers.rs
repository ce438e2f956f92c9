//! The servers that the suite talks to. One that is missing fails the run.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use vault::blob::{Bucket, Container};
use vault::{Region, Store, StoreName};

/// The key of every Azurite, which its documentation gives.
pub const AZURE_KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A store, and what it stands on.
pub struct Place {
    pub store: Store,
    server: Option<Child>,
    port: u16,
    folder: tempfile::TempDir,
}

impl Place {
    pub fn disk() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::disk(name(), region(), folder.path()).unwrap();
        Self {
            store,
            server: None,
            port: 0,
            folder,
        }
    }

    pub async fn s3() -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        let mut command = Command::new(tools().join("python/bin/python3"));
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        let server = started(command, port).await;
        let made = python("import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], method='PUT'))")
            .arg(format!("http://127.0.0.1:{port}/papers"))
            .status()
            .await;
        assert!(made.unwrap().success(), "no bucket");
        let bucket = Bucket {
            endpoint: format!("http://127.0.0.1:{port}"),
            bucket: "papers".to_owned(),
            signed_region: "eu-west-2".to_owned(),
            prefix: "portal".to_owned(),
            key_id: "nobody".to_owned(),
            secret: "nothing".to_owned(),
        };
        let store = Store::s3(name(), region(), &bucket, folder.path()).unwrap();
        Self {
            store,
            server: Some(server),
            port,
            folder,
        }
    }

    pub async fn azure() -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        // The suites of two packages stand on it, each as deep in the checkout as it is.
        let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let root = above.find(|folder| folder.join("end2end/azurite").exists()).unwrap();
        let root = root.join("end2end/azurite");
        let program = root.join("node_modules/azurite/dist/src/blob/main.js");
        assert!(program.exists(), "Azurite is missing: run scripts/setup test");
        let mut command = Command::new("node");
        command
            .arg(program)
            .args(["--silent", "--skipApiVersionCheck", "--inMemoryPersistence"])
            .args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()])
            .current_dir(folder.path());
        let server = started(command, port).await;
        let made = python(include_str!("container.py"))
            .arg(format!("http://127.0.0.1:{port}"))
            .arg(AZURE_KEY)
            .status()
            .await;
        assert!(made.unwrap().success(), "no container");
        let store = Store::azure(name(), region(), &container(port, AZURE_KEY), folder.path()).unwrap();
        Self {
            store,
            server: Some(server),
            port,
            folder,
        }
    }

    /// The same container, for somebody with another key.
    pub fn with_another_key(&self) -> Store {
        let spool = self.folder.path();
        Store::azure(name(), region(), &container(self.port, &another_key()), spool).unwrap()
    }

    pub async fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().await.unwrap();
        }
    }
}

pub fn another_key() -> String {
    AZURE_KEY.replace('E', "F")
}

fn container(port: u16, key: &str) -> Container {
    Container {
        endpoint: format!("http://127.0.0.1:{port}/devstoreaccount1"),
        container: "papers".to_owned(),
        prefix: "portal".to_owned(),
        account: "devstoreaccount1".to_owned(),
        key: key.to_owned(),
    }
}

fn name() -> StoreName {
    StoreName::parse("main").unwrap()
}

fn region() -> Region {
    Region::parse("eu").unwrap()
}

fn python(script: &str) -> Command {
    let mut command = Command::new(tools().join("python/bin/python3"));
    command.args(["-c", script]);
    command
}

fn tools() -> PathBuf {
    let tools = std::env::var_os("GATEHOUSE_TOOLS").map(PathBuf::from);
    let tools =
        tools.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/gatehouse/tools"));
    assert!(
        tools.join("python/bin/python3").exists(),
        "the Python tools are missing: run scripts/setup test"
    );
    tools
}

/// A port that nobody listens on, each for one server. It is below those that the system gives to connections, of which one could
/// take it before the server does.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 1_000).unwrap() * 10;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Starts a server and waits until it listens. It ends with its handle.
async fn started(mut command: Command, port: u16) -> Child {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let listens = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the server ended at once");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_mins(1), listens)
        .await
        .expect("the server listens");
    child
}
