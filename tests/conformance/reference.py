"""Terraform's answers: many expressions a process, in halves when one of them cannot be read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from notplain import UNKNOWNS
from quoting import folded, unquote

#: JSON and type of a value, or what the console printed; empty for an error.
Reply = list[str]
Ask = Callable[[Sequence[str]], dict[str, Reply] | None]


def find() -> str | None:
    """The program to ask."""
    return shutil.which("terraform")


class Reference:
    """Asks the program; in a folder of its own for each question, or always in *folder*."""

    def __init__(self, program: str, jobs: int = 2, folder: Path | None = None) -> None:
        self.program = program
        self.jobs = jobs
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        self.environment["CHECKPOINT_DISABLE"] = "1"

    def console(self, line: str, config: str) -> str | None:
        """What the console prints; ``None`` for an error."""
        if self.folder is not None:
            return self._run(line, self.folder)
        with tempfile.TemporaryDirectory(prefix="reference-") as name:
            if config:
                (Path(name) / "main.tf").write_text(config, encoding="utf-8", newline="")
            return self._run(line, Path(name))

    def _run(self, line: str, folder: Path) -> str | None:
        done = subprocess.run(
            [self.program, "console", "-no-color"], input=(line + "\n").encode(), cwd=folder,
            env=self.environment, capture_output=True, timeout=120, check=False)
        return None if done.returncode else done.stdout.decode("utf-8", "replace").rstrip("\n")

    def _halves(self, texts: Sequence[str], ask: Ask) -> dict[str, Reply]:
        found = ask(texts)
        if found is not None:
            return found
        if len(texts) == 1:
            return {texts[0]: []}
        half = len(texts) // 2
        return {**self._halves(texts[:half], ask), **self._halves(texts[half:], ask)}

    def all(self, texts: Sequence[str], ask: Ask, batch: int) -> dict[str, Reply]:
        """The answers that *ask* gets for *batch* texts at a time, or fewer when it cannot."""
        unique = list(dict.fromkeys(texts))
        parts = [unique[start:start + batch] for start in range(0, len(unique), batch)]
        out: dict[str, Reply] = {}
        with ThreadPoolExecutor(self.jobs) as pool:
            for found in pool.map(lambda part: self._halves(part, ask), parts):
                out.update(found)
        return out

    def types(self, texts: Sequence[str], config: str) -> list[str]:
        """What ``type`` prints for each of some expressions that have a value."""
        if not texts:
            return []
        printed = self.console(f"type([{', '.join(texts)}])", config)
        found = [] if printed is None else list(entries(printed))
        if len(found) == len(texts):
            return found
        if len(texts) == 1:
            # A key with brackets in it confuses the count of brackets; alone it needs none.
            return [folded(self.console(f"type({texts[0]})", config) or "")]
        half = len(texts) // 2
        return self.types(texts[:half], config) + self.types(texts[half:], config)

    def expressions(self, texts: Sequence[str]) -> dict[str, Reply]:
        """JSON and type of expressions on one line."""
        def ask(part: Sequence[str]) -> dict[str, Reply] | None:
            wrapped = ", ".join(f'try(["v", jsonencode({text})], ["e", ""])' for text in part)
            printed = self.console(f"jsonencode([{wrapped}])", "")
            if printed is None:
                return None
            found = json.loads(unquote(printed))
            good = [text for text, (kind, _) in zip(part, found, strict=True) if kind == "v"]
            types = dict(zip(good, self.types(good, ""), strict=True))
            return {text: [value, types[text]] if kind == "v" else []
                    for text, (kind, value) in zip(part, found, strict=True)}
        return self.all(texts, ask, 60)

    def templates(self, texts: Sequence[str]) -> dict[str, Reply]:
        """JSON of expressions over several lines."""
        def ask(part: Sequence[str]) -> dict[str, Reply] | None:
            body = "".join(f'  t{i} = try(["v", jsonencode(\n{text}\n)], ["e", ""])\n'
                           for i, text in enumerate(part))
            names = ", ".join(f"local.t{i}" for i in range(len(part)))
            printed = self.console(f"jsonencode([{names}])", f"locals {{\n{body}}}\n")
            if printed is None or not printed.startswith('"'):
                return None
            found = json.loads(unquote(printed))
            return {text: [value] if kind == "v" else []
                    for text, (kind, value) in zip(part, found, strict=True)}
        return self.all(texts, ask, 40)

    def variables(self, texts: Sequence[str]) -> dict[str, Reply]:
        """JSON and type of the defaults of variables."""
        def ask(part: Sequence[str]) -> dict[str, Reply] | None:
            config = "".join(f'variable "v{i}" {{\n{body}}}\n' for i, body in enumerate(part))
            names = [f"var.v{i}" for i in range(len(part))]
            wrapped = ", ".join(f"jsonencode({name})" for name in names)
            printed = self.console(f"jsonencode([{wrapped}])", config)
            if printed is None or not printed.startswith('"'):
                return None
            found = json.loads(unquote(printed))
            types = self.types(names, config)
            return {text: [value, kind]
                    for text, value, kind in zip(part, found, types, strict=True)}
        return self.all(texts, ask, 10)

    def unknowns(self, texts: Sequence[str]) -> dict[str, Reply]:
        """What the console prints for expressions on values that are not plain."""
        def ask(part: Sequence[str]) -> dict[str, Reply] | None:
            printed = self.console(part[0], UNKNOWNS)
            return {part[0]: [] if printed is None else [printed]}
        return self.all(texts, ask, 1)


def entries(text: str) -> Iterator[str]:
    """The element types in what ``type([...])`` printed, blanks folded."""
    depth, entry = 0, ""
    for line in text.removeprefix("tuple([").removesuffix("])").splitlines():
        entry += f" {line.strip()}"
        depth += sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")
        if not depth and entry.strip():
            yield entry.strip().removesuffix(",")
            entry = ""
