"""``vbrprov fmt``."""

from __future__ import annotations

import sys

import click

from vbrprov.cli.options import output_options


@click.command()
@click.argument("targets", nargs=-1)
@click.option(
    "--check", is_flag=True, help="Only tell whether files are formatted: exit status 3 if not.")
@click.option("--diff", is_flag=True, help="Show what changes.")
@click.option("--list", "listing", type=bool, default=True, metavar="BOOL",
              help="List the files that change (default true).")
@click.option("--write", type=bool, default=True, metavar="BOOL",
              help="Write the files (default true; never with -check or standard input).")
@click.option("--recursive", is_flag=True, help="Folders below, too.")
@output_options
def command(no_color: bool, targets: tuple[str, ...], check: bool, diff: bool, listing: bool,
            write: bool, recursive: bool) -> int:
    """Rewrite configuration files in the canonical form; "-" formats standard input.

    Exit status: 0 done, 2 syntax errors, 3 with -check when files differ.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.fmt import find_files, format_files, format_text

    runtime = Runtime(no_color=no_color)
    if targets == ("-",):
        made = format_text("<stdin>", sys.stdin.buffer.read(), runtime.diags, runtime.sources)
        if made is None:
            runtime.finish()
            return 2
        if not check:
            # The last line of what is piped on always ends, as in Terraform; a file keeps its end.
            ended = made.after if made.after.endswith("\n") else f"{made.after}\n"
            runtime.out(made.diff() if diff else ended)
        return 3 if check and made.changed else 0
    found = format_files(find_files(targets or (".",), runtime.diags, recursive=recursive),
                         runtime.diags, runtime.sources, write=write and not check)
    for item in found:
        if listing:
            runtime.out(f"{item.name}\n")
        if diff:
            runtime.out(item.diff())
    if runtime.finish():
        return 2
    return 3 if check and found else 0
