"""What a command was asked to do, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from vbrprov.plan.model import Options

#: Asks the user for the value of a variable: name, description, sensitive -> text.
Ask = Callable[[str, str, bool], str]


class Request(msgspec.Struct, frozen=True):
    """Where and with what inputs a command runs. Folders are relative to the working folder."""

    directory: str = "."
    environ: Mapping[str, str] = {}
    #: ("var", "name=value") and ("file", "path") in the order they were given.
    variables: tuple[tuple[str, str], ...] = ()
    options: Options = msgspec.field(default_factory=Options)
    state_path: Path | None = None
    lock_timeout: float = 0.0
    sandbox: bool = False
    ask: Ask | None = None
    allow_missing_variables: bool = False
