"""``vbrprov audit``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    make_request,
    output_options,
    report_options,
    state_options,
)
from vbrprov.cli.runtime import Runtime


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
@click.option("--recorded", is_flag=True,
              help="Only what the state has recorded, and the storage below it.")
@click.option("--detailed-exitcode", is_flag=True,
              help="Exit status 2 when nothing is refused, but something warned of, not read or "
              "undecided.")
@click.option("--parallelism", type=click.IntRange(1, 256), default=10, metavar="N",
              help="How many objects are read at once (default 10).")
@input_options
@state_options
@report_options
@output_options
def command(no_color: bool, reports: tuple[str, ...], as_json: bool, recorded: bool,
            detailed_exitcode: bool, **given: Any) -> int:
    """Judge what exists by the guardrails, whether it is declared or not. Changes nothing.

    Exit status: 0 nothing is refused, 1 refusals or errors; with -detailed-exitcode 2 when there is
    a warning, or something that was not read or cannot be decided.
    """
    from vbrprov.workflow.auditing import audit_command

    runtime = Runtime(no_color=no_color, reports=reports)
    audit = audit_command(make_request(runtime, **given), runtime, only_recorded=recorded)
    if audit is None:
        return runtime.finish()
    if as_json:
        import msgspec

        from vbrprov.views.json.audit import audit_json

        shown = msgspec.json.encode(audit_json(audit, runtime.diags, runtime.sources))
        runtime.out(msgspec.json.format(shown, indent=2).decode() + "\n")
    else:
        from vbrprov.views.human.audit import AuditView

        runtime.report_so_far()
        runtime.out(AuditView(runtime.style).render(audit))
    runtime.diags.extend([*audit.unread, *(each.diagnostic for each in audit.findings)])
    runtime.write_reports()
    if runtime.diags.has_errors:
        return 1
    return 2 if detailed_exitcode and not audit.is_clean else 0
