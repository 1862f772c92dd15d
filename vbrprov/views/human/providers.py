"""The tree of modules and the providers that they require."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.config.requirements import Requirements
from vbrprov.plan.environment import Registry
from vbrprov.views.human.text import safe


def render_requirements(root: Requirements, state: Iterable[str], registry: Registry) -> str:
    """What the configuration requires, and what the state does where there is one."""
    lines = ["", "Providers required by configuration:", ".", *_branches(root, registry), ""]
    recorded = sorted({_provider(name, registry) for name in state})
    if recorded:
        lines += ["Providers required by state:", "", *(f"    {name}" for name in recorded), ""]
    return "\n".join([*lines, ""])


def _branches(module: Requirements, registry: Registry) -> list[str]:
    items = [[f"{_provider(name, registry)} {version}".strip()]
             for name, version in module.providers.items()]
    items.sort()
    items += [[f"module.{child.name}", *_branches(child, registry)] for child in module.children]
    out: list[str] = []
    for number, (head, *rest) in enumerate(items, 1):
        last = number == len(items)
        out.append(f"{'└' if last else '├'}── {safe(head)}")
        out += [f"{' ' if last else '│'}   {line}" for line in rest]
    return out


def _provider(name: str, registry: Registry) -> str:
    found = registry.provider(name)
    # What Terraform would look for under the name of a provider that we do not have.
    return f"provider[{found.registry if found else 'registry.terraform.io/hashicorp/' + name}]"
