// Measures the server and its peers in one run, interleaved, and writes docs/benchmarks.md.
//
// Peers run as their documentation says: nginx with its DAV module (a PUT followed by fdatasync, since it never syncs by
// itself) and with sendfile off for downloads; @tus/server with its file store; rclone serving a crypt remote by WebDAV and by
// HTTP. A peer that is missing fails the run.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";

const [binary, ...options] = process.argv.slice(2);
const quick = options.includes("--quick");
const GIB = 1024 ** 3;
const size = quick ? GIB / 8 : GIB;
const rounds = quick ? 3 : 7;
// Of the contact whose home page is asked for: PERFORMANCE goals of the house.
const THREADS = 20;
// Uploads at once, and bytes of each.
const CROWD = 64;
const CROWD_BYTES = quick ? 40_000_000 : 100_000_000;
// Milliseconds between two looks at a page meanwhile.
const LOOK_EVERY = 25;
// A long file, and how often a place in it is asked for.
const LONG = quick ? GIB : 10 * GIB;
const PLACES = quick ? 300 : 2000;
const PLACE_BYTES = 64 * 1024;
const MEMORY = "/dev/shm";
const scratch = fs.mkdtempSync(path.join(process.env.BENCH_FOLDER ?? os.tmpdir(), "gatehouse-bench-"));
const inMemory = fs.mkdtempSync(path.join(MEMORY, "gatehouse-bench-"));
const children = new Set();

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const quartiles = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 4)], sorted[Math.floor((sorted.length * 3) / 4)]];
};
const share = (numbers, part) => [...numbers].sort((a, b) => a - b)[Math.ceil(numbers.length * part) - 1];
const seconds = (from) => Number(process.hrtime.bigint() - from) / 1e9;
const run = (program, args, settings = {}) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, ...settings });

async function main() {
  if (options.includes("--home")) return homeAlone();
  if (options.includes("--transfers")) return transfersAlone();
  const site = await pages();
  const payload = path.join(scratch, "payload.bin");
  run("head", ["-c", String(size), "/dev/urandom"], { stdio: ["ignore", fs.openSync(payload, "w"), "inherit"] });

  const start = await coldStart();
  const portal = await openPortal();
  const idle = memory(portal.child.pid);
  const contact = await signInContacts(portal, 32);
  const home = await homePage(portal, contact);
  const nginx = await openNginx();
  const tus = await openTus(path.join(scratch, "tus"));
  const sealed = await openRclone("http", path.join(scratch, "rclone"), payload);
  // From here on the highest memory is that of the transfers.
  const before = memory(portal.child.pid);
  fs.writeFileSync(`/proc/${portal.child.pid}/clear_refs`, "5");
  const upload = { ours: [], nginx: [], bare: [], tus: [] };
  const download = { ours: [], nginx: [], rclone: [] };
  let file;
  for (let round = 0; round < rounds; round += 1) {
    const begun = await announce(portal, contact[0], size);
    const sent = patch(portal, contact[0], begun, payload);
    upload.ours.push(sent);
    const target = path.join(scratch, "dav", `${round}.bin`);
    const bare = putFile(`http://127.0.0.1:${nginx.port}/dav/${round}.bin`, payload, "PUT", []);
    const from = process.hrtime.bigint();
    run("python3", ["-c", "import os,sys; f=os.open(sys.argv[1], os.O_RDWR); os.fdatasync(f)", target]);
    upload.bare.push(bare);
    upload.tus.push(await tus.put(payload));
    upload.nginx.push(bare + seconds(from));
    if (file === undefined) {
      file = await send(portal, contact[0], begun);
    } else {
      await cancel(portal, contact[0], begun);
      fs.rmSync(target, { force: true });
    }
    download.ours.push(getFile(`${portal.origin}/files/${file}/content`, [`Cookie: session=${contact[0]}`]));
    download.nginx.push(getFile(`http://127.0.0.1:${nginx.port}/dav/0.bin`, []));
    download.rclone.push(getFile(`${sealed.origin}/payload.bin`, []));
    console.log(`round ${round + 1} of ${rounds}: up ${(size / 1e6 / sent).toFixed(0)} MB/s, down ${(size / 1e6 / download.ours.at(-1)).toFixed(0)} MB/s`);
  }
  const transfers = memory(portal.child.pid, "VmHWM") - before;
  const crowd = await crowded(portal, contact[0]);
  const places = await placesOf(portal, contact[0], nginx);
  await stop(sealed.child);
  await stop(portal.child);
  await stop(tus.child);
  const memoryOnly = await uploadsInMemory(payload);
  write({ site, start, idle, transfers, home, upload, download, crowd, places, memoryOnly });
}

