"""``vbrprov state replace-address``."""

from __future__ import annotations

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
@click.argument("old")
@click.argument("new")
@click.option("--dry-run", is_flag=True, help="Only say what would be changed.")
@click.option("--auto-approve", is_flag=True, help="Do not ask for consent.")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, old: str, new: str, dry_run: bool, auto_approve: bool,
            **given: Any) -> int:
    """Record NEW as the provider of everything that has OLD, as Terraform's replace-provider.

    OLD and NEW are configurations (provider.aws, provider.aws.west), or providers: a name (aws) or
    an address (registry.terraform.io/hashicorp/aws).

    Exit status: 0 changed, 1 errors; then nothing is changed.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.relocating import replace_provider

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    registry = runtime.environment().registry
    found = replace_provider(request, runtime, registry, old, new, dry_run=True)
    if runtime.diags.has_errors or not found:
        if not runtime.diags.has_errors:
            runtime.out("No matching resources found.\n")
        return runtime.finish()
    runtime.out("".join(f"{address}: {old} -> {new}\n" for address in found))
    if dry_run:
        return runtime.finish()
    if not auto_approve and not (runtime.interactive() and runtime.confirm(
            f"\nDo you want to change the provider of {len(found)} resource instance(s)?")):
        runtime.out("\nNothing was changed. Without a terminal, add -auto-approve.\n")
        return 1
    replace_provider(request, runtime, registry, old, new, dry_run=False)
    if not runtime.diags.has_errors:
        runtime.out(f"Successfully replaced the provider of {len(found)} resource instance(s).\n")
    return runtime.finish()
