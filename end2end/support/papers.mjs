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

/** A PDF with a page for each heading. */
export function pdf(headings) {
    const objects = ["<</Type/Catalog/Pages 2 0 R>>"];
    objects.push(`<</Type/Pages/Count ${headings.length}/Kids[${headings.map((_, page) => `${4 + 2 * page} 0 R`).join(" ")}]>>`);
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    headings.forEach((heading, page) => {
        objects.push(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents ${5 + 2 * page} 0 R>>`);
        const stream = `BT /F 28 Tf 72 740 Td (${heading}) Tj ET`;
        objects.push(`<</Length ${stream.length}>>\nstream\n${stream}\nendstream`);
    });
    let file = "%PDF-1.4\n";
    const places = objects.map((object, number) => {
        const place = String(file.length).padStart(10, "0");
        file += `${number + 1} 0 obj\n${object}\nendobj\n`;
        return `${place} 00000 n \n`;
    });
    const size = objects.length + 1;
    file += `xref\n0 ${size}\n0000000000 65535 f \n${places.join("")}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
    return Buffer.from(file);
}
