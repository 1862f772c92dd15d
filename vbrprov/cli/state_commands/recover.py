"""``vbrprov state recover``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vbrprov.cli.options import (
    input_options,
    lock_options,
    make_request,
    output_options,
    state_options,
    trust_options,
)

if TYPE_CHECKING:
    from vbrprov.plan.lookups import Recovered
    from vbrprov.workflow.recovering import Consent


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be recorded.")
@click.option("--auto-approve", is_flag=True,
              help="Do not ask for consent: record what bears a mark of the stack.")
@click.option("--by-name", is_flag=True,
              help="With -auto-approve: also record what is known by its name alone.")
@click.option("--stack", default="", metavar="PREFIX",
              help="The first 8 characters of the stack's lineage, which its marks begin with; "
              "needed when the marker is gone and there are marks of several stacks.")
@click.option("--json", "as_json", is_flag=True,
              help="JSON, for machines; needs -auto-approve or -dry-run.")
@input_options
@state_options
@lock_options
@trust_options
@output_options
def command(no_color: bool, dry_run: bool, auto_approve: bool, by_name: bool, stack: str,
            as_json: bool, **given: Any) -> int:
    """Rebuild a lost state from the configuration and the marks on the objects.

    Looks for the object of each resource instance of the configuration. What bears a mark of this
    stack is recorded; what is known by its name alone only after you agreed to it; what bears the
    mark of another stack never. Nothing outside the state is changed. Where a state exists, or can
    be restored by state repair, none is made.

    Exit status: 0 recorded, or nothing was there to record; 1 errors (what could be read is
    recorded all the same), or no consent.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.views.recovered import recovered_as_json, recovered_as_text
    from vbrprov.workflow.planning import start
    from vbrprov.workflow.recovering import Consent, recover

    runtime = Runtime(no_color=no_color)
    runtime.machine_output = as_json
    request = make_request(runtime, **given)
    if request.untrusted:
        runtime.diags.error(
            "Not with -untrusted", "state recover asks every service that the configuration names "
            "for its objects, and a run with -untrusted calls none that strangers chose.")
    if as_json and not (auto_approve or dry_run):
        runtime.diags.error("Consent cannot be asked for", "With -json nobody is asked. Add "
                            "-auto-approve or -dry-run.")
    started = None if runtime.diags.has_errors else start(request, runtime, progress=not as_json)
    if started is None:
        return runtime.finish()
    refused = False

    def ask(found: Recovered) -> Consent:
        nonlocal refused
        if not as_json:
            runtime.out(recovered_as_text(found))
        if dry_run:
            return Consent.NOTHING
        if auto_approve:
            return Consent.ALL if by_name else Consent.MARKED
        refused = not _agreed(runtime, found)
        return Consent.NOTHING if refused else Consent.ALL

    found = recover(request, runtime, started, stack=stack, ask=ask)
    if found is None:
        return runtime.finish()
    if as_json:
        runtime.out(recovered_as_json(found))
    else:
        runtime.out(_ending(found, dry_run=dry_run, refused=refused))
    return 1 if runtime.finish() or refused else 0


def _agreed(runtime: Any, found: Recovered) -> bool:
    from vbrprov.plan.lookups import Result

    marked, named = len(found.of(Result.MARKED)), len(found.of(Result.NAMED))
    if not runtime.interactive():
        runtime.err("\nError: consent is needed and there is no terminal to ask on. Add "
                    "-auto-approve, and -by-name for what is known by its name alone.\n")
        return False
    by_name = f", {named} of them known by their name alone" if named else ""
    return bool(runtime.confirm(f"\nDo you want to record {marked + named} objects{by_name}?"))


def _ending(found: Recovered, *, dry_run: bool, refused: bool) -> str:
    from vbrprov.plan.lookups import Result

    if dry_run or refused:
        return "\nNothing was recorded.\n"
    left = [row for row in found.rows if row.is_found and row.address not in found.recorded]
    hint = ("" if not left else f"{len(left)} known by their name alone were left. To record them "
            "too, add -by-name.\n" if not found.written else
            f"{len(left)} known by their name alone were left. Import them before you apply:\n"
            + "".join(f"    vbrprov import '{row.address}' ID\n" for row in left))
    if not found.written:
        return f"\nNo object was recorded.\n{hint}"
    more = ("" if not found.of(Result.FAILED, Result.FOREIGN, Result.WAITS) else
            "Not everything could be recorded; see above.\n")
    return (f"\nRecorded {len(found.recorded)} objects in a state of serial {found.serial}.\n"
            f"{hint}{more}Run plan to see what is left to do.\n")
