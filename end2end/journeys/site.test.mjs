// The site folder is what cargo-leptos would have made of it: its names, its hashes, and the files that pages ask for.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { root } from "../support/portal.mjs";
import { stage } from "../support/stage.mjs";

const pkg = join(root, "target/site/pkg");
const lines = readFileSync(join(root, "target/build/hash.txt"), "utf8").trim().split("\n");
const hashes = new Map(lines.map((line) => line.split(": ")));
const set = stage();

test("names carry the MD5 of their bytes in URL-safe base64, as hash.txt says", () => {
    for (const [kind, name] of [["js", "gatehouse"], ["wasm", "gatehouse"], ["css", "gatehouse"]]) {
        const hash = hashes.get(kind);
        const bytes = readFileSync(join(pkg, `${name}.${hash}.${kind}`));
        assert.equal(createHash("md5").update(bytes).digest("base64url"), hash, kind);
        assert.ok(bytes.equals(brotliDecompressSync(readFileSync(join(pkg, `${name}.${hash}.${kind}.br`)))), `${kind}.br`);
        assert.ok(bytes.equals(gunzipSync(readFileSync(join(pkg, `${name}.${hash}.${kind}.gz`)))), `${kind}.gz`);
    }
});

test("nothing lies there that no line of hash.txt names", () => {
    const stem = (kind) => (kind.includes("/") ? kind.replace(/\.[^.]+$/, "") : ["doors", "uploads"].includes(kind) ? kind : "gatehouse");
    const named = lines.map((line) => line.split(": ")).map(([kind, hash]) => `${stem(kind)}.${hash}`);
    const files = readdirSync(pkg, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const entry of files) {
        const path = join(entry.parentPath, entry.name).slice(pkg.length + 1);
        const known = named.some((name) => path.startsWith(name)) || path.startsWith("snippets/") || /^fonts\/.*(OFL|LICEN[CS]E|\.txt)/i.test(path);
        assert.ok(known, path);
    }
});

test("every file that a page asks for is there, and may be kept for ever", async () => {
    const { origin } = set.portal;
    const html = await (await fetch(`${origin}/sign-in`)).text();
    const asked = [...html.matchAll(/(?:src|href)="(\/pkg\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(asked.length >= 2, html);
    for (const path of [...asked, `/pkg/gatehouse.${hashes.get("js")}.js`, `/pkg/gatehouse.${hashes.get("wasm")}.wasm`]) {
        const answer = await fetch(`${origin}${path}`);
        assert.equal(answer.status, 200, path);
        assert.match(answer.headers.get("cache-control"), /immutable/, path);
    }
});
