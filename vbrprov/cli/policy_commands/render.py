"""``vbrprov policy render``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import output_options
from vbrprov.cli.policy_options import make_arguments, policy_options


@click.command()
@click.option("--format", "format_name", metavar="NAME",
              help="json, pretty, hcl, terraform, awscli, mc, cloudformation, yaml, azcli, gcloud "
              "or ibmcloud; what fits depends on the vendor (default json).")
@click.option("--explain", is_flag=True,
              help="Instead of the policy, list each permission with why it is needed and who "
              "says so.")
@click.option("--json", "as_json", is_flag=True, help="With -explain: as JSON.")
@policy_options
@output_options
def command(no_color: bool, format_name: str | None, explain: bool, as_json: bool,
            **given: Any) -> int:
    """Print the policy that a purpose needs, as a vendor writes it.

    What has to be known with it is printed to standard error.

    Exit status: 0 printed, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.views.human.policies import explanation, notes
    from vbrprov.views.json.policies import explanation_json
    from vbrprov.workflow.policies import render_policy, write_policy

    runtime = Runtime(no_color=no_color)
    rendered = render_policy(make_arguments(**given), runtime.diags)
    if rendered is None:
        return runtime.finish()
    if explain:
        runtime.out(explanation_json(rendered) if as_json else explanation(rendered))
    else:
        text = write_policy(rendered, format_name, runtime.diags)
        if text is None:
            return runtime.finish()
        runtime.out(text)
    runtime.err(notes(rendered))
    return runtime.finish()
