// The protocol's own server in Node, as its documentation has it: what an upload is measured against.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

/** Listens on a port of this machine and keeps files, as they are, in a folder. Gives what ends it. */
export function startTusPeer(directory, port) {
    const server = new Server({ path: "/files", datastore: new FileStore({ directory }), relativeLocation: true });
    return new Promise((settle, fail) => {
        const listening = server.listen({ host: "127.0.0.1", port }, () => settle(() => new Promise((closed) => listening.close(closed))));
        // A connection that rests is not closed: whoever measures does something else for a while, and then uses it again.
        listening.keepAliveTimeout = 0;
        listening.once("error", fail);
    });
}

// As a process of its own: `node tus_peer.mjs folder port`.
if (process.argv[1] === import.meta.filename) await startTusPeer(process.argv[2], Number(process.argv[3]));
