"""``plan -generate-config-out=FILE``: blocks for imported objects that have none."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from vbrprov.config import load
from vbrprov.config.blocks.resource import provider_of
from vbrprov.config.load import SUFFIX
from vbrprov.diag import Diagnostics
from vbrprov.graph import build_graph
from vbrprov.graph.imports import import_target
from vbrprov.graph.providers import provider_text
from vbrprov.plan.ephemeral import fed_by_ephemerals
from vbrprov.plan.generate import body_of
from vbrprov.plan.imports import Wanted, read_import
from vbrprov.plan.planner import Planner
from vbrprov.plan.providers import choose
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.syntax.hclwrite import quoted, write_block
from vbrprov.workflow.packages.installed import Installed
from vbrprov.workflow.planning import Started, Surroundings
from vbrprov.workflow.request import Request

_HEAD = ("# __generated__ by vbrprov\n# Please review these resources and move them into your main "
         "configuration files.\n")


def check_place(path: Path, request: Request, diags: Diagnostics) -> bool:
    """Whether configuration may be generated into *path*."""
    if os.path.lexists(path):
        diags.error(
            "Target generated file already exists", f"vbrprov can only write generated config into "
            f"a new file, but there is {path}. Either choose a different target location or move "
            "all existing configuration out of the target file, delete it and try again.")
    elif not path.name.endswith(SUFFIX) or os.path.realpath(path.parent) != os.path.realpath(
            request.directory):
        diags.error(
            "Target generated file would not be read", f"{path} is not part of the configuration: "
            f"that is made of the {SUFFIX} files in {os.path.abspath(request.directory)}. Choose "
            f"a name such as:\n\n    vbrprov plan -generate-config-out=generated{SUFFIX}")
    else:
        return True
    return False


def generate(path: Path, request: Request, started: Started, state: StateData,
             runtime: Surroundings) -> bool:
    """Write blocks for imports that have none to *path*, and take them into the configuration.

    Whether the plan may go on. Without such an import, nothing is written.
    """
    prepared = started.prepared
    if all(import_target(block) in prepared.graph.nodes for block in prepared.root.imports):
        return True
    # What this pass has to say, the plan says again.
    quiet = msgspec.structs.replace(started.environment, event=_silent)
    options = msgspec.structs.replace(request.options, refresh=False)
    planner = Planner(prepared.graph, state, prepared.values, options, quiet, prepared.context)
    planner.imports.generating = True
    try:
        planner.run()
        missing = sorted(planner.imports.missing, key=lambda w: (
            w.block.range.filename, w.block.range.start.byte))
        texts = {str(w.address): text for w in missing if (text := _block(planner, w)) is not None}
    finally:
        planner.refresher.close()
        planner.clients.release(fed_by_ephemerals(prepared.graph))
        planner.ephemerals.close(planner.diags)
        planner.clients.close()
    if planner.diags.has_errors:
        runtime.diags.extend(planner.diags)
        return False
    if not texts:
        return True
    blocks = [f"# __generated__ by vbrprov from {quoted(w.import_id)}\n{texts[str(w.address)]}\n"
              for w in missing]
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write("\n".join([_HEAD, *blocks]))
    except OSError as error:
        runtime.diags.error("Cannot write the generated file", f"{path} cannot be written: "
                            f"{error.strerror or error}.")
        return False
    return _reload(texts, request, started, runtime)


def _silent(event: str, **data: object) -> None:
    """Tell nobody."""


def _block(planner: Planner, wanted: Wanted) -> str | None:
    """The text of the block; ``None`` (reported) when the object cannot be read."""
    block, node = wanted.block, wanted.node
    scope = planner.world.scope(())
    provider = choose(planner.walk, planner.clients, node, (), scope, str(wanted.address))
    provider = provider or provider_text(node.provider)
    type_name = wanted.address.type_name
    kind = planner.environment.registry.resource_type(block.provider.name, type_name)
    if kind is None:
        planner.diags.error("Invalid resource type", f'The provider "{block.provider.name}" does '
                            f'not support resource type "{type_name}".', block.to.range)
        return None
    found = read_import(planner, wanted, provider, kind, planner.clients.get(provider))
    if found is None:
        return None
    refreshed = planner.refresher.result(found)
    assert refreshed is not None
    assert refreshed.values is not None
    body = body_of(refreshed.values, kind.model.schema())
    if str(block.provider) != provider_of(type_name):
        text = str(block.provider)
        if block.provider.key is not None:
            where = block.provider.key
            text += f"[{where.source.text[where.node.start:where.node.end]}]"
        body.attributes = {"provider": text, **body.attributes}
    return write_block("resource", [type_name, wanted.address.name], body).rstrip()


def _reload(texts: dict[str, str], request: Request, started: Started,
            runtime: Surroundings) -> bool:
    """Read the configuration once more, with the generated blocks in it."""
    prepared = started.prepared
    packages = Installed(request, prepared.early, runtime.redactor)
    root, found = load(request.directory, prepared.files, parse_config, packages)
    root.generated = texts
    runtime.diags.extend(found)
    runtime.add_sources(root)
    if found.has_errors:
        return False
    graph, found = build_graph(root)
    runtime.diags.extend(found)
    started.prepared = msgspec.structs.replace(prepared, root=root, graph=graph)
    return not found.has_errors
