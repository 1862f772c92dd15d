"""One expression, two programs: value, type and mark, or an error, from each."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from quoting import folded, loads, same, unquote
from reference import Reference, Reply
from sessions import Session

from vbrprov.cli.runtime import Runtime
from vbrprov.workflow.console import open_console
from vbrprov.workflow.request import Request

#: Files that calls such as ``file`` and ``templatefile`` find beside the configuration.
FILES: dict[str, bytes] = {
    "f/a.txt": "one\ntwo é\n".encode(),
    "f/c.json": b'{"a": [1, 2]}',
    "f/latin.bin": b"caf\xe9",
    "f/t.tftpl": b"hello ${name}!\n",
    "f/loop.tftpl": b"%{ for x in items ~}\n- ${x}\n%{ endfor ~}\nend",
    "f/bad.tftpl": b"${nope} ${",
    "f/sub/b.txt": b"b",
    "f/sub/deep/bb.txt": b"",
}
#: Templates for ``templatestring``, which takes nothing but references.
LOCALS = b"""\
locals {
  t     = "hello $${name}!"
  loop  = "%%{ for x in items ~}\\n- $${x}\\n%%{ endfor ~}\\nend"
  plain = "plain"
  bad   = "$${nope} $${"
  calls = "$${upper(name)} $${length(items)}"
}
"""


def furnish(folder: Path) -> Path:
    """Put the files into a folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for suffix in (".tf", ".vbr.hcl"):
        (folder / f"main{suffix}").write_bytes(LOCALS)
    return folder


def wrapped(text: str) -> str:
    """An expression for an expression's JSON and whether it is sensitive."""
    return f"nonsensitive(jsonencode({text})), issensitive(jsonencode({text}))"


class Theirs(Reference):
    """Terraform in a furnished folder."""

    def answers(self, texts: Sequence[str]) -> dict[str, Reply]:
        """JSON, mark and type of each; nothing for an error."""
        def ask(part: Sequence[str]) -> dict[str, Reply] | None:
            asked = ", ".join(f'try(["v", {wrapped(text)}], ["e", "", false])' for text in part)
            printed = self.console(f"jsonencode([{asked}])", "")
            if printed is None or not printed.startswith('"'):
                return None
            found = json.loads(unquote(printed))
            good = [text for text, row in zip(part, found, strict=True) if row[0] == "v"]
            types = dict(zip(good, self.types(good, ""), strict=True))
            return {text: [value, str(marked), folded(types[text])] if kind == "v" else []
                    for text, (kind, value, marked) in zip(part, found, strict=True)}
        return self.all(texts, ask, 40)


def answer(text: str, session: Session) -> Reply:
    """Ours."""
    given = session.ask(f"jsonencode([{wrapped(text)}])")
    if given.error:
        return []
    value, marked = json.loads(unquote(given.text))
    return [value, str(marked), session.type(text)]


def alike(left: Reply, right: Reply) -> bool:
    """Whether two answers say the same; numbers count by value."""
    if len(left) != len(right) or not left:
        return len(left) == len(right)
    values = [loads(minus_nothing(reply[0])) for reply in (left, right)]
    return left[1:] == right[1:] and same(*values) == "exact"


def minus_nothing(text: str) -> str:
    """A text with Terraform's negative zero, which vbrprov does not have, made an ordinary one."""
    return re.sub(r"(?<![\w.])-0(?![\w.])", "0", text)


class Meant(NamedTuple):
    """A way to answer otherwise on purpose.

    ``who`` sees an error: ours, theirs, or neither. ``text`` is found in the expression and
    ``shown`` in what ours answers (its error, or its JSON); ``close`` says that numbers agree in 15
    digits, ``secret`` that it is the same but for being a secret for ours.
    """

    why: str
    who: str
    text: str
    shown: str = ""
    close: bool = False
    secret: bool = False


#: What ours says of numbers that are infinite for Terraform.
INFINITE = ("infinite or not a number|Cannot divide by zero|a number greater than zero is required|"
            "a base greater than zero and other than one is required")
MEANT = (
    Meant("no infinite numbers", "ours", r"\b(log|pow)\(| / ", INFINITE),
    Meant("no infinite numbers", "", r"^can\(.*(\b(log|pow)\(| / )", f"^false .*({INFINITE})"),
    Meant("numbers below 2.3e-308", "", r"\b(log|pow)\(1e308", r"^(\[|-?0\.)"),
    Meant("arithmetic on what log and pow give", "", r"\b(log|pow)\(", close=True),
    Meant("a null of no type in a format", "theirs", r"\bformat(list)?\(.*(null|one\(|decode)",
          "null"),
    Meant("a null that is a secret", "", r"sensitive\(null\)", secret=True),
    Meant("Terraform panics", "theirs", r"\bsetunion\(.*\[null\].*(\[\[|\{)"),
    Meant("negative numbers", "ours", r"\bcidrsubnet\(.*, -\d",
          "insufficient address space|does not accommodate"),
    Meant("addresses that begin with zeros", "theirs", r"\bcidrsubnets\(\"::/", '"::'),
)


def meant_so(text: str, want: Reply, got: Reply, error: str = "") -> str:
    """Why a difference is meant; nothing for one that is not."""
    wrong = "ours" if want and not got else "theirs" if got and not want else ""
    shown = f"{got[0] if got else ''} {error}".strip()
    for rule in MEANT:
        if rule.who == wrong and re.search(rule.text, text) and re.search(rule.shown, shown) and (
                not rule.close or _close(want, got)) and (
                not rule.secret or (want[0], "True", want[2]) == tuple(got)):
            return rule.why
    return ""


def _close(want: Reply, got: Reply) -> bool:
    values = [loads(minus_nothing(reply[0])) for reply in (want, got)]
    return want[1:] == got[1:] and same(*values) == "float"


def fault(text: str, session: Session) -> str:
    """What is wrong with an expression (or what ``can`` asks about) for ours, if anything is."""
    if text.startswith("can(") and text.endswith(")"):
        text = text[len("can("):-1]
    return session.ask(f"jsonencode([{wrapped(text)}])").error


def open_session(folder: Path) -> Session:
    """Our console in a furnished folder."""
    with contextlib.chdir(folder):
        return Session(folder, open_console(Request(allow_missing_variables=True), Runtime()), "")
