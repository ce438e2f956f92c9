// A line that breaks: it carries bytes to the portal until a number of them have gone through, and then it is torn.
import { connect, createServer } from "node:net";

/**
 * Opens a line to a port of this machine. `bytes()` says for each connection how many bytes go up before it is torn; `Infinity`
 * lets it live. Gives the line's own port, how often it broke, and `close`.
 */
export async function openLine(port, bytes) {
    const line = { port: 0, broken: 0, close: undefined };
    const open = new Set();
    const server = createServer((near) => {
        const far = connect(port, "127.0.0.1");
        let left = bytes();
        const tear = () => {
            for (const end of [near, far]) {
                open.delete(end);
                end.destroy();
            }
        };
        for (const end of [near, far]) {
            open.add(end);
            end.on("error", tear);
            end.on("close", tear);
        }
        far.pipe(near);
        near.on("data", (piece) => {
            far.write(piece.subarray(0, Math.min(piece.length, left)));
            left -= piece.length;
            if (left > 0) return;
            line.broken += 1;
            tear();
        });
    });
    await new Promise((settle, fail) => server.once("error", fail).listen(0, "127.0.0.1", settle));
    line.port = server.address().port;
    line.close = () => {
        for (const end of open) end.destroy();
        return new Promise((settle) => server.close(settle));
    };
    return line;
}
