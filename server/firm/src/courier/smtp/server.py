"""A real mail server for the suites: aiosmtpd on 127.0.0.1, on a free port where PORT is 0.

    server.py {tls|starttls|plain} FOLDER PORT [USER PASSWORD]

FOLDER holds cert.pem and key.pem where there is TLS; every mail that is taken is written there as N.json. The port is
printed once it listens. It ends when its input closes. Recipients decide how it behaves: `later-…` is refused twice with
451, `never-…` with 550; everybody else is taken.
"""
import asyncio
import base64
import json
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

mode, folder = sys.argv[1], Path(sys.argv[2])
login = sys.argv[4:6]
tries = {}


class Postbox:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never-"):
            return "550 5.1.1 No such person here"
        if address.startswith("later-"):
            tries[address] = tries.get(address, 0) + 1
            if tries[address] <= 2:
                return "451 4.7.1 Greylisted, please come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": base64.b64encode(envelope.content).decode(),
            "tls": session.ssl is not None or mode == "tls",
            "user": session.auth_data.decode() if session.auth_data else None,
        }
        path = folder / f"{self.count}.json"
        self.count += 1
        part = path.with_suffix(".part")
        part.write_text(json.dumps(mail))
        part.rename(path)
        return "250 2.0.0 Taken as number 17"


def authenticate(server, session, envelope, mechanism, data):
    given = [data.login.decode(), data.password.decode()]
    # Not handled: the server itself gives the refusal's words.
    return AuthResult(success=given == login, handled=False, auth_data=data.login)


async def main():
    context = None
    if mode != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    options = {"hostname": "mail.example", "enable_SMTPUTF8": True}
    if login:
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": mode == "starttls"}
    if mode == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    box = Postbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, loop=loop, **options), "127.0.0.1", int(sys.argv[3]), ssl=context if mode == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
