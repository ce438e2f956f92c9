// Clients of the tus protocol that nobody here wrote, over a line that breaks. What they sent is compared byte for byte.
import { spawn } from "node:child_process";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as tus from "tus-js-client";
import { beginThread, say, signIn, withServer } from "./kills.mjs";
import { openLine } from "./line.mjs";

const tools = process.env.GATEHOUSE_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gatehouse", "tools");
// More than one part, so that connections break before, in and behind its end.
const MOST_BYTES = 9 * 1024 * 1024;

/** Sends `uploads` files with the client and gives figures; fails at the first that is not the same afterwards. */
export function sendAndCompare({ uploads, send, tell = () => {} }) {
    return withServer({}, async (server) => {
        await server.start();
        const ask = await signIn(server);
        const thread = await beginThread(ask);
        const figures = { uploads, bytes: 0, broken: 0 };
        for (let number = 0; number < uploads; number += 1) {
            const content = randomBytes(randomInt(1, MOST_BYTES));
            // Every connection carries a while, and the later ones longer, so that each upload comes to an end.
            let connections = 0;
            const line = await openLine(Number(new URL(server.origin).port), () => {
                connections += 1;
                return connections > 12 ? Infinity : randomInt(1, (content.length / 4 + 4_000) | 0);
            });
            const origin = `http://localhost:${line.port}`;
            const path = await send({ endpoint: `${origin}/uploads`, headers: { cookie: ask.cookie, origin }, thread, content });
            figures.broken += line.broken;
            figures.bytes += content.length;
            await line.close();
            const message = await say(ask, thread, `upload ${number}`, [path.split("/").at(-1)]);
            const [file] = message.files;
            const back = Buffer.from(await (await ask(`/files/${file.id}/content`)).arrayBuffer());
            const digest = createHash("sha256").update(content).digest("hex");
            if (!back.equals(content) || file.sha256 !== digest) throw new Error(`upload ${number} of ${content.length} bytes came back as ${back.length} others`);
            if (number % 50 === 49) tell(`${number + 1} of ${uploads} uploads, the line broke ${figures.broken} times`);
        }
        return figures;
    });
}

/** tus-js-client in Node: in one request or in slices, its length said at once or at the end. */
export function byTusJs({ endpoint, headers, thread, content }) {
    const sliced = randomInt(2) === 0;
    const deferred = sliced && randomInt(2) === 0;
    return new Promise((settle, fail) => {
        const upload = new tus.Upload(content, {
            endpoint,
            headers,
            metadata: { filename: "statement.bin", thread },
            // A slice of a kilobyte now and then, of a small file, else the test would wait for its thousands of requests.
            chunkSize: sliced ? randomInt(content.length < 100_000 ? 1_000 : 200_000, 3_000_000) : Infinity,
            uploadDataDuringCreation: randomInt(2) === 0,
            uploadLengthDeferred: deferred,
            retryDelays: Array(40).fill(10),
            onError: fail,
            onSuccess: () => settle(new URL(upload.url).pathname),
        });
        upload.start();
    });
}

/** tuspy, with the checksum of every slice. Each connection that breaks is a new start of the program's upload. */
export async function byTuspy({ endpoint, headers, thread, content }) {
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-tuspy-"));
    const file = join(folder, "statement.bin");
    await writeFile(file, content);
    const said = JSON.stringify({ endpoint, headers, file, thread, slice: randomInt(100_000, 3_000_000), checksum: randomInt(2) === 0 });
    const child = spawn(join(tools, "python", "bin", "python3"), ["-c", TUSPY, said], { stdio: ["ignore", "pipe", "pipe"] });
    let [printed, complained] = ["", ""];
    child.stdout.on("data", (bytes) => (printed += bytes));
    child.stderr.on("data", (bytes) => (complained += bytes));
    const code = await new Promise((settle) => child.once("exit", settle));
    await rm(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`tuspy ended with ${code}:\n${complained}`);
    return new URL(printed.trim()).pathname;
}

const TUSPY = `
import json, sys
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

said = json.loads(sys.argv[1])
client = TusClient(said["endpoint"], headers=said["headers"])
url = None
while True:
    try:
        with open(said["file"], "rb") as content:
            uploader = client.uploader(
                file_stream=content, chunk_size=said["slice"], url=url, upload_checksum=said["checksum"],
                metadata={"filename": "statement.bin", "thread": said["thread"]},
            )
            if url is None:
                uploader.set_url(uploader.create_url())
                url = uploader.url
            uploader.upload()
        break
    except (TusCommunicationError, requests.exceptions.RequestException) as broken:
        status = getattr(broken, "status_code", None)
        if status is not None and status not in (409, 423):
            raise
print(url)
`;
