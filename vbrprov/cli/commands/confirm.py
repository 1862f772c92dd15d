"""``vbrprov confirm``."""

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

#: A result is a few lines; what is larger is another file.
MAX_BYTES = 1_000_000


@click.command()
@click.argument("address")
@click.option("--result", "result_file", required=True, metavar="FILE",
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="What the script printed, or what you say of a step done by hand.")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, address: str, result_file: Path, **given: Any) -> int:
    """Confirm the step that the object at ADDRESS waits for.

    The result must be of exactly the step that was written down last, and must show the object as
    it was planned; otherwise nothing is recorded.

    Exit status: 0 recorded, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.confirm import confirm

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    text = _text(result_file, runtime)
    if text is None:
        return runtime.finish()
    done = confirm(request, runtime, runtime.environment(), address, text)
    if done:
        runtime.out(f"{address}: confirmed, {done}.\n")
    return runtime.finish()


def _text(path: Path, runtime: Any) -> str | None:
    """The text of a file as PowerShell writes it: UTF-8, or UTF-16 with a byte order mark."""
    try:
        data = path.read_bytes()[:MAX_BYTES + 1]
        if len(data) > MAX_BYTES:
            runtime.diags.error("Result file is too large", f'"{path}" has more than {MAX_BYTES} '
                                "bytes, so it is no result of a step.")
            return None
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except OSError as error:
        runtime.diags.error("Result file cannot be read", f'"{path}": {error.strerror}.')
    except UnicodeDecodeError:
        runtime.diags.error("Result file cannot be read", f'"{path}" is not text in UTF-8 or '
                            "UTF-16.")
    return None