// Many uploads at once, and somebody who looks at a page every now and then, whether the look before was answered or not.
async function crowded(portal, cookie) {
  const piece = path.join(scratch, "piece.bin");
  run("head", ["-c", String(CROWD_BYTES), "/dev/urandom"], { stdio: ["ignore", fs.openSync(piece, "w"), "inherit"] });
  const put = (begun) => [
    "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PATCH", "-H", "Expect:", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0",
    "-H", "Content-Type: application/offset+octet-stream", "-H", `Origin: ${portal.origin}`, "-H", `Cookie: session=${cookie}`, "-T", piece, `${portal.origin}${begun}`,
  ];
  const one = [];
  for (let round = 0; round < 3; round += 1) {
    const begun = await announce(portal, cookie, CROWD_BYTES);
    const from = process.hrtime.bigint();
    await curl(put(begun));
    one.push(CROWD_BYTES / 1e6 / seconds(from));
    await cancel(portal, cookie, begun);
  }
  const begun = [];
  for (let number = 0; number < CROWD; number += 1) begun.push(await announce(portal, cookie, CROWD_BYTES));
  fs.writeFileSync(`/proc/${portal.child.pid}/clear_refs`, "5");
  const looks = [];
  const look = async () => {
    const asked = process.hrtime.bigint();
    const { status } = await get(`${portal.origin}/files`, { cookie: `session=${cookie}` });
    if (status !== 200) throw new Error(`the list of files was refused with ${status}`);
    return seconds(asked) * 1000;
  };
  const from = process.hrtime.bigint();
  const sending = begun.map((upload) => curl(put(upload)));
  // Starting 64 programs keeps this one and the machine busy for a while, which is none of the server's affair.
  await new Promise((resolve) => setTimeout(resolve, 250));
  const clock = setInterval(() => looks.push(look()), LOOK_EVERY);
  await Promise.all(sending);
  const took = seconds(from);
  clearInterval(clock);
  const times = await Promise.all(looks);
  const peak = memory(portal.child.pid, "VmHWM");
  for (const upload of begun) await cancel(portal, cookie, upload);
  return { one: median(one), rate: (CROWD * CROWD_BYTES) / 1e6 / took, peak, looks: times.length, p50: share(times, 0.5), p99: share(times, 0.99) };
}

// Any place of a long file, of which nothing else is read. The file is all zeros: sealed it looks like any other.
async function placesOf(portal, cookie, nginx) {
  const long = path.join(scratch, "dav", "long.bin");
  fs.mkdirSync(path.dirname(long), { recursive: true });
  fs.closeSync(fs.openSync(long, "w"));
  fs.truncateSync(long, LONG);
  const begun = await announce(portal, cookie, LONG);
  const took = patch(portal, cookie, begun, long);
  const file = await send(portal, cookie, begun);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (url, headers) => {
    const first = Math.floor(Math.random() * (LONG - PLACE_BYTES));
    const range = `bytes=${first}-${first + PLACE_BYTES - 1}`;
    const from = process.hrtime.bigint();
    return new Promise((resolve, reject) => {
      http.get(url, { headers: { ...headers, range }, agent }, (answer) => {
        let got = 0;
        answer.on("data", (bytes) => (got += bytes.length)).on("end", () => {
          if (answer.statusCode !== 206 || got !== PLACE_BYTES) return reject(new Error(`${range}: ${answer.statusCode}, ${got} bytes`));
          resolve(seconds(from) * 1000);
        });
      }).on("error", reject);
    });
  };
  const times = { ours: [], nginx: [] };
  for (let turn = 0; turn < PLACES; turn += 1) {
    times.ours.push(await ask(`${portal.origin}/files/${file}/content`, { cookie: `session=${cookie}` }));
    if (nginx) times.nginx.push(await ask(`http://127.0.0.1:${nginx.port}/dav/long.bin`, {}));
  }
  agent.destroy();
  const parts = (of) => ({ p50: share(of, 0.5), p99: share(of, 0.99) });
  return { rate: LONG / 1e6 / took, ours: parts(times.ours), nginx: nginx && parts(times.nginx) };
}

