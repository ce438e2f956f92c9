//! A stand-in for clamd that speaks its protocol, finds one test file, and misbehaves where it is told to.

use crate::scan::{Address, Scanner};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// The harmless file that every scanner knows (eicar.org), in pieces, so that none finds it here.
pub fn eicar() -> Vec<u8> {
    [
        "X5O!P%@AP[4\\PZX54(P^)7CC)7}",
        "$EICAR-STANDARD-",
        "ANTIVIRUS-TEST-FILE!",
        "$H+H*",
    ]
    .concat()
    .into_bytes()
}

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As clamd does.
    Honest,
    /// Answers something else.
    Babbles,
    /// Hangs up after the first bytes.
    HangsUp,
    /// Has enough before the end, and says so.
    HasEnough,
    /// Calls it clean before it has seen all of it.
    Hasty,
    /// Has seen everything, and waits until it is told to answer.
    Waits,
}

/// A running one, until it is dropped.
pub struct Clamd {
    /// For the settings of a house.
    pub scanner: Scanner,
    /// Where it listens.
    pub address: Address,
    manner: Arc<Mutex<Manner>>,
    /// It has all bytes and waits ([`Manner::Waits`]).
    pub waiting: Arc<Notify>,
    /// It may answer.
    pub answer: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Clamd {
    /// Starts one.
    ///
    /// # Panics
    /// No port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = Address::Tcp(listener.local_addr().expect("its address").to_string());
        let manner = Arc::new(Mutex::new(Manner::Honest));
        let now = Arc::clone(&manner);
        let (waiting, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let gate = (Arc::clone(&waiting), Arc::clone(&answer));
        let task = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let manner = *now.lock().unwrap_or_else(PoisonError::into_inner);
                // A client that leaves ends its own conversation.
                drop(converse(line, manner, &gate).await);
            }
        });
        Self {
            scanner: Scanner::new(address.clone()),
            address,
            manner,
            waiting,
            answer,
            task,
        }
    }

    /// From now on it behaves like this.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(mut line: TcpStream, manner: Manner, gate: &(Arc<Notify>, Arc<Notify>)) -> std::io::Result<()> {
    let mut command = Vec::new();
    while !command.ends_with(&[0]) {
        command.push(line.read_u8().await?);
    }
    if command == b"zVERSION\0" {
        return line.write_all(b"ClamAV 1.4.3/27830/Fri Nov 27\0").await;
    }
    let mut seen = Vec::new();
    loop {
        let length = line.read_u32().await?;
        if length == 0 {
            break;
        }
        let mut chunk = vec![0; usize::try_from(length).unwrap_or_default()];
        line.read_exact(&mut chunk).await?;
        seen.extend_from_slice(&chunk);
        match manner {
            Manner::HangsUp => return Ok(()),
            Manner::HasEnough => return line.write_all(b"INSTREAM size limit exceeded. ERROR\0").await,
            Manner::Hasty => return line.write_all(b"stream: OK\0").await,
            Manner::Honest | Manner::Babbles | Manner::Waits => {}
        }
    }
    if manner == Manner::Waits {
        gate.0.notify_one();
        gate.1.notified().await;
    }
    let eicar = eicar();
    let answer: &[u8] = match manner {
        Manner::Babbles => b"stream: perhaps\0",
        _ if seen.windows(eicar.len()).any(|window| window == eicar) => b"stream: Eicar-Test-Signature FOUND\0",
        _ => b"stream: OK\0",
    };
    line.write_all(answer).await
}
