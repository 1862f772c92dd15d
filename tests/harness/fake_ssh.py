"""Stands in for the program ssh: takes its arguments as OpenSSH does, and runs PowerShell scripts.

It refuses what the real one would (no host key, no batch mode), and every remote command but the
one loader that reads a script from standard input. The script runs in the double at FAKE_SSH_URL.
FAKE_SSH_FAULT is ``lost`` (the work is done, no answer comes), ``slow`` or ``broken``.
"""

from __future__ import annotations

import base64
import getopt
import hashlib
import json
import os
import re
import sys
import time
import urllib.error
from pathlib import Path

from vbrprov_veeam.powershell.rehearsal import run_in_double

LOADER = ("$ProgressPreference='SilentlyContinue';"
          "[Console]::OutputEncoding=New-Object System.Text.UTF8Encoding($false);"
          "$t=[Console]::In.ReadToEnd();& ([ScriptBlock]::Create("
          "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($t))))")


def refuse(text: str, status: int = 255) -> None:
    """End as ssh does when it cannot connect, or as the remote command did."""
    sys.stderr.write(f"{text}\n")
    sys.exit(status)


def main() -> None:
    """One call of ssh."""
    options, rest = getopt.getopt(sys.argv[1:], "Tp:o:i:l:")
    settings = dict(value.partition("=")[::2] for name, value in options if name == "-o")
    host, *command = rest
    with Path(os.environ["FAKE_SSH_LOG"]).open("a", encoding="utf-8") as log:
        log.write(json.dumps({"options": options, "host": host, "command": command}) + "\n")
    if settings.get("BatchMode") != "yes" or settings.get("StrictHostKeyChecking") != "yes":
        refuse("it would ask a question, or take any host key")
    known = settings.get("UserKnownHostsFile", "").strip('"')
    if host not in Path(known).read_text(encoding="utf-8").split():
        refuse("Host key verification failed.")
    # The remote shell gets the words joined by blanks.
    words = " ".join(command).split(" ")
    if words[:4] not in (["pwsh", "-NoProfile", "-NonInteractive", "-EncodedCommand"],
                         ["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand"]):
        refuse(f"command not allowed: {words}", 1)
    if len(words) != 5 or base64.b64decode(words[4]).decode("utf-16-le") != LOADER:
        refuse("command not allowed", 1)
    script = base64.b64decode(sys.stdin.buffer.read(), validate=True).decode()
    found = re.search(r"^\$StepHash = '([0-9a-f]{64})'$", script, re.MULTILINE)
    if found is None or hashlib.sha256(
            script.replace(found[1], "@HASH@", 1).encode()).hexdigest() != found[1]:
        refuse("the script was altered on its way", 1)
    fault = os.environ.get("FAKE_SSH_FAULT", "")
    if fault == "slow":
        time.sleep(60)
    if fault == "broken":
        refuse("ParserError: unexpected token", 1)
    try:
        output = run_in_double(os.environ["FAKE_SSH_URL"], script)
    except urllib.error.HTTPError as error:
        refuse(error.read().decode(), 1)
    if fault == "lost":
        refuse("client_loop: send disconnect: Broken pipe")
    sys.stderr.write("Authorized uses only.\n")
    sys.stdout.buffer.write(output.encode() + b"\r\n")


main()
