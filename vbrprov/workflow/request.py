"""What a command was asked to do, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from vbrprov.diag import Diagnostics
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
    lock: bool = True
    workspace: str = "default"
    sandbox: bool = False
    ask: Ask | None = None
    allow_missing_variables: bool = False
    #: The configuration is a stranger's: no program is run for it.
    untrusted: bool = False


def check_options(options: Options, diags: Diagnostics) -> None:
    """Refuse options that make no sense together."""
    if options.destroy and options.refresh_only:
        diags.error("Incompatible plan mode options", "The -destroy and -refresh-only options are "
                    "mutually-exclusive.")
    if options.refresh_only and not options.refresh:
        diags.error("Incompatible refresh options", "It doesn't make sense to use -refresh-only at "
                    "the same time as -refresh=false, because there would be nothing to do.")
    if options.replace and (options.destroy or options.refresh_only):
        diags.error("Unsupported plan mode", "Forcing resource instance replacement (with "
                    "-replace=...) is allowed only in normal planning mode.")
