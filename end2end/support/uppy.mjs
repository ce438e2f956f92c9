// Uppy in a page of the portal: bundled as a firm's own page would have it, and given to the browser past the portal's policy,
// which lets no foreign script in.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const entry = `
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

globalThis.sendByUppy = ({ thread, files, slice, tears }) =>
    new Promise((settle, fail) => {
        const uppy = new Uppy({ autoProceed: false });
        // Files are paused and taken up again between two slices. In the middle of one, tus-js-client may send a request without
        // its headers, which no server takes for tus.
        let paused = 0;
        const onAfterResponse = (request) => {
            if (paused >= tears || request.getMethod() !== "PATCH") return;
            paused += 1;
            uppy.pauseAll();
            setTimeout(() => uppy.resumeAll(), 50);
        };
        uppy.use(Tus, { endpoint: "/uploads", chunkSize: slice, retryDelays: Array(20).fill(20), allowedMetaFields: ["filename", "thread"], onAfterResponse });
        const left = new Set(files.map(({ name }) => name));
        for (const { name, bytes } of files) {
            const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
            uppy.addFile({ name, data: new Blob([content]), meta: { filename: name, thread } });
        }
        uppy.on("upload-error", (file, error) => fail(error));
        uppy.on("upload-success", (file) => left.delete(file.name));
        uppy.upload().then((result) => {
            const paths = result.successful.map((file) => [file.name, new URL(file.uploadURL, location.href).pathname]);
            if (left.size > 0 || paths.length !== files.length) fail(new Error("not every file arrived"));
            else settle({ paths, paused });
        }, fail);
    });
`;

/** The script, to be run in a page. Then `sendByUppy` is there. */
export async function uppyBundle() {
    const made = await build({
        stdin: { contents: entry, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
        bundle: true,
        format: "iife",
        platform: "browser",
        write: false,
        logLevel: "error",
    });
    return made.outputFiles[0].text;
}
