"""``vbrprov test``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options


@click.command()
@click.option("--filter", "files", multiple=True, metavar="FILE",
              help="Run this test file only. May be repeated.")
@click.option("--test-directory", "folder", default="tests", metavar="FOLDER",
              help="Where test files are, beside the root folder (default tests).")
@click.option("--verbose", is_flag=True, help="Show the plan or state of every run.")
@click.option("--json", "as_json", is_flag=True, help="Terraform's JSON messages, for machines.")
@click.option("--junit-xml", "junit", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the results to FILE as JUnit XML, too.")
@input_options
@output_options
def command(no_color: bool, files: tuple[str, ...], folder: str, verbose: bool, as_json: bool,
            junit: Path | None, **given: Any) -> int:
    """Run the test files (*.vbrtest.hcl) of the configuration.

    Providers that no test mocks work on a sandbox of their own: no test reaches a real service,
    the state of the configuration, or the sandbox of `vbrprov sandbox`. Everything that a file
    makes is destroyed at its end.

    Exit status: 0 all passed, or there are no tests; 1 failures or errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.testing.suite import Chosen, run_tests

    runtime = Runtime(no_color=no_color)
    view: Any
    if as_json:
        from vbrprov.views.testing.messages import JsonTestView

        view = JsonTestView(runtime.out, runtime.sources,
                            runtime.environment().registry if verbose else None)
    else:
        from vbrprov.views.human.plan import PlanView
        from vbrprov.views.testing.human import HumanTestView

        shown = (PlanView(runtime.style, runtime.book), runtime.environment().registry)
        view = HumanTestView(runtime.out, runtime.report, runtime.style, shown if verbose else None)
    request = make_request(runtime, allow_missing=True, **given)
    results = run_tests(request, runtime, Chosen(folder, files), view)
    if junit is not None and results is not None:
        from vbrprov.views.testing.junit import junit_xml

        text = runtime.redactor.redact(junit_xml(results, runtime.sources))
        try:
            junit.write_text(text, encoding="utf-8")
        except OSError as error:
            runtime.diags.error("Cannot write the results", f"The file {junit} cannot be written: "
                                f"{error.strerror}.")
    if as_json:
        view.diagnostics(list(runtime.diags))
        status = 1 if runtime.diags.has_errors else 0
    else:
        status = runtime.finish()
    failed = any(result.status in ("fail", "error") for result in results or ())
    return 1 if failed or results is None else status
