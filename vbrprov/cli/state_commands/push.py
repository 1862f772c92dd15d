"""``vbrprov state push``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    lock_options,
    make_request,
    output_options,
    state_options,
)


@click.command()
@click.argument("path", metavar="FILE")
@click.option("--force", is_flag=True, help="Also when the state is newer than the document.")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, path: str, force: bool, **given: Any) -> int:
    """Put a document that pull printed in the place of the state; - reads standard input.

    A document of another stack, or an older one, is refused. What is replaced is kept as an older
    state.

    Exit status: 0 done, or nothing to do; 1 errors; then nothing is changed.
    """
    import sys

    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.copies import push

    runtime = Runtime(no_color=no_color)
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        runtime.diags.error("Cannot read the document", f"{path}: {error.strerror}.")
        return runtime.finish()
    changed = push(make_request(runtime, **given), runtime, path, raw, force=force)
    if not runtime.diags.has_errors:
        runtime.out("The state was replaced.\n" if changed else "The state is the same already.\n")
    return runtime.finish()