// The same upload where no disk is in the way: what sealing and hashing cost beside the protocol's own server.
async function uploadsInMemory(payload) {
  const portal = await startPortal(path.join(inMemory, "portal"));
  await until(() => get(`${portal.origin}/sign-in`).then((answer) => answer.status === 200));
  const [contact] = await signInContacts(portal, 1);
  const tus = await openTus(path.join(inMemory, "tus"));
  const sealed = await openRclone("webdav", path.join(inMemory, "rclone"));
  const upload = { ours: [], tus: [], rclone: [] };
  for (let round = 0; round < rounds; round += 1) {
    const begun = await announce(portal, contact, size);
    upload.ours.push(patch(portal, contact, begun, payload));
    await cancel(portal, contact, begun);
    upload.tus.push(await tus.put(payload));
    upload.rclone.push(putFile(`${sealed.origin}/${round}.bin`, payload, "PUT", []));
    for (const name of fs.readdirSync(sealed.folder)) fs.rmSync(path.join(sealed.folder, name));
    // Cancelled objects go by a job; memory is wanted back before the next round.
    await until(async () => freeMegabytes(inMemory) > (3 * size) / 1e6);
  }
  await stop(sealed.child);
  await stop(portal.child);
  await stop(tus.child);
  return upload;
}

// The home page without the rest, for whoever makes it faster: writes nothing down.
async function homeAlone() {
  const portal = await openPortal();
  const contact = await signInContacts(portal, 32);
  console.log(`the server is process ${portal.child.pid}`);
  const [before, from] = [cpuSeconds(portal.child.pid), process.hrtime.bigint()];
  const home = await homePage(portal, contact);
  const busy = cpuSeconds(portal.child.pid) - before;
  console.log(`${home.rate.toFixed(0)} requests/s, p99 ${home.p99.toFixed(1)} ms; at half of it p99 ${home.half.p99.toFixed(1)} ms`);
  console.log(`${((busy / home.requests) * 1000).toFixed(2)} ms of CPU a page of ${(home.bytes / 1000).toFixed(1)} KB; ${((busy / seconds(from)) * 100).toFixed(0)} % of one core`);
}

// --- what is measured -------------------------------------------------------------------------------------------------

// Transfers to and from memory without the rest, for whoever makes them faster (`perf record -g node scripts/bench.mjs ..`): writes
// nothing down.
async function transfersAlone() {
  const payload = path.join(inMemory, "payload.bin");
  run("head", ["-c", String(size), "/dev/urandom"], { stdio: ["ignore", fs.openSync(payload, "w"), "inherit"] });
  const portal = await startPortal(path.join(inMemory, "portal"));
  await until(() => get(`${portal.origin}/sign-in`).then((answer) => answer.status === 200));
  const [contact] = await signInContacts(portal, 1);
  const figures = (what, times, before) => {
    const busy = (cpuSeconds(portal.child.pid) - before) / times.length;
    console.log(`${what}: ${(size / 1e6 / median(times)).toFixed(0)} MB/s, ${((busy * GIB) / size).toFixed(2)} s of CPU a GiB`);
  };
  const times = { up: [], down: [] };
  let before = cpuSeconds(portal.child.pid);
  for (let round = 0; round < rounds; round += 1) {
    const begun = await announce(portal, contact, size);
    times.up.push(patch(portal, contact, begun, payload));
    await cancel(portal, contact, begun);
    await until(async () => freeMegabytes(inMemory) > (3 * size) / 1e6);
  }
  figures("up", times.up, before);
  const begun = await announce(portal, contact, size);
  patch(portal, contact, begun, payload);
  const file = await send(portal, contact, begun);
  before = cpuSeconds(portal.child.pid);
  for (let round = 0; round < rounds; round += 1) times.down.push(getFile(`${portal.origin}/files/${file}/content`, [`Cookie: session=${contact}`]));
  figures("down", times.down, before);
  const { ours } = await placesOf(portal, contact);
  console.log(`places of a long file: p50 ${ours.p50.toFixed(2)} ms, p99 ${ours.p99.toFixed(2)} ms`);
  const { one, rate, peak, p99 } = await crowded(portal, contact);
  console.log(`${CROWD} uploads: ${rate.toFixed(0)} MB/s, one alone ${one.toFixed(0)} MB/s; at most ${peak.toFixed(0)} MB of memory; a page's p99 ${p99.toFixed(1)} ms`);
  await stop(portal.child);
}

