"""Whether an old object may be destroyed before its successor is made.

What would stop the successor must stop the deletion, or nothing would be left. Values that come
only with other replacements are not known yet; they are judged at the creation.
"""

from __future__ import annotations

from vbrprov.apply.order import delete_task
from vbrprov.apply.preparing import prepare
from vbrprov.apply.run import Run
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.graph import NodeKey
from vbrprov.plan.model import Action, Change
from vbrprov.values import Unknown, Value


class Successors:
    """Judges successors while the objects that they replace still exist."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._replaced: dict[NodeKey, list[Change]] = {}
        for change in run.plan.changes:
            if (change.action is Action.REPLACE and not change.create_before_destroy
                    and change.node is not None):
                self._replaced.setdefault(change.node, []).append(change)
        self._above: dict[NodeKey, list[Change]] = {}
        self._verdicts: dict[str, bool] = {}

    def may_go(self, change: Change) -> bool:
        """Whether nothing stops the successor of an object, as far as can be told by now.

        What it depends on may be replaced after it is destroyed; when that cannot be, neither can
        this one come back. What is wrong is reported.
        """
        return all(map(self._may_still_go, self._first(change))) and self._judge(change)

    def _may_still_go(self, change: Change) -> bool:
        run, task = self._run, delete_task(change)
        if run.is_bad(task):
            return False
        if change.address not in self._verdicts:
            self._verdicts[change.address] = run.has_begun(task) or self._judge(change)
        return self._verdicts[change.address]

    def _first(self, change: Change) -> list[Change]:
        """The replacements that the successor of *change* depends on."""
        assert change.node is not None
        if change.node not in self._above:
            nodes = self._run.graph.nodes
            seen: set[NodeKey] = set()
            stack = list(nodes[change.node].deps)
            while stack:
                key = stack.pop()
                if key not in seen:
                    seen.add(key)
                    stack.extend(nodes[key].deps)
            self._above[change.node] = [
                c for key in sorted(seen & self._replaced.keys()) for c in self._replaced[key]]
        return self._above[change.node]

    def _judge(self, change: Change) -> bool:
        run = self._run
        assert change.node is not None
        node = run.graph.nodes[change.node]
        try:
            expansion = expand(node.declared.count, node.declared.for_each,
                               node.declared.lifecycle.enabled,
                               run.world.scope(change.module))
        except EvalError:
            # How many there are is not known again until something else is replaced.
            return self._prepared(change, _planned(change))
        if change.key in expansion.keys:
            return self._prepared(change, expansion.repetition(change.key))
        run.diags.error(
            "Planned and final instances differ", f"{change.address} was to be replaced, but now "
            "that all values are known there is to be no such instance. The object was left as it "
            "is; make a new plan.", node.declared.range, address=change.address)
        return False

    def _prepared(self, change: Change, repetition: dict[str, Value]) -> bool:
        assert change.node is not None
        found = Diagnostics()
        if prepare(self._run, self._run.graph.nodes[change.node], change, repetition,
                   found, early=True) is not None:
            return True
        self._run.diags.extend(found)
        return False


def _planned(change: Change) -> dict[str, Value]:
    """The extra names in the scope of an instance, as far as its key tells them."""
    mode = {int: "count", str: "each"}.get(type(change.key), "single")
    return Expansion(mode, [change.key], {change.key: Unknown()}).repetition(change.key)
