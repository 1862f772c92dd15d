"""``removed`` blocks: which recorded objects are forgotten instead of destroyed."""

from __future__ import annotations

import msgspec

from vbrprov.addrs import ParsedAddress
from vbrprov.config.model import Module, ModuleCall, Removed, Resource
from vbrprov.diag import Diagnostics
from vbrprov.plan.model import Action, Plan


class Removals:
    """The ``removed`` blocks of all modules; one of a parent module wins over one of its child."""

    def __init__(self, root: Module) -> None:
        self._root = root
        self._blocks: dict[ParsedAddress, Removed] = {}
        for module in root.walk():
            for block in module.removed:
                path = (*((name, None) for name in module.path), *block.former.module)
                self._blocks.setdefault(msgspec.structs.replace(block.former, module=path), block)

    def check(self, diags: Diagnostics) -> None:
        """Report what is said to be removed and is still declared."""
        modules = {module.path: module for module in self._root.walk()}
        for address, block in self._blocks.items():
            path = tuple(name for name, _ in address.module)
            found: Resource | ModuleCall | None = None
            if address.type_name and path in modules:
                found = modules[path].resources.get(f"{address.type_name}.{address.name}")
            elif not address.type_name and path[:-1] in modules:
                found = modules[path[:-1]].calls.get(path[-1])
            if found is not None:
                kind = "resource" if address.type_name else "module"
                diags.error(f"Removed {kind} still exists", f"This statement declares that "
                            f"{address} was removed, but it is still declared in configuration.",
                            block.range, related=(("still declared here", found.range),))

    def forgets(self, address: ParsedAddress) -> bool:
        """Whether the object at *address*, which has no block, is left alone."""
        # A missing key stands for every key in ``covers``, and these addresses have none.
        return any(not block.destroy and removed.covers(address)
                   for removed, block in self._blocks.items())


def warn_forgotten(plan: Plan, diags: Diagnostics) -> None:
    """Say which objects the plan leaves behind."""
    lines = "".join(f"\n  - {c.address}" for c in plan.changes
                    if c.action is Action.FORGET or c.forgets_old)
    if lines:
        diags.warning(
            "Some objects will no longer be managed by vbrprov", "If you apply this plan, vbrprov "
            "will discard its tracking information for the following objects, but it will not "
            f"delete them:{lines}\n\nAfter applying this plan, vbrprov will no longer manage these "
            "objects. You will need to import them to manage them again.")