async function coldStart() {
  const folder = path.join(scratch, "cold");
  const times = [];
  for (let round = 0; round <= rounds; round += 1) {
    const from = process.hrtime.bigint();
    const portal = await startPortal(folder);
    await until(() => get(`${portal.origin}/sign-in`).then((answer) => answer.status === 200));
    // The first start makes the firm and its papers, so it does not count.
    if (round > 0) times.push(seconds(from) * 1000);
    await stop(portal.child);
  }
  return times;
}

async function homePage(portal, cookies) {
  const script = path.join(scratch, "home.lua");
  fs.writeFileSync(script, `
local cookies = { ${cookies.map((cookie) => `"${cookie}"`).join(", ")} }
local turn = 0
request = function()
  turn = turn + 1
  return wrk.format("GET", "/home", { ["Cookie"] = "session=" .. cookies[turn % #cookies + 1] })
end`);
  let requests = 0;
  const load = (connections, duration) => {
    const text = run("wrk", ["-t1", `-c${connections}`, `-d${duration}s`, "--latency", "-s", script, portal.origin]);
    const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text);
    if (bad) throw new Error(`the home page failed ${bad[1]} times`);
    requests += Number(/(\d+) requests in/.exec(text)[1]);
    const milliseconds = (label) => {
      const [, number, unit] = new RegExp(`${label}%\\s+([\\d.]+)(us|ms|s)`).exec(text);
      return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
    };
    return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]), p50: milliseconds(50), p99: milliseconds(99) };
  };
  load(32, quick ? 1 : 5);
  const full = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) full.push(load(32, quick ? 3 : 10));
  const best = full.sort((a, b) => a.rate - b.rate)[Math.floor(full.length / 2)];
  // wrk has no fixed rate, so half load is the number of connections that brings about half the rate.
  let half = load(1, quick ? 2 : 5);
  for (let connections = 2; half.rate < best.rate / 2 && connections <= 16; connections += 1) half = load(connections, quick ? 2 : 5);
  const page = await get(`${portal.origin}/home`, { cookie: `session=${cookies[0]}` });
  return { ...best, half, requests, bytes: page.body.length };
}

async function pages() {
  const folder = path.resolve("target/site/pkg");
  const bytes = {};
  for (const name of fs.readdirSync(folder)) {
    const part = /\.(wasm|js|css)\.br$/.exec(name);
    if (!part) continue;
    const key = /^(doors|uploads)/.test(name) ? "doors.js" : part[1];
    bytes[key] = (bytes[key] ?? 0) + fs.statSync(path.join(folder, name)).size;
  }
  return bytes;
}

// --- our server -------------------------------------------------------------------------------------------------------

async function openPortal() {
  const portal = await startPortal(path.join(scratch, "portal"));
  await until(() => get(`${portal.origin}/sign-in`).then((answer) => answer.status === 200));
  return portal;
}

async function startPortal(folder) {
  const port = await freePort();
  const settings = { ...process.env, GATEHOUSE_LISTEN: `127.0.0.1:${port}`, GATEHOUSE_DATA: folder, GATEHOUSE_LOG_FILTER: "warn" };
  const child = spawn(binary, ["demo"], { env: settings, stdio: ["ignore", "ignore", "inherit"] });
  children.add(child);
  return { child, port, folder, origin: `http://localhost:${port}` };
}

