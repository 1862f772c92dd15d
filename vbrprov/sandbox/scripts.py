"""Running a script of a step in the sandbox, in place of a real server."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

PATIENCE_SECONDS = 60


class ScriptRefusedError(Exception):
    """The sandbox did not run the script; the text says why."""


def run_script(endpoints: Mapping[str, Mapping[str, Any]], text: str, *,
               seen: bool = False) -> str:
    """What the script printed.

    Args:
        endpoints: Of the sandbox's doubles; one that runs scripts says where, as ``scripts``.
        text: The script.
        seen: Run it with the switch ``-Seen``.

    Raises:
        ScriptRefusedError: No double runs scripts, or it refused this one.
    """
    url = next((str(e["scripts"]) for e in endpoints.values() if e.get("scripts")), None)
    if url is None:
        raise ScriptRefusedError("No service of the sandbox runs scripts.")
    # On loopback, with a certificate that the sandbox made for itself.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    request = urllib.request.Request(  # noqa: S310  # loopback
        url, json.dumps({"script": text, "seen": seen}).encode(),
        {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(  # noqa: S310  # loopback
                request, timeout=PATIENCE_SECONDS, context=context) as answer:
            return str(json.load(answer)["output"])
    except urllib.error.HTTPError as error:
        raise ScriptRefusedError(error.read().decode("utf-8", "replace")) from error
    except OSError as error:
        raise ScriptRefusedError(f"The sandbox gave no answer: {error}.") from error
