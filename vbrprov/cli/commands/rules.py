"""``vbrprov rules``."""

from __future__ import annotations

import click

from vbrprov.cli.options import output_options


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
@output_options
def command(no_color: bool, as_json: bool) -> int:
    """List the guardrails: what is refused or warned about, and when that is found.

    Exit status: 0 listed.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.registry import ProviderRegistry

    runtime = Runtime(no_color=no_color)
    rules = ProviderRegistry().rules().values()
    if as_json:
        import msgspec

        from vbrprov.views.json.rules import rule_json

        shown = msgspec.json.encode({"format_version": "1.0", "rules": [*map(rule_json, rules)]})
        runtime.out(msgspec.json.format(shown, indent=2).decode() + "\n")
        return 0
    from vbrprov.views.human.rules import rule_table

    runtime.out(rule_table(rules, runtime.style))
    return 0