// Sessions of one contact with so many threads: every request is another browser's.
async function signInContacts(portal, count) {
  const cookies = [];
  for (let number = 0; number < count; number += 1) cookies.push(await signIn(portal));
  const own = cookies[0];
  const blank = await get(`${portal.origin}/threads/new`, { cookie: `session=${own}` });
  const client = /name="client"[^>]*value="([0-9a-f]{32})"|<option[^>]*value="([0-9a-f]{32})"/.exec(blank.body);
  const chosen = client[1] ?? client[2];
  const there = (await get(`${portal.origin}/threads`, { cookie: `session=${own}` })).body.match(/class="thread-row/g).length;
  for (let number = there; number < THREADS; number += 1) {
    const form = await get(`${portal.origin}/threads/new`, { cookie: `session=${own}` });
    const id = /name="form"[^>]*value="([0-9a-f]{32})"/.exec(form.body)[1];
    const body = new FormData();
    body.append("client", chosen);
    body.append("subject", `Bench thread ${number}`);
    body.append("text", "A sentence of the length that people write when they answer a question about a payment.");
    body.append("form", id);
    body.append("from", "/threads/new");
    body.append("files", new File(["sample,figures\n1,2\n"], `figures-${number}.csv`));
    const answer = await fetch(`${portal.origin}/uploads/form`, { method: "POST", body, redirect: "manual", headers: { cookie: `session=${own}`, origin: portal.origin } });
    if (answer.status !== 303) throw new Error(`a thread was refused with ${answer.status}`);
  }
  return cookies;
}

async function signIn(portal) {
  const asked = await post(`${portal.origin}/api/ask_link`, { address: "anwen@marlowe.example", next: "", from: "/sign-in" }, {}, portal);
  const browser = cookie(asked, "link");
  const outbox = path.join(portal.folder, "outbox");
  let letter;
  await until(async () => {
    letter = signInLetter(outbox);
    return letter !== undefined;
  });
  const [, id, secret] = /\/link\/([0-9a-f]{32})#(\S+)/.exec(letter.text);
  const entered = await post(`${portal.origin}/api/redeem_link`, { id, secret }, { cookie: `link=${browser}` }, portal);
  const session = cookie(entered, "session");
  fs.rmSync(letter.path);
  return session;
}

function signInLetter(folder) {
  if (!fs.existsSync(folder)) return undefined;
  return fs
    .readdirSync(folder)
    .filter((entry) => entry.endsWith(".json") && !entry.startsWith("."))
    .map((entry) => ({ path: path.join(folder, entry), ...JSON.parse(fs.readFileSync(path.join(folder, entry), "utf8")) }))
    .find((letter) => letter.text.includes("/link/"));
}

async function announce(portal, session, length) {
  const threads = await get(`${portal.origin}/threads`, { cookie: `session=${session}` });
  const thread = /href="\/threads\/([0-9a-f]{32})"/.exec(threads.body)[1];
  const text = (value) => Buffer.from(value).toString("base64");
  const answer = await fetch(`${portal.origin}/uploads`, {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0", "upload-length": String(length), origin: portal.origin, cookie: `session=${session}`,
      "upload-metadata": `filename ${text("payload.bin")},thread ${text(thread)}`,
    },
  });
  if (answer.status !== 201) throw new Error(`an upload was refused with ${answer.status}`);
  portal.thread = thread;
  return answer.headers.get("location");
}

