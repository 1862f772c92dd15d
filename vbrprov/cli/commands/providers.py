"""``vbrprov providers``: what needs which provider, and the group of commands about providers."""

from __future__ import annotations

import click

from vbrprov.cli import providers_commands
from vbrprov.cli.group import LazyGroup
from vbrprov.cli.options import make_request, output_options


@click.group(cls=LazyGroup, package=providers_commands, invoke_without_command=True)
@output_options
@click.pass_context
def command(ctx: click.Context, no_color: bool) -> int:
    """Show which providers each module and the state require.

    Exit status: 0 shown, 1 errors.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from vbrprov.cli.runtime import Runtime
    from vbrprov.views.human.providers import render_requirements
    from vbrprov.workflow.providers import of_configuration, of_state

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime)
    found = of_configuration(request, runtime)
    if found is not None:
        recorded = of_state(request, runtime)
        runtime.out(render_requirements(found, recorded, runtime.environment().registry))
    return runtime.finish()
