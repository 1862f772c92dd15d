"""``vbrprov policy check``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vbrprov.cli.options import input_options, make_request, output_options
from vbrprov.cli.policy_options import make_arguments, policy_options

if TYPE_CHECKING:
    from vbrprov.policy.check import Finding
    from vbrprov.policy.overview import Standing


@click.command()
@click.argument("file", required=False)
@click.option("--live", is_flag=True,
              help="Instead of a file, read the policies that an identity has now.")
@click.option("--user", metavar="NAME",
              help="With -live: whose policies (default: who the provider is logged in as).")
@click.option("--provider", metavar="NAME[.ALIAS]",
              help="With -live: the provider block of the configuration in this folder that says "
              "where to read (default: aws or s3, by the vendor).")
@click.option("--sandbox", is_flag=True, help="With -live: read in the embedded sandbox.")
@click.option("--strict", is_flag=True, help="Fail for what is too much, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@policy_options
@input_options
@output_options
def command(no_color: bool, file: str | None, live: bool, user: str | None, provider: str | None,
            sandbox: bool, strict: bool, as_json: bool, variables: tuple[str, ...],
            variable_files: tuple[str, ...], ask: bool, **given: Any) -> int:
    """Say what the policy in FILE lacks for a purpose, and what it has too much.

    FILE is a policy of IAM or of a bucket, a role of Azure, Google Cloud or IBM Cloud, or rules of
    FlashBlade; - is standard input. The policy is evaluated as the service does it: wildcards,
    denials, NotAction, conditions.

    With -live all that counts for an identity of AWS or of S3 compatible storage is read and taken
    together: its own policies and those of its groups, its boundary, and those of the buckets.

    Without -purpose it is held against every purpose that the vendor has, without and with
    immutability.

    Exit status: 0 it has all that is needed (without -purpose: for one of them), 1 it lacks
    something (with -strict: or has too much), or errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.policy.check import LACKS
    from vbrprov.views.human.policies import findings, overview
    from vbrprov.views.json.policies import findings_json, overview_json
    from vbrprov.workflow.policies import check_policy, survey_policy

    if live is bool(file):
        raise click.UsageError("Give either FILE or -live.")
    if not live and (user or provider or sandbox or variables or variable_files):
        raise click.UsageError("-user, -provider, -sandbox, -var and -var-file go with -live.")
    runtime = Runtime(no_color=no_color)
    arguments = make_arguments(**given)
    found: list[Finding] | None = None
    survey: list[Standing] | None = None
    if live:
        from vbrprov.workflow.live_policies import check_live

        request = make_request(runtime, variables=variables, variable_files=variable_files,
                               ask=ask, sandbox=sandbox)
        told = check_live(request, runtime, arguments, user, provider, runtime.add_source)
        if told is not None:
            found, survey = told.faults, told.standings
            if not as_json:
                runtime.out(f"Policies of the {told.who}:\n\n")
    elif arguments.purpose:
        found = check_policy(str(file), arguments, runtime.diags, runtime.add_source)
    else:
        survey = survey_policy(str(file), arguments, runtime.diags, runtime.add_source)
    if survey is not None:
        runtime.out(overview_json(survey) if as_json else overview(survey, runtime.style))
        return int(not any(not each.lacks for each in survey))
    if found is None:
        return runtime.finish()
    runtime.out(findings_json(found) if as_json else findings(found, runtime.style))
    if not as_json:
        runtime.finish()
    return int(any(f.kind in LACKS or strict for f in found))