async function send(portal, session, upload) {
  const page = await get(`${portal.origin}/threads/${portal.thread}`, { cookie: `session=${session}` });
  const form = /name="form"[^>]*value="([0-9a-f]{32})"/.exec(page.body)[1];
  const message = { thread: portal.thread, text: "Bench", uploads: [upload.split("/").at(-1)], form };
  const answer = await fetch(`${portal.origin}/api/post_message`, {
    method: "POST", body: JSON.stringify(message),
    headers: { origin: portal.origin, cookie: `session=${session}`, accept: "application/json", "content-type": "application/json" },
  });
  if (!answer.ok) throw new Error(`the message was refused with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()).files[0].id;
}

async function cancel(portal, session, upload) {
  await fetch(`${portal.origin}${upload}`, { method: "DELETE", headers: { "tus-resumable": "1.0.0", origin: portal.origin, cookie: `session=${session}` } });
}

// --- @tus/server ------------------------------------------------------------------------------------------------------

async function openTus(folder) {
  fs.mkdirSync(folder);
  const port = await freePort();
  const child = spawn(process.execPath, ["end2end/support/tus_peer.mjs", folder, String(port)], { stdio: ["ignore", "ignore", "inherit"] });
  children.add(child);
  const origin = `http://127.0.0.1:${port}`;
  await until(() => get(origin).then((answer) => answer.status > 0));
  const resumable = { "tus-resumable": "1.0.0" };
  return {
    child,
    /** Seconds that the upload of a file took; it is removed afterwards. */
    async put(file) {
      const made = await fetch(`${origin}/files`, { method: "POST", headers: { ...resumable, "upload-length": String(size) } });
      const url = new URL(made.headers.get("location"), origin).href;
      const took = putFile(url, file, "PATCH", ["Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"]);
      for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name));
      return took;
    },
  };
}

// --- rclone -----------------------------------------------------------------------------------------------------------

// A crypt remote over a local folder, served by HTTP or by WebDAV. `payload` is put there first.
async function openRclone(how, folder, payload) {
  fs.mkdirSync(folder);
  const port = await freePort();
  const password = run("rclone", ["obscure", "kiln and clay and chalk"]).trim();
  const settings = {
    ...process.env, RCLONE_CONFIG: path.join(scratch, "rclone.conf"), RCLONE_CONFIG_SEALED_TYPE: "crypt", RCLONE_CONFIG_SEALED_REMOTE: folder,
    RCLONE_CONFIG_SEALED_PASSWORD: password,
  };
  fs.writeFileSync(settings.RCLONE_CONFIG, "");
  if (payload) run("rclone", ["copyto", payload, "sealed:payload.bin"], { env: settings });
  const child = spawn("rclone", ["serve", how, "sealed:", "--addr", `127.0.0.1:${port}`], { env: settings, stdio: ["ignore", "ignore", "ignore"] });
  children.add(child);
  const origin = `http://127.0.0.1:${port}`;
  await until(() => get(origin).then((answer) => answer.status > 0));
  return { child, origin, folder };
}

// --- nginx ------------------------------------------------------------------------------------------------------------

async function openNginx() {
  const port = await freePort();
  const folder = path.join(scratch, "nginx");
  fs.mkdirSync(folder);
  fs.mkdirSync(path.join(scratch, "dav"));
  fs.chmodSync(scratch, 0o755);
  const configuration = path.join(folder, "nginx.conf");
  fs.writeFileSync(configuration, `
${process.getuid() === 0 ? "user root;" : ""}
daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes auto;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi; sendfile off;
  server { listen 127.0.0.1:${port}; root ${scratch}; client_max_body_size 0; location /dav/ { dav_methods PUT DELETE; } }
}`);
  const child = spawn("nginx", ["-c", configuration, "-p", folder], { stdio: ["ignore", "ignore", "inherit"] });
  children.add(child);
  await until(() => get(`http://127.0.0.1:${port}/`).then((answer) => answer.status > 0));
  return { child, port };
}

// --- small things -----------------------------------------------------------------------------------------------------

