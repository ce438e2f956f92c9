// A person at a browser. Whatever a browser complains about while that person is at work fails the journey: errors on the
// console (violations of the content policy among them), uncaught errors, answers of 500 and above.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { join } from "node:path";
import { root } from "./portal.mjs";

const artefacts = join(root, "end2end/artefacts");
// Debian's Chromium. Playwright's own download is a browser that nobody uses.
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu", "--disable-quic", "--no-first-run"];

/** A browser, to be closed by whoever asked for it. */
export async function launchBrowser() {
    assert.ok(executablePath, "Chromium is missing: run scripts/setup test");
    // Chromium's sandbox refuses to work for root, as which containers build.
    return chromium.launch({ executablePath, args: process.getuid() === 0 ? ["--no-sandbox", ...quiet] : quiet });
}

/**
 * Someone with fresh cookies. At the end of the test `t` the browser's complaints are counted and the window closes.
 * `scripts: false` switches JavaScript off.
 */
export async function newVisitor(t, browser, portal, { scripts = true, width = 1280, height = 900, dark = false, phone = false } = {}) {
    const context = await browser.newContext({
        baseURL: portal.origin,
        // The TLS journey signs its own certificate.
        ignoreHTTPSErrors: portal.origin.startsWith("https:"),
        javaScriptEnabled: scripts,
        viewport: { width, height },
        // Fingers, and no mouse.
        isMobile: phone,
        hasTouch: phone,
        colorScheme: dark ? "dark" : "light",
        locale: "en-GB",
        timezoneId: "Europe/London",
        reducedMotion: "reduce",
    });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const complaints = [];
    const found = new Map();
    const expected = new Set();
    listen(page, complaints, expected);
    context.on("page", (another) => listen(another, complaints, expected));
    t.after(async () => {
        if (!t.passed && !page.isClosed()) await picture(page, `failed-${t.name}`).catch(() => {});
        await context.close();
        const all = [...complaints, ...[...found].map(([what, places]) => `${what} (${places.join(", ")})`)];
        assert.equal(all.length, 0, `The browser or its judge complained:\n${all.join("\n")}`);
    });
    return {
        page,
        context,
        scripts,
        browser,
        /** Something about the page that fails the test at its end, so that one run tells all. */
        complain: (what, where) => found.set(what, [...(found.get(what) ?? []), where]),
        /** The next pages may answer with this status, which a browser reports on its console. */
        expects: (status) => expected.add(status),
    };
}

function listen(page, complaints, expected) {
    page.on("pageerror", (error) => complaints.push(`uncaught at ${page.url()}: ${error.stack ?? error}`));
    page.on("console", (message) => {
        if (message.type() !== "error") return;
        const status = /status of (\d+)/.exec(message.text())?.[1];
        if (status && expected.has(Number(status))) return;
        complaints.push(`console at ${page.url()}: ${message.text()}`);
    });
    page.on("response", (response) => {
        if (response.status() >= 500 && !expected.has(response.status())) complaints.push(`${response.status()} from ${response.url()}`);
    });
}

/** A picture for people to look at, in end2end/artefacts. */
export async function picture(page, name) {
    await mkdir(artefacts, { recursive: true });
    await page.screenshot({ path: join(artefacts, `${name.replace(/[^\w-]+/g, "-")}.png`), fullPage: true, animations: "disabled" });
}
