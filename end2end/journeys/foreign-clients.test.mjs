// Clients of the tus protocol that nobody here wrote, with connections that break at any byte. `make soak` does it by the hundred.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { byTusJs, byTuspy, sendAndCompare } from "../support/foreign.mjs";
import { paper } from "../support/papers.mjs";
import { signInAsContact } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";
import { uppyBundle } from "../support/uppy.mjs";

const set = stage();

for (const [name, send] of [["tus-js-client", byTusJs], ["tuspy", byTuspy]]) {
    test(`${name} gets every file through a line that breaks, byte for byte`, async () => {
        const figures = await sendAndCompare({ uploads: 8, send });
        assert.ok(figures.broken >= 16, JSON.stringify(figures));
    });
}

test("Uppy in a browser gets several files through, paused and taken up again", async (t) => {
    const client = await set.visitor(t);
    const { page } = client;
    await signInAsContact(client, set.portal);
    await page.locator(".thread-row a").first().click();
    await page.waitForURL("**/threads/*");
    const thread = page.url().split("/").at(-1);
    await page.evaluate(await uppyBundle());
    const papers = [paper("One.pdf", 9_000_000), paper("Two.pdf", 3_000_000), paper("Three.pdf", 1)];
    const files = papers.map(({ name, buffer }) => ({ name, bytes: buffer.toString("base64") }));
    const sent = await page.evaluate((said) => globalThis.sendByUppy(said), { thread, files, slice: 1_000_000, tears: 4 });
    assert.equal(sent.paused, 4, "it was paused on the way");
    const uploads = sent.paths.map(([, path]) => path.split("/").at(-1));
    const form = randomBytes(16).toString("hex");
    const posted = await page.evaluate(async (message) => {
        const headers = { accept: "application/json", "content-type": "application/json" };
        return (await fetch("/api/post_message", { method: "POST", headers, body: JSON.stringify(message) })).json();
    }, { thread, text: "Sent by Uppy", uploads, form });
    for (const { name, sha256, buffer } of papers) {
        const file = posted.files.find((file) => file.name === name);
        assert.equal(file?.sha256, sha256, `the receipt of ${name}`);
        const back = await (await page.request.get(`/files/${file.id}/content`)).body();
        assert.ok(back.equals(buffer), `${name} came back as it was`);
    }
});
