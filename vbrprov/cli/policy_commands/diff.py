"""``vbrprov policy diff``."""

from __future__ import annotations

import click

from vbrprov.cli.options import output_options


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON.")
@output_options
def command(no_color: bool, first: str, second: str, as_json: bool) -> int:
    """Compare the policies in two files by what they allow and deny.

    Order, lists of one, splitting into statements, the case of actions and statements that others
    make superfluous are no difference.

    Exit status: 0 they mean the same, 1 errors, 2 they differ.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.views.human.policies import difference
    from vbrprov.views.json.policies import difference_json
    from vbrprov.workflow.policies import diff_policies

    runtime = Runtime(no_color=no_color)
    found = diff_policies(first, second, runtime.diags, runtime.add_source)
    if found is None:
        return runtime.finish()
    runtime.out(difference_json(found) if as_json else difference(found, runtime.style))
    if not as_json:
        runtime.finish()
    return 0 if found.same else 2
