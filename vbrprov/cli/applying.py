"""What ``apply`` and ``destroy`` share."""

from __future__ import annotations

from vbrprov.cli.runtime import Runtime
from vbrprov.plan.model import Plan
from vbrprov.views.human.deferred import again
from vbrprov.views.human.handwork import awaiting
from vbrprov.views.human.outputs import render_outputs
from vbrprov.views.human.plan import PlanView
from vbrprov.workflow.request import Request

#: Exit status: applied as far as possible, steps of somebody are waited for.
AWAITING = 4

_QUESTIONS = {
    False: ("\nDo you want to perform these actions?\n"
            "  vbrprov will perform the actions described above."),
    True: ("\nDo you really want to destroy all resources?\n"
           "  vbrprov will destroy all your managed infrastructure, as shown above.\n"
           "  There is no undo."),
}

_REFRESH = ("\nWould you like to update the vbrprov state to reflect these detected changes?\n"
            "  vbrprov will write these changes to the state without modifying any real "
            "infrastructure.\n  There is no undo.")


def run_apply(runtime: Runtime, request: Request, *, auto_approve: bool, plan_file: str
              | None) -> int:
    """Apply with what the person at the terminal sees of it; the exit status."""
    from vbrprov.workflow.apply import apply
    from vbrprov.workflow.planning import start

    view = PlanView(runtime.style, runtime.book)
    destroying = request.options.destroy

    def consent(plan: Plan) -> bool:
        runtime.out(view.render(plan))
        unasked = auto_approve or plan_file is not None
        # What checks say now is of use to whoever decides; else what they say in the end counts.
        runtime.report_so_far(() if unasked else plan.warnings)
        if unasked:
            return True
        if not runtime.interactive():
            runtime.err("\nError: consent is needed and there is no terminal to ask on. Add "
                        "-auto-approve, or apply a saved plan.\n")
            return False
        return runtime.confirm(_REFRESH if request.options.refresh_only
                               else _QUESTIONS[destroying])

    if plan_file is not None:
        from vbrprov.workflow.saved import apply_saved

        outcome = apply_saved(plan_file, request, runtime, consent)
    else:
        started = start(request, runtime)
        if started is None:
            return runtime.finish()
        outcome = apply(request, started.prepared, started.backend, started.environment,
                        runtime.diags, consent, operation="destroy" if destroying else "apply")
    if outcome.plan is not None and not outcome.plan.has_changes and not runtime.diags.has_errors:
        # Nobody was asked, so it was not shown yet.
        runtime.out(view.render(outcome.plan))
    status = runtime.finish()
    applied = outcome.applied
    if applied is None:
        if outcome.refused and status == 0:
            word = "Destroy" if destroying else "Apply"
            runtime.out(f"\n{word} cancelled.\n")
            return 1
        return status
    waiting = awaiting(applied.awaiting, applied.held, "vbrprov") if applied.awaiting else ""
    imported = f"{applied.imported} imported, " if applied.imported else ""
    if status == 0:
        counts = (f"{applied.destroyed} destroyed" if destroying else f"{imported}"
                  f"{applied.added} added, "
                  f"{applied.changed} changed, {applied.destroyed} destroyed")
        word = "Destroy" if destroying else "Apply"
        if applied.awaiting:
            done = (f"{word} as far as possible. Resources: {counts}, {len(applied.awaiting)} "
                    f"awaiting, {applied.held} not started.")
            runtime.out(f"\n{runtime.style(done, 'yellow', 'bold')}\n{waiting}")
            return outcome.signal_status or AWAITING
        done = f"{word} complete! Resources: {counts}."
        runtime.out(f"\n{runtime.style(done, 'green', 'bold')}\n")
        if outcome.plan is not None:
            runtime.out(again(outcome.plan, "vbrprov"))
        data = outcome.session_data
        if data is not None and not destroying:
            runtime.out(render_outputs(data, runtime.style))
    else:
        runtime.out(f"\nDone before that: {imported}{applied.added} added, {applied.changed} "
                    f"changed, {applied.destroyed} destroyed; {applied.failed} failed, "
                    f"{applied.skipped + applied.held} not started.\n{waiting}")
    return outcome.signal_status or status
