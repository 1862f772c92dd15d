"""``vbrprov sandbox script``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("script_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--result", "result_file", metavar="FILE",
              type=click.Path(dir_okay=False, path_type=Path),
              help="Write what the script prints to this file.")
@click.option("--seen", is_flag=True,
              help="With the script's switch -Seen: you looked at what it cannot show.")
def command(script_file: Path, result_file: Path | None, seen: bool) -> int:
    """Run the PowerShell script of a step, SCRIPT_FILE, on the sandbox's backup server.

    For trying things out: with a real server, somebody runs the script in PowerShell. The sandbox
    knows only the scripts that vbrprov writes.

    Exit status: 0 it was run, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.sandbox import running
    from vbrprov.sandbox.scripts import ScriptRefusedError, run_script

    runtime = Runtime()
    info = running()
    if info is None:
        runtime.diags.error("No sandbox is running", "Start one with: vbrprov sandbox start")
        return runtime.finish()
    try:
        printed = run_script(info.endpoints, script_file.read_text(encoding="utf-8"),
                             seen=seen)
        if result_file is not None:
            result_file.write_text(printed + "\n", encoding="utf-8")
        else:
            runtime.out(printed + "\n")
    except ScriptRefusedError as error:
        runtime.diags.error("Script was not run", str(error))
    except (OSError, UnicodeDecodeError) as error:
        runtime.diags.error("File cannot be used", f"{error}.")
    return runtime.finish()