function putFile(url, file, method, headers) {
  const from = process.hrtime.bigint();
  const status = run("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "-H", "Expect:", ...headers.flatMap((line) => ["-H", line]), "-T", file, url]);
  if (!/^2/.test(status)) throw new Error(`${method} ${url}: ${status}`);
  return seconds(from);
}

function patch(portal, session, begun, file) {
  return putFile(`${portal.origin}${begun}`, file, "PATCH", [
    "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream",
    `Origin: ${portal.origin}`, `Cookie: session=${session}`,
  ]);
}

// It yields to the server, as senders elsewhere would.
function curl(args) {
  return new Promise((resolve, reject) => {
    const child = spawn("nice", ["-n", "19", "curl", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let status = "";
    child.stdout.on("data", (bytes) => (status += bytes));
    child.once("close", (code) => (code === 0 && /^2/.test(status) ? resolve() : reject(new Error(`curl ended with ${code}: ${status}`))));
  });
}

function freeMegabytes(folder) {
  const { bavail, bsize } = fs.statfsSync(folder);
  return (bavail * bsize) / 1e6;
}

function getFile(url, headers) {
  const from = process.hrtime.bigint();
  const told = run("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", ...headers.flatMap((line) => ["-H", line]), url]);
  if (told !== `200 ${size}`) throw new Error(`GET ${url}: ${told}`);
  return seconds(from);
}

function memory(pid, field = "VmRSS") {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

function cpuSeconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function get(url, headers = {}) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (piece) => (body += piece)).on("end", () => resolve({ status: answer.statusCode, body }));
    }).on("error", reject);
  });
}

function post(url, fields, headers, portal) {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers: { ...headers, origin: portal.origin, accept: "text/html" } });
}

function cookie(answer, name) {
  const line = answer.headers.getSetCookie().find((text) => text.startsWith(`${name}=`));
  if (!line) throw new Error(`no cookie ${name} with status ${answer.status}`);
  return line.split(";")[0].slice(name.length + 1);
}

