"""``vbrprov graph``."""

from __future__ import annotations

from pathlib import Path

import click

from vbrprov.cli.options import make_request, output_options


@click.command()
@click.option("--type", "kind", metavar="TYPE",
              type=click.Choice(["plan", "plan-refresh-only", "plan-destroy", "apply"]),
              help="All nodes of an operation: plan, plan-refresh-only, plan-destroy or apply. "
                   "Without it only resources are shown.")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), metavar="FILE",
              help="The graph of applying this saved plan.")
@click.option("--draw-cycles", "cycles", is_flag=True,
              help="Show references in a circle in red instead of refusing them.")
@click.option("--format", "form", type=click.Choice(["dot", "json", "mermaid"]), default="dot",
              metavar="FORMAT", help="dot (default), json or mermaid.")
@output_options
def command(no_color: bool, kind: str | None, plan_file: Path | None, cycles: bool,
            form: str) -> int:
    """Print what depends on what; an arrow leads to what is depended on.

    Exit status: 0 printed, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.views import graphs
    from vbrprov.workflow.graphs import draw

    runtime = Runtime(no_color=no_color)
    picture = draw(make_request(runtime), runtime, kind or "", plan_file=plan_file, cycles=cycles)
    if picture is None:
        return runtime.finish()
    if form == "json":
        import msgspec

        encoded = msgspec.json.encode(graphs.graph_json(picture))
        runtime.out(msgspec.json.format(encoded, indent=2).decode() + "\n")
    elif form == "mermaid":
        runtime.out(graphs.mermaid(picture))
    else:
        full = kind is not None or plan_file is not None
        runtime.out(graphs.full_dot(picture) if full else graphs.overview_dot(picture))
    return 0
