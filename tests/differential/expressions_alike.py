"""One expression, two programs: value, type and mark, or an error, from each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from quoting import folded, loads, same, unquote
from reference import Reference, Reply
from sessions import Ours, Session

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
    return left[1:] == right[1:] and same(loads(minus_nothing(left[0])), loads(minus_nothing(right[0]))) == "exact"


def minus_nothing(text: str) -> str:
    """A text with Terraform's negative zero, which vbrprov does not have, made an ordinary one."""
    return re.sub(r"(?<![\w.])-0(?![\w.])", "0", text)


def differences(texts: Iterable[str], theirs: dict[str, Reply], ours: Ours,
                session: Session) -> dict[str, tuple[Reply, Reply]]:
    """What is answered otherwise: Terraform's answer, then ours."""
    out = {}
    for text in texts:
        got = answer(text, session)
        if not alike(got, theirs[text]):
            out[text] = theirs[text], got
    return out
