"""``vbrprov plan``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    lock_options,
    make_request,
    mode_options,
    output_options,
    plan_options,
    report_options,
    state_options,
    trust_options,
)
from vbrprov.cli.runtime import Runtime


@click.command()
@click.option("--out", "out_path", type=click.Path(path_type=Path), metavar="FILE",
              help="Save the plan, to be applied later with: vbrprov apply FILE.")
@click.option("--generate-config-out", "generate_to", type=click.Path(path_type=Path),
              metavar="FILE", help="Write blocks for imports that have none to this new file.")
@click.option("--detailed-exitcode", is_flag=True,
              help="Exit status 2 when there are changes, or something is deferred.")
@mode_options
@plan_options
@input_options
@state_options
@lock_options
@report_options
@trust_options
@output_options
def command(no_color: bool, reports: tuple[str, ...], out_path: Path | None,
            detailed_exitcode: bool, generate_to: Path | None, **given: Any) -> int:
    """Show what applying the configuration would change. Changes nothing.

    Exit status: 0 done, 1 errors or refusals; with -detailed-exitcode 2 when there are changes, or
    something is deferred to another plan or waits to be confirmed, or with -refresh-only too when
    something changed outside.
    """
    from vbrprov.views.human.plan import PlanView
    from vbrprov.views.human.text import RULE, wrapped
    from vbrprov.workflow.planning import plan_command

    runtime = Runtime(no_color=no_color, reports=reports)
    request = make_request(runtime, **given)
    result = plan_command(request, runtime, generate_to=generate_to)
    generated = result is not None and result.planned.prepared.root.generated
    if result is not None and not runtime.diags.has_errors:
        runtime.out(PlanView(runtime.style, runtime.book).render(result.planned.plan))
    if generated:
        runtime.out(f"\n{RULE}\n\n" + wrapped(
            f"vbrprov has generated configuration and written it to {generate_to}. Please review "
            "the configuration and edit it as necessary before adding it to version control."))
    if result is None or runtime.diags.has_errors:
        return runtime.finish()
    if out_path is not None:
        from vbrprov.views.human.text import Style
        from vbrprov.workflow.saved import save_plan

        plain = PlanView(Style(False), runtime.book).render(result.planned.plan)
        try:
            save_plan(out_path, result.planned, request, runtime.environment(),
                      runtime.redactor.redact(plain))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "this is no name of a file"
            runtime.diags.error("Failed to write plan file", f'The plan cannot be written to '
                                f'"{out_path}": {reason}. Nothing was changed.')
            return runtime.finish()
        runtime.out(f"\n{RULE}\n\nSaved the plan to: {out_path}\n\nTo perform exactly these "
                    "actions, run the following command to apply:\n    vbrprov apply "
                    f'"{out_path}"\n')
    elif result.planned.plan.has_changes:
        runtime.out(f"\n{RULE}\n\n" + wrapped(
            "Note: You didn't use the -out option to save this plan, so vbrprov can't guarantee to "
            'take exactly these actions if you run "vbrprov apply" now.'))
    status = runtime.finish()
    plan = result.planned.plan
    if status == 0 and detailed_exitcode and (
            plan.has_changes or plan.deferred or plan.awaiting):
        return 2
    return status
