"""``vbrprov drift``."""

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
@click.option("--json", "as_json", is_flag=True,
              help="JSON, for machines: resource_drift as Terraform's plans have it.")
@click.option("--detailed-exitcode", is_flag=True,
              help="Exit status 2 when something changed outside.")
@click.option("--parallelism", type=click.IntRange(1, 256), default=10, metavar="N",
              help="How many objects are read at once (default 10).")
@input_options
@state_options
@report_options
@output_options
def command(no_color: bool, reports: tuple[str, ...], as_json: bool, detailed_exitcode: bool,
            **given: Any) -> int:
    """Show what changed outside of vbrprov since it was recorded. Changes nothing.

    To record it, run: vbrprov apply -refresh-only

    Exit status: 0 done, 1 errors; with -detailed-exitcode 2 when something changed outside.
    """
    from vbrprov.views.reports._drift import drift_diagnostics
    from vbrprov.workflow.planning import plan_command

    runtime = Runtime(no_color=no_color, reports=reports)
    result = plan_command(make_request(runtime, refresh_only=True, **given), runtime,
                          progress=not as_json)
    if result is None or runtime.diags.has_errors:
        return runtime.finish()
    plan = result.planned.plan
    if as_json:
        import msgspec

        from vbrprov.views.json.drift import drift_json

        shown = msgspec.json.encode(drift_json(
            plan, result.started.environment.registry, runtime.diags, runtime.sources))
        runtime.out(msgspec.json.format(shown, indent=2).decode() + "\n")
    else:
        from vbrprov.views.human.plan import PlanView

        runtime.report_so_far()
        runtime.out(PlanView(runtime.style, runtime.book).render(plan))
    runtime.diags.extend(drift_diagnostics(plan))
    runtime.write_reports()
    return 2 if detailed_exitcode and plan.drift else 0
