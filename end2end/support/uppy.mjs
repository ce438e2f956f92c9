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
        uppy.use(Tus, { endpoint: "/uploads", chunkSize: slice, retryDelays: Array(20).fill(20), allowedMetaFields: ["filename", "thread"] });
        const left = new Set(files.map(({ name }) => name));
        for (const { name, bytes } of files) {
            const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
            uppy.addFile({ name, data: new Blob([content]), meta: { filename: name, thread } });
        }
        // Each file is paused and taken up again as often as is asked for, wherever it stands.
        let paused = 0;
        uppy.on("upload-progress", (file, progress) => {
            if (paused >= tears || progress.bytesUploaded === 0 || progress.bytesUploaded >= progress.bytesTotal) return;
            paused += 1;
            uppy.pauseAll();
            // As soon as a hand could.
            setTimeout(() => uppy.resumeAll(), 200);
        });
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
