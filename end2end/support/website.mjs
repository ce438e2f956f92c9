// A firm's own website: another origin, with as strict a content policy as websites have.
import { createServer } from "node:http";

/**
 * Serves one page whose body is `body`. `script-src` names the portal and nothing else; no style and no request is allowed, markup from strings is refused, and `require-corp` refuses whatever does not say that it may stand on other sites.
 */
export async function startWebsite(t, portal, body) {
    const policy = `default-src 'none'; img-src data:; script-src ${portal.origin}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
    const requests = [];
    const server = createServer((request, response) => {
        requests.push(request.url);
        if (request.url !== "/") return response.writeHead(404).end();
        response.writeHead(200, {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": policy,
            "cross-origin-embedder-policy": "require-corp",
        });
        const head = '<meta charset="utf-8"><title>Sample accountants</title><link rel="icon" href="data:,">';
        response.end(`<!doctype html><html lang="en-GB"><head>${head}</head><body><main><h1>Sample accountants</h1>${body}</main></body></html>`);
    });
    await new Promise((settle) => server.listen(0, "127.0.0.1", settle));
    t.after(() => {
        server.closeAllConnections();
        return new Promise((settle) => server.close(settle));
    });
    // Another site than the portal's `localhost`, not only another port.
    return { origin: `http://127.0.0.1:${server.address().port}`, requests };
}