async function until(condition) {
  const end = Date.now() + 60_000;
  for (;;) {
    if (await condition().catch(() => false)) return;
    if (Date.now() > end) throw new Error("a condition did not come true within a minute");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function freePort() {
  return new Promise((resolve) => {
    const server = http.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function stop(child) {
  children.delete(child);
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

// --- the report -------------------------------------------------------------------------------------------------------

function write({ site, start, idle, transfers, home, upload, download, crowd, places, memoryOnly }) {
  const rate = (times) => times.map((time) => size / 1e6 / time);
  const line = (numbers, digits = 0) => `${median(numbers).toFixed(digits)} (${quartiles(numbers).map((number) => number.toFixed(digits)).join(" to ")})`;
  const ratio = (ours, theirs) => (median(theirs) / median(ours)).toFixed(2);
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  const system = run("stat", ["-f", "-c", "%T", scratch]).trim();
  const cpu = /model name\s*:\s*(.*)/.exec(fs.readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "unknown";
  const openssl = run("openssl", ["speed", "-seconds", "1", "-bytes", "16384", "-evp", "aes-256-gcm"], { stdio: ["ignore", "pipe", "ignore"] })
    .split("\n").find((text) => /^AES-256-GCM/i.test(text))?.trim().split(/\s+/).at(-1) ?? "unknown";
  const text = `# Benchmarks

Written by \`${quick ? "scripts/bench --quick" : "make bench"}\` on ${new Date().toISOString().slice(0, 10)}. Figures are medians of ${rounds} interleaved rounds with quartiles in
brackets; the load generator and the peers run on the same machine, unpinned. They are guides for this hardware and ratios
to peers, not promises.

Hardware: ${os.cpus().length} cores of ${cpu}; files on ${system}, page cache warm; AES-256-GCM at 16 KiB by \`openssl speed\`: ${openssl} bytes/s.

| What | Measured | Goal |
| --- | --- | --- |
| Home page, signed in, 32 sessions of a contact with ${THREADS} threads, most with a file (${kilobytes(home.bytes)} of HTML), \`wrk -t1 -c32\` | ${home.rate.toFixed(0)} requests/s, p50 ${home.p50.toFixed(1)} ms, p99 ${home.p99.toFixed(1)} ms | 1,500 requests/s |
| The same with the fewest connections that reach half of it (${home.half.rate.toFixed(0)} requests/s) | p50 ${home.half.p50.toFixed(1)} ms, p99 ${home.half.p99.toFixed(1)} ms | p99 30 ms |
| Upload of ${(size / GIB).toFixed(2)} GiB, sealed and durable | ${line(rate(upload.ours))} MB/s | |
| nginx DAV PUT of the plaintext, then fdatasync | ${line(rate(upload.nginx))} MB/s | |
| nginx DAV PUT alone, not durable | ${line(rate(upload.bare))} MB/s | |
| Ratio, ours to nginx with fdatasync | ${ratio(upload.ours, upload.nginx)} | 0.95 |
| @tus/server 2.4 with its file store, which does not sync | ${line(rate(upload.tus))} MB/s | |
| Ratio, ours to @tus/server | ${ratio(upload.ours, upload.tus)} | 1.0 |
| The same upload to memory (tmpfs) | ${line(rate(memoryOnly.ours))} MB/s | |
| @tus/server to memory | ${line(rate(memoryOnly.tus))} MB/s | |
| Ratio, ours to @tus/server, in memory | ${ratio(memoryOnly.ours, memoryOnly.tus)} | 2.0 |
| rclone crypt over WebDAV, to memory | ${line(rate(memoryOnly.rclone))} MB/s | |
| Ratio, ours to rclone, in memory | ${ratio(memoryOnly.ours, memoryOnly.rclone)} | 3.0 |
| ${CROWD} uploads of ${CROWD_BYTES / 1e6} MB at once, together | ${crowd.rate.toFixed(0)} MB/s | |
| One of them alone, median of three | ${crowd.one.toFixed(0)} MB/s | |
| Ratio, together to one alone, which mostly stays in the disk's cache | ${(crowd.rate / crowd.one).toFixed(2)} | 0.9 |
| One stream of ${LONG / GIB} GiB, which the disk has to keep up with as well | ${places.rate.toFixed(0)} MB/s | |
| Ratio, together to that one stream | ${(crowd.rate / places.rate).toFixed(2)} | 0.9 |
| Memory meanwhile at most (RSS) | ${crowd.peak.toFixed(0)} MB | 192 MB |
| The list of files meanwhile, asked for every ${LOOK_EVERY} ms, ${crowd.looks} times | p50 ${crowd.p50.toFixed(1)} ms, p99 ${crowd.p99.toFixed(1)} ms | p99 50 ms |
| Download of the same file over loopback | ${line(rate(download.ours))} MB/s | |
| nginx, sendfile off | ${line(rate(download.nginx))} MB/s | |
| Ratio, ours to nginx | ${ratio(download.ours, download.nginx)} | 0.7 |
| rclone serve http on a crypt remote | ${line(rate(download.rclone))} MB/s | |
| Ratio, ours to rclone | ${ratio(download.ours, download.rclone)} | 3.0 |
| ${PLACE_BYTES / 1024} KiB from anywhere in a file of ${LONG / GIB} GiB, ${PLACES} times | p50 ${places.ours.p50.toFixed(2)} ms, p99 ${places.ours.p99.toFixed(2)} ms | p50 1 ms, p99 5 ms |
| nginx, the same from the plaintext | p50 ${places.nginx.p50.toFixed(2)} ms, p99 ${places.nginx.p99.toFixed(2)} ms | |
| Memory after start (RSS) | ${idle.toFixed(1)} MB | 60 MB |
| Memory that the transfers added at most (RSS, above what the pages before had left) | ${transfers.toFixed(1)} MB | 32 MB |
| Start to the first rendered page | ${line(start)} ms | 150 ms |
| First signed-in page: WebAssembly and script, brotli | ${kilobytes(site.wasm)} + ${kilobytes(site.js)} | 300 KB |
| Pages before sign-in: script; style, brotli | ${kilobytes(site["doors.js"])}; ${kilobytes(site.css)} | 15 KB |
`;
  // What stands below the table stays: the profile, and what `make soak` measured.
  const before = fs.existsSync("docs/benchmarks.md") ? fs.readFileSync("docs/benchmarks.md", "utf8") : "";
  const soak = before.indexOf("\n## ");
  fs.writeFileSync("docs/benchmarks.md", soak < 0 ? text : `${text.trimEnd()}\n${before.slice(soak)}`);
  console.log(text);
}

try {
  await main();
} finally {
  await Promise.all([...children].map(stop));
  fs.rmSync(scratch, { recursive: true, force: true });
  fs.rmSync(inMemory, { recursive: true, force: true });
}
