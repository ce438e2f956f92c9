// A disk that errs under the real server: strace lets every sync fail. Nothing may be acknowledged then, all of it must be told as
// passing trouble, and once the disk is well again everything goes on and is really there.
import { spawn } from "node:child_process";
import { announce, beginThread, say, signIn, withServer } from "./kills.mjs";

/** Breaks the disk twice, in two ways, and fails at the first thing that does not hold. Gives how often which status was told. */
export function breakDiskAndCompare({ turns }) {
    return withServer({ GATEHOUSE_LOG_FILTER: "error" }, (server) => breakIn(server, turns));
}

async function breakIn(server, turns) {
    await server.start();
    const ask = await signIn(server);
    const thread = await beginThread(ask);
    const told = {};
    for (const fault of ["EIO", "ENOSPC"]) {
        const mend = await breakSyncs(server.child.pid, fault);
        for (let turn = 0; turn < turns; turn += 1) {
            for (const attempt of [() => say(ask, thread, `never acknowledged ${fault} ${turn}`, []), () => upload(ask, thread)]) {
                const status = await attempt().then(
                    () => "acknowledged",
                    (error) => /with (\d+)/.exec(error.message)?.[1] ?? error.message,
                );
                told[status] = (told[status] ?? 0) + 1;
            }
        }
        await mend();
        await say(ask, thread, `after ${fault}`, []);
        await upload(ask, thread);
    }
    if (Object.keys(told).join() !== "503") throw new Error(`a disk that fails was told as ${JSON.stringify(told)}`);
    // Not what this process remembers, but what rests.
    await server.kill();
    await server.start();
    const view = await (await ask(`/api/thread?id=${thread}`, { headers: { accept: "application/json" } })).json();
    const texts = view.messages.map(({ text }) => text);
    for (const fault of ["EIO", "ENOSPC"]) {
        if (!texts.includes(`after ${fault}`)) throw new Error(`what was acknowledged after ${fault} is lost: ${texts.join(", ")}`);
    }
    return told;
}

/** Lets every sync of a process fail from now on; gives what ends that. */
async function breakSyncs(pid, fault) {
    const options = ["-f", "-o", "/dev/null", "-e", `inject=fsync,fdatasync:error=${fault}`, "-p", String(pid)];
    const strace = spawn("strace", options, { stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise((settle) => strace.once("exit", settle));
    let printed = "";
    // It says so once it watches all threads.
    await new Promise((settle, fail) => {
        strace.stderr.on("data", (bytes) => {
            printed += bytes;
            if (printed.includes("attached")) settle();
        });
        ended.then(() => fail(new Error(`strace cannot watch the server: ${printed}`)));
    });
    return async () => {
        strace.kill("SIGINT");
        await ended;
    };
}

async function upload(ask, thread) {
    const path = await announce(ask, thread, "figures.bin", 1000);
    const headers = { "tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream" };
    const sent = await ask(path, { method: "PATCH", body: Buffer.alloc(1000), headers });
    if (sent.status !== 204) throw new Error(`bytes were refused with ${sent.status}`);
}
