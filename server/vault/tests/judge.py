"""The independent judge of sealed messages: PyPI's `cryptography`, which shares no code with crate `vault`.

Usage: judge.py FOLDER. `cases.json` in the folder lists cases with `name`, `verb` (`open` or `seal`), `key` and
`context` (hexadecimal) and the files `input` and `output`. The outcome of each goes to `verdicts.json`: `done`, or
`refused` if the input does not open.
"""

import json
import pathlib
import sys

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

VERBS = {"open": Cobblestone256Decryptor, "seal": Cobblestone256Encryptor}


def judge(folder, case):
    key, context = bytes.fromhex(case["key"]), bytes.fromhex(case["context"])
    machine = VERBS[case["verb"]](key, context)
    try:
        output = machine.update((folder / case["input"]).read_bytes()) + machine.finalize()
    except InvalidTag:
        return "refused"
    (folder / case["output"]).write_bytes(output)
    return "done"


def main():
    folder = pathlib.Path(sys.argv[1])
    cases = json.loads((folder / "cases.json").read_text())
    verdicts = {case["name"]: judge(folder, case) for case in cases}
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


main()
