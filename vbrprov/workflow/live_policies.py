"""``policy check -live``: the policies that an identity has, instead of those in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from vbrprov.config.load import JSON_SUFFIX, SUFFIX
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import World
from vbrprov.graph import Node
from vbrprov.graph.providers import provider_text
from vbrprov.plan.clients import Clients, is_deferred
from vbrprov.plan.environment import Environment
from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.check import Finding, check_together
from vbrprov.policy.given import read_given
from vbrprov.policy.iam.document import Policy
from vbrprov.policy.overview import Standing, standings
from vbrprov.sdk import ProviderConfig, ProviderError
from vbrprov.sdk.held import HeldPolicies, Hold
from vbrprov.workflow.planning import Surroundings, start
from vbrprov.workflow.policies import Remember, every_purpose, render_policy
from vbrprov.workflow.request import Request

_PROVIDERS: Final = {"aws": "aws", "azure": "azurerm", "google": "google", "ibm": "ibm"}


class Live(msgspec.Struct, frozen=True):
    """Whose policies they are, and what was found: faults, or standings for every purpose."""

    who: str
    faults: list[Finding] | None = None
    standings: list[Standing] | None = None


def check_live(request: Request, runtime: Surroundings, given: PolicyArguments, user: str | None,
               block: str | None, remember: Remember) -> Live | None:
    """Check what an identity has, for a purpose or for all; ``None`` after errors.

    The provider block *block* (the one for the vendor, when left out) of the configuration in the
    folder says where they are read.
    """
    diags = runtime.diags
    rendered = render_policy(given, diags) if given.purpose else None
    every = None if given.purpose else every_purpose(given, diags)
    if rendered is None and every is None:
        return None
    held = _held(request, runtime, block or _PROVIDERS.get(given.vendor, "s3"), user, given.buckets)
    if held is None:
        return None
    read: dict[Hold, list[Policy]] = {hold: [] for hold in Hold}
    for each in held.policies:
        source = SourceFile(each.name, each.text)
        remember(source)
        policy, found = read_given(source, "iam")
        diags.extend(found)
        if policy is not None:
            read[each.hold].append(policy)
    if diags.has_errors:
        return None
    own, beside, bounds = read[Hold.IDENTITY], read[Hold.BUCKET], read[Hold.BOUNDARY]
    if rendered is None:
        return Live(held.who, standings=standings(
            own, every or (), beside=beside, bounds=bounds, principal=held.arn))
    return Live(held.who, check_together(own, rendered, beside=beside, bounds=bounds,
                                         principal=held.arn))


def _held(request: Request, runtime: Surroundings, block: str, user: str | None,
          buckets: Sequence[str]) -> HeldPolicies | None:
    diags = runtime.diags
    name = block.partition(".")[0]
    folder = Path(request.directory)
    if not any(path.name.endswith((SUFFIX, JSON_SUFFIX)) for path in folder.iterdir()):
        diags.error("No provider block", "The policies are read with the provider block of the "
                    f'configuration in this folder, and there is none. Write provider "{name}" '
                    "with what it needs, or name the folder with -chdir=DIR.")
        return None
    started = start(request, runtime, progress=False)
    if started is None:
        return None
    prepared, environment = started.prepared, started.environment
    provider = environment.registry.provider(name)
    if provider is None:
        diags.error("Provider not known", f'There is no provider "{name}".')
        return None
    key = ((), "provider", block)
    if key not in prepared.graph.nodes and "." in block:
        diags.error("Provider configuration not present",
                    f"The configuration in this folder has no provider configuration {block}.")
        return None
    node = prepared.graph.nodes.get(key) or Node(key, prepared.root, None)
    world = World(prepared.root, prepared.context)
    walk = Walk(world, prepared.values, diags)
    for each in prepared.graph.order:
        if each[1] in ("var", "local") and not each[0]:
            walk.visit(prepared.graph.nodes[each])
    return _ask(node, world, environment, diags, provider.config(), user, buckets)


def _ask(node: Node, world: World, environment: Environment, diags: Diagnostics,
         config: ProviderConfig, user: str | None, buckets: Sequence[str]) -> HeldPolicies | None:
    clients = Clients(environment, "", diags)
    try:
        clients.configure(node, world)
        client = clients.get(provider_text(node.key))
        if is_deferred(client):
            if not diags.has_errors:
                diags.error("Provider not configured", "Arguments of the provider block are known "
                            "only after apply, or it has for_each. Name another block with "
                            "-provider=NAME.ALIAS.")
            return None
        return config.held_policies(client, user, buckets)
    except ProviderError as error:
        diags.error(error.summary, error.detail, hint=error.hint)
        return None
    finally:
        clients.close()
