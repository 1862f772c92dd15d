"""``vbrprov validate``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    make_request,
    output_options,
    report_options,
    strict_options,
    trust_options,
)
from vbrprov.cli.runtime import Runtime


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Terraform's JSON, for machines.")
@click.option("--no-tests", is_flag=True, help="Leave test files out.")
@click.option("--test-directory", "folder", default="tests", metavar="FOLDER",
              help="Where test files are, beside the root folder (default tests).")
@click.option("--fix", is_flag=True,
              help="Rewrite the configuration where a guardrail knows a safe way to mend it.")
@strict_options
@input_options
@report_options
@trust_options
@output_options
def command(no_color: bool, reports: tuple[str, ...], as_json: bool, no_tests: bool, folder: str,
            fix: bool, **given: Any) -> int:
    """Check the configuration without reading any state or service.

    Exit status: 0 valid, 1 errors.
    """
    from vbrprov.workflow.validate import validate, validate_tests

    runtime = Runtime(no_color=no_color, reports=reports)
    request = make_request(runtime, allow_missing=True, **given)
    environment = runtime.environment(untrusted=request.untrusted)
    prepared = validate(request, environment, runtime.diags)
    if fix and prepared is not None:
        from vbrprov.workflow.fixing import fix_all

        runtime.add_sources(prepared)
        fixed = fix_all(prepared, runtime.diags)
        if fixed:
            for line in fixed:
                (runtime.err if as_json else runtime.out)(f"Fixed {line}\n")
            runtime.restart()
            prepared = validate(request, environment, runtime.diags)
    if prepared is not None:
        runtime.add_sources(prepared)
    if not no_tests:
        runtime.sources.update(validate_tests(request, folder, runtime.diags))
    if as_json:
        import msgspec

        from vbrprov.views.json.diagnostics import validate_json

        shown = msgspec.json.encode(validate_json(runtime.diags, runtime.sources))
        runtime.out(msgspec.json.format(shown, indent=2).decode() + "\n")
        runtime.write_reports()
        return 1 if runtime.diags.has_errors else 0
    status = runtime.finish()
    if status and not fix and any(item.edits for item in runtime.diags):
        runtime.out("Some of this can be mended by: vbrprov validate -fix\n")
    if status == 0:
        runtime.out(
            f"{runtime.style('Success!', 'green', 'bold')} The configuration is valid"
            f"{', but there were some warnings as shown above' if len(runtime.diags) else ''}.\n")
    return status
