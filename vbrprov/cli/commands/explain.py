"""``vbrprov explain``."""

from __future__ import annotations

import click

from vbrprov.cli.options import output_options


@click.command()
@click.argument("rule_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
@output_options
def command(no_color: bool, rule_id: str, as_json: bool) -> int:
    """Explain a guardrail: why it is there, what to do, what is wrong and what is right.

    ID is that of the rule, such as VBR014; vbrprov rules lists all. Nothing is looked up online.

    Exit status: 0 explained, 1 there is no such rule.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.diag import did_you_mean
    from vbrprov.workflow.registry import ProviderRegistry

    runtime = Runtime(no_color=no_color)
    rules = ProviderRegistry().rules()
    rule = rules.get(rule_id.upper())
    if rule is None:
        hint = did_you_mean(rule_id.upper(), rules)
        runtime.diags.error("No such rule", f'There is no rule "{rule_id}". {hint}'.strip(),
                            hint="vbrprov rules lists all of them.")
        return runtime.finish()
    if as_json:
        import msgspec

        from vbrprov.views.json.rules import rule_json

        shown = msgspec.json.encode(rule_json(rule))
        runtime.out(msgspec.json.format(shown, indent=2).decode() + "\n")
        return 0
    from vbrprov.views.human.rules import rule_page

    runtime.out(rule_page(rule, runtime.style))
    return 0
