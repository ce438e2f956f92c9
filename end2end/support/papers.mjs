// Files to send, made on the spot: so much content, never the same twice in one file.
import { createHash } from "node:crypto";

/** A file for Playwright's file inputs, with the digest that its receipt must show. */
export function paper(name, bytes, mimeType = "application/pdf") {
    const buffer = Buffer.alloc(bytes);
    let block = createHash("sha256").update(name).digest();
    for (let at = 0; at < bytes; at += block.length) {
        block.copy(buffer, at);
        block = createHash("sha256").update(block).digest();
    }
    return { name, mimeType, buffer, sha256: createHash("sha256").update(buffer).digest("hex") };
}

/** Drops files onto the page as a person would from a file manager. */
export async function drop(page, papers) {
    const files = papers.map(({ name, mimeType, buffer }) => ({ name, mimeType, content: buffer.toString("base64") }));
    await page.evaluate((files) => {
        const carried = new DataTransfer();
        for (const { name, mimeType, content } of files) {
            const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
            carried.items.add(new File([bytes], name, { type: mimeType }));
        }
        for (const kind of ["dragenter", "dragover", "drop"]) {
            document.querySelector("main").dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }
    }, files);
}

/** Makes the page's line as slow as the given bytes a second upwards. */
export async function slowUploads(page, bytesPerSecond) {
    const line = await page.context().newCDPSession(page);
    await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond });
    return () => line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
}
