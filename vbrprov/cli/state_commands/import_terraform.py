"""``vbrprov state import-terraform``."""

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
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be taken over.")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, path: Path, dry_run: bool, **given: Any) -> int:
    """Take over the objects of a state FILE of Terraform or OpenTofu (version 4).

    Objects whose types are known here are recorded at their addresses; the parts into which
    Terraform splits a bucket become part of it. What is left, and why, is listed. Nothing outside
    the state is read or changed: run plan next. No secret of the file is recorded in plain.

    Exit status: 0 taken over, also when something was left; 1 errors; then nothing is.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.terraform_file import TerraformFileError, read_file
    from vbrprov.workflow.terraform_import import import_terraform

    runtime = Runtime(no_color=no_color)
    try:
        file = read_file(path.read_bytes())
    except OSError as error:
        runtime.diags.error("Cannot read the file", f"{path}: {error.strerror}.")
        return runtime.finish()
    except TerraformFileError as error:
        runtime.diags.error("Not a state that can be taken over", f"{path}: {error}")
        return runtime.finish()
    report = import_terraform(make_request(runtime, **given), runtime, file, dry_run=dry_run)
    if runtime.diags.has_errors:
        return runtime.finish()
    for address, parts in report.taken:
        runtime.out(f"{'Would take over' if dry_run else 'Taken over'}: {address}\n")
        runtime.out("".join(f"    with {part}\n" for part in parts))
    for address, why in report.left:
        runtime.out(f"Left: {address} ({why})\n")
    runtime.out(f"{len(report.taken)} taken over, {len(report.left)} left.\n")
    if report.taken and not dry_run:
        runtime.out("Run plan to see how they differ from the configuration.\n")
    return runtime.finish()
