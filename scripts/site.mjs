// Puts together the folder that browsers are served from: style, scripts, wasm and fonts, each under a name that carries the
// hash of its bytes, so that they may be cached for ever, and each also compressed. Called by scripts/build.
//
//   node scripts/site.mjs <folder of wasm-bindgen's output> <site folder> <file for the hashes>
//
// Names, hashes (MD5 in URL-safe base64) and the file of hashes are those of cargo-leptos, which can build the same folder. The
// lines `doors` and `fonts/..` are ours.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const tools = createRequire(join(root, "end2end/package.json"));
const { compile } = tools("sass");
const { minify } = tools("terser");

// What a contact's first page may cost over the wire: wasm and scripts after brotli (docs/benchmarks.md).
const BUDGET_BYTES = 300 * 1024;
// The script before sign-in, and what it loads where files are sent.
const DOORS_BUDGET_BYTES = 15 * 1024;

const [bindgen, site, hashFile] = process.argv.slice(2);
const fresh = `${site}.next`;
const pkg = join(fresh, "pkg");
rmSync(fresh, { recursive: true, force: true });
mkdirSync(join(pkg, "fonts"), { recursive: true });

const hashes = [];
const sizes = [];

place("js", "gatehouse.js", await shortened(readFileSync(join(bindgen, "gatehouse.js"), "utf8")));
place("wasm", "gatehouse.wasm", readFileSync(join(bindgen, "gatehouse_bg.wasm")));
place("css", "gatehouse.css", Buffer.from(withFonts(style())));
placeDoors();
copySnippets(join(bindgen, "snippets"));

// The old folder leaves only now, so that a running server never finds half of one.
rmSync(site, { recursive: true, force: true });
renameSync(fresh, site);
writeFileSync(hashFile, hashes.map(([kind, hash]) => `${kind}: ${hash}\n`).join(""));
report();

// wasm-bindgen writes for readers: comments and long names are half of it.
async function shortened(script) {
    const { code } = await minify(script, { module: true, compress: { passes: 2 } });
    return Buffer.from(code);
}

// What the script before sign-in loads where a page needs it stands in it by its hashed name.
function placeDoors() {
    const doors = join(root, "app/doors.js");
    if (!existsSync(doors)) return;
    place("uploads", "uploads.js", readFileSync(join(root, "app/uploads.js")));
    const uploads = withHash("uploads.js", hash(readFileSync(join(root, "app/uploads.js"))));
    place("doors", "doors.js", Buffer.from(readFileSync(doors, "utf8").replace("./uploads.js", `./${uploads}`)));
}

function style() {
    return compile(join(root, "style/main.scss"), { style: "compressed", charset: false }).css;
}

// Fonts keep their licence beside them; the style sheet's `./fonts/name` becomes the hashed name.
function withFonts(css) {
    const folder = join(root, "style/fonts");
    if (!existsSync(folder)) return css;
    for (const name of readdirSync(folder)) {
        const bytes = readFileSync(join(folder, name));
        if (extname(name) !== ".woff2") {
            writeFileSync(join(pkg, "fonts", name), bytes);
            continue;
        }
        const hashed = withHash(name, hash(bytes));
        writeFileSync(join(pkg, "fonts", hashed), bytes);
        hashes.push([`fonts/${name}`, hash(bytes)]);
        css = css.replaceAll(`fonts/${name}`, `fonts/${hashed}`);
    }
    return css;
}

// wasm-bindgen's script imports these by their own, already unique, paths.
function copySnippets(from) {
    if (!existsSync(from)) return;
    for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const folder = join(pkg, "snippets", entry.parentPath.slice(from.length));
        mkdirSync(folder, { recursive: true });
        copyFileSync(join(entry.parentPath, entry.name), join(folder, entry.name));
    }
}

function place(kind, name, bytes) {
    hashes.push([kind, hash(bytes)]);
    const path = join(pkg, withHash(name, hash(bytes)));
    const brotli = brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    writeFileSync(path, bytes);
    writeFileSync(`${path}.br`, brotli);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    sizes.push({ kind, raw: bytes.length, brotli: brotli.length });
}

function hash(bytes) {
    return createHash("md5").update(bytes).digest("base64url");
}

function withHash(name, digest) {
    return `${basename(name, extname(name))}.${digest}${extname(name)}`;
}

function report() {
    const figure = (bytes) => bytes.toLocaleString("en-GB").padStart(9);
    for (const { kind, raw, brotli } of sizes) console.error(`${kind.padEnd(6)}${figure(raw)} bytes, ${figure(brotli)} after brotli`);
    const wire = (kinds) => sizes.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { brotli }) => sum + brotli, 0);
    within("wasm and script after brotli", wire(["wasm", "js"]), BUDGET_BYTES);
    within("doors.js and uploads.js after brotli", wire(["doors", "uploads"]), DOORS_BUDGET_BYTES);
}

function within(what, bytes, budget) {
    console.error(`${what}: ${Math.ceil(bytes / 1024)} KB of ${budget / 1024} KB`);
    if (bytes > budget) {
        console.error(`Over the budget of ${budget} bytes by ${bytes - budget}.`);
        process.exitCode = 1;
    }
}
