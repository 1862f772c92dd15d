"""Scripts: a fixed text for each kind of step, with the parameters as data in it.

Nothing that a configuration says becomes code. It stands as JSON, in ASCII, in a single-quoted
here-string: PowerShell expands nothing in one, and only a line that begins with ``'@`` ends it,
which no line of this JSON does.
Source: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
"""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import resources
from typing import Any

import msgspec

Json = dict[str, Any]

_FOLDER = "vbrprov_veeam.powershell.scripts"
_HASH, _DATA = "@HASH@", "@DATA@"


class Script(msgspec.Struct, frozen=True):
    """A script ready to be run: its text and the hash that names exactly this text."""

    text: str
    hash: str


@functools.cache
def template(name: str) -> str:
    """The fixed text of a kind of step, with places for hash and data."""
    folder = resources.files(_FOLDER)
    return "".join(folder.joinpath(f"{part}.ps1").read_text("ascii")
                   for part in ("head", name, "tail"))


def render(name: str, data: Json) -> Script:
    """The script of a step.

    Args:
        name: The kind of step: a file in ``scripts``.
        data: Its parameters; plain JSON data without secrets. The order of keys counts.
    """
    body = json.dumps(data, indent=2, ensure_ascii=True)
    before, after = template(name).split(_DATA)
    text = f"{before}{body}{after}"
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    # The data cannot hold the place of the hash: it comes after it.
    return Script(text.replace(_HASH, digest, 1), digest)


def is_genuine(text: str, digest: str) -> bool:
    """Whether *text* is a script with that hash, unchanged."""
    blank = text.replace(digest, _HASH, 1)
    return hashlib.sha256(blank.encode("utf-8", "replace")).hexdigest() == digest
