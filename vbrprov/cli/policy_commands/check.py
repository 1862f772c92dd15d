"""``vbrprov policy check``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import output_options
from vbrprov.cli.policy_options import make_arguments, policy_options


@click.command()
@click.argument("file")
@click.option("--strict", is_flag=True, help="Fail for what is too much, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@policy_options
@output_options
def command(no_color: bool, file: str, strict: bool, as_json: bool, **given: Any) -> int:
    """Say what the policy in FILE lacks for a purpose, and what it has too much.

    FILE is a policy of IAM or of a bucket, a role of Azure, Google Cloud or IBM Cloud, or rules of
    FlashBlade; - is standard input. The policy is evaluated as the service does it: wildcards,
    denials, NotAction, conditions.

    Exit status: 0 it has all that is needed, 1 it lacks something (with -strict: or has too much),
    or errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.policy.check import LACKS
    from vbrprov.views.human.policies import findings
    from vbrprov.views.json.policies import findings_json
    from vbrprov.workflow.policies import check_policy

    runtime = Runtime(no_color=no_color)
    found = check_policy(file, make_arguments(**given), runtime.diags, runtime.add_source)
    if found is None:
        return runtime.finish()
    runtime.out(findings_json(found) if as_json else findings(found, runtime.style))
    if as_json:
        return int(any(f.kind in LACKS or strict for f in found))
    runtime.finish()
    return int(any(f.kind in LACKS or strict for f in found))
