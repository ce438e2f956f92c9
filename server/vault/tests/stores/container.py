# Makes the container that the suite writes to: the store itself never makes one. Signed as Azure's "Shared Key" asks.
import base64, email.utils, hashlib, hmac, sys, urllib.request

address, key = sys.argv[1:]
account, container = "devstoreaccount1", "papers"
headers = {"x-ms-date": email.utils.formatdate(usegmt=True), "x-ms-version": "2024-08-04"}
said = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
text = "PUT" + "\n" * 12 + said + f"/{account}/{account}/{container}\nrestype:container"
digest = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
headers["Authorization"] = f"SharedKey {account}:{base64.b64encode(digest).decode()}"
url = f"{address}/{account}/{container}?restype=container"
urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=headers, data=None))
