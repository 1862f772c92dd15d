"""A plan as text, as Terraform's users know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vbrprov.addrs import sort_key
from vbrprov.diff.propose import unchanged
from vbrprov.plan.model import Action, Change, OutputChange, Plan, Reason
from vbrprov.sdk.model import Schema
from vbrprov.secrets import SecretBook
from vbrprov.values import DYNAMIC, ListV, Null, SetV, Unknown, Value, bare, is_null
from vbrprov.views.human.deferred import deferred
from vbrprov.views.human.differences import ALWAYS_SHOWN, COLOURS, Differences
from vbrprov.views.human.handwork import handwork
from vbrprov.views.human.text import Style, safe, wrapped
from vbrprov.views.human.values import HIDDEN, UNKNOWN, untyped

_SYMBOLS = {Action.CREATE: "  +", Action.UPDATE: "  ~", Action.DELETE: "  -", Action.READ: " <=",
            Action.FORGET: "  .", Action.NOOP: "   "}
_LEGEND = (
    (Action.CREATE, "  + create"), (Action.UPDATE, "  ~ update in-place"),
    (Action.DELETE, "  - destroy"),
    (Action.READ, " <= read (data sources)"), (Action.FORGET, "  . leave, no longer manage"),
)
_REASONS = {
    Reason.CANNOT_UPDATE: "", Reason.TAINTED: " is tainted, so it must be replaced",
    Reason.REQUESTED: " will be replaced, as requested",
    Reason.TRIGGERS: " will be replaced due to changes in replace_triggered_by",
    Reason.ROTATION:
        " must be replaced: its secret is needed again and is not kept anywhere (rotation)",
    Reason.NO_CONFIG: "(because {name} is not in configuration)",
    Reason.WRONG_REPETITION: "(because resource uses another repetition now)",
    Reason.COUNT_INDEX: "(because index [{key}] is out of range for count)",
    Reason.EACH_KEY: '(because key ["{key}"] is not in for_each map)',
    Reason.ENABLED_FALSE: "(because lifecycle.enabled is false)",
    Reason.NO_MODULE: "(because its module is not in configuration)",
    Reason.NO_MOVE_TARGET:
        "(because {previous} was moved to {name}, which is not in configuration)",
    Reason.DEPOSED: "(left over from an interrupted replacement)",
    Reason.READ_CONFIG_UNKNOWN: "(config refers to values not yet known)",
    Reason.READ_CHECK_NESTED: "(config will be reloaded to verify a check block)",
    Reason.READ_PENDING: "(depends on a resource or a module with changes pending)",
}


class PlanView:
    """Renders plans in one style."""

    def __init__(self, style: Style, book: SecretBook, name: str = "vbrprov") -> None:
        self.style = style
        self.book = book
        self.name = name
        self.differences = Differences(style, book)

    def render(self, plan: Plan) -> str:
        """The whole plan: legend, changes, summary, outputs."""
        changes = sorted((c for c in plan.changes if c.is_shown),
                         key=lambda c: sort_key(c.address))
        moved: list[Change] = []
        if plan.options.refresh_only:
            changes, moved = [], changes
        outputs = [o for o in plan.outputs if o.action is not Action.NOOP]
        out = list(self._drift(plan, moved))
        if plan.options.refresh_only and out:
            out.append("\n" + wrapped(
                f"This is a refresh-only plan, so {self.name} will not take any actions to undo "
                "these. If you were expecting these changes then you can apply this plan to "
                f"record the updated values in the {self.name} state without changing any remote "
                "objects."))
        if not plan.has_changes and not plan.awaiting:
            waiting = deferred(plan, self.style)
            out.append(f"\n{self.style('No changes can be made now.', 'bold')}\n{waiting}"
                       if waiting else self._nothing(plan))
            return "".join(out)
        if changes:
            out.append(self._legend(changes))
            out.append(f"\n{self.name} will perform the following actions:\n")
            for change in changes:
                out.append(f"\n{self._change(change)}")
            add, change_count, destroy = plan.counts()
            imports = f"{len(plan.imports)} to import, " if plan.imports else ""
            out.append(f"\n{self.style('Plan:', 'bold')} {imports}{add} to add, "
                       f"{change_count} to change, {destroy} to destroy"
                       f"{f', {plan.awaiting} awaiting' if plan.awaiting else ''}.\n")
        out.append(deferred(plan, self.style))
        if outputs:
            out.append("\nChanges to Outputs:\n")
            width = max(len(o.name) for o in outputs)
            out += [self._output(o, width) for o in outputs]
        if outputs and not changes:
            out.append("\n" + wrapped(
                "You can apply this plan to save these new output values to the "
                f"{self.name} state, without changing any real infrastructure."))
        return "".join(out)

    def _nothing(self, plan: Plan) -> str:
        title = self.style("No changes.", "green", "bold")
        if plan.options.refresh_only:
            still = "Your infrastructure still matches the configuration."
            return f"\n{title} {self.style(still, 'bold')}\n\n" + wrapped(
                f"{self.name} has checked that the real remote objects still match the result "
                "of your most recent changes, and found no differences.")
        if plan.options.destroy:
            return (f"\n{title} {self.style('No objects need to be destroyed.', 'bold')}\n\n"
                    + wrapped("Either you have not created any objects yet or the existing objects "
                              "were already deleted outside of vbrprov."))
        return (f"\n{title} "
                f"{self.style('Your infrastructure matches the configuration.', 'bold')}\n\n"
                + wrapped(f"{self.name} has compared your real infrastructure against your "
                          "configuration and found no differences, so no changes are needed."))

    def _legend(self, changes: Iterable[Change]) -> str:
        actions = {c.action for c in changes}
        lines = [text for action, text in _LEGEND if action in actions]
        if actions == {Action.NOOP}:
            return ""
        replaces = [c for c in changes if c.action is Action.REPLACE]
        if any(not c.create_before_destroy for c in replaces):
            lines.append("-/+ destroy and then create replacement")
        if any(c.create_before_destroy for c in replaces):
            lines.append("+/- create replacement and then destroy")
        painted = []
        for line in lines:
            symbol = line.split()[0]
            painted.append(line.replace(symbol, self.style(symbol, COLOURS[symbol]), 1))
        return ("\n" + wrapped(
            f"{self.name} used the selected providers to generate the following execution plan. "
            "Resource actions are indicated with the following symbols:")
                + "".join(f"{line}\n" for line in painted))

    def _drift(self, plan: Plan, moved: Iterable[Change]) -> Iterator[str]:
        if not (plan.drift or moved):
            return
        yield self.style("\nNote: Objects have changed outside of vbrprov\n", "cyan", "bold")
        for change in sorted(plan.drift, key=lambda c: sort_key(c.address)):
            word = "has been deleted" if change.action is Action.DELETE else "has changed"
            yield f"\n  # {self.style(safe(change.address), 'bold')} {word}\n"
            if change.after is not None and change.before is not None:
                yield from self._object(change.before, change.after, change.schema, 4, set())
        for change in moved:
            yield f"\n{self._change(change)}"

    def _title(self, change: Change) -> str:
        address = self.style(safe(change.address), "bold")
        if change.action is Action.NOOP and change.previous:
            return f"  # {self.style(safe(change.previous), 'bold')} has moved to {address}\n"
        if change.deposed and change.action is Action.DELETE:
            address += f" (deposed object {change.deposed})"
        text = {
            Action.CREATE: " will be created", Action.UPDATE: " will be updated in-place",
            Action.DELETE: f" will be {self.style('destroyed', 'red', 'bold')}",
            Action.READ: " will be read during apply",
            Action.FORGET: " will no longer be managed by vbrprov, but will not be destroyed",
            Action.REPLACE: f" must be {self.style('replaced', 'red', 'bold')}",
            Action.NOOP: " will be imported",
        }[change.action]
        if change.awaits:
            text = (" waits for you: its step is not confirmed yet" if change.action is not
                    Action.DELETE else " waits for you: its destruction is not confirmed yet")
        reason = _REASONS.get(change.reason, "").format(
            name=safe(change.address), key=change.key, previous=safe(change.previous))
        if change.action is Action.REPLACE and reason:
            text = reason
            reason = ""
        notes = [reason] if change.action in (Action.DELETE, Action.READ) else []
        notes += self._notes(change)
        return f"  # {address}{text}\n" + "".join(f"  # {n}\n" for n in notes if n)

    def _notes(self, change: Change) -> Iterator[str]:
        if change.action is Action.FORGET:
            yield "(destroy = false is set in the configuration)"
        if change.forgets_old:
            yield ("(destroy = false is set in the configuration: the old object will not be "
                   "destroyed, and no longer be managed)")
        if change.previous:
            yield f"(moved from {safe(change.previous)})"
        if change.importing and change.action is not Action.NOOP:
            yield f'(imported from "{safe(change.importing)}")'
        if change.generated:
            yield "(config will be generated)"
        if change.importing and change.action is Action.REPLACE and not change.forgets_old:
            yield self.style("Warning: this will destroy the imported resource", "yellow")

    def _change(self, change: Change) -> str:
        symbol = _SYMBOLS.get(change.action) or ("+/-" if change.create_before_destroy else "-/+")
        painted = symbol
        if symbol.strip():
            painted = symbol.replace(symbol.strip(),
                                     self.style(symbol.strip(), COLOURS[symbol.strip()]))
        word = "data" if change.mode == "data" else "resource"
        head = f'{painted} {word} "{safe(change.type)}" "{safe(change.name)}" {{\n'
        mark = {Action.CREATE: "+", Action.READ: "+", Action.DELETE: "-"}.get(change.action, "~")
        before = change.before if change.action not in (Action.CREATE, Action.READ) else None
        after = change.before if change.action is Action.FORGET else change.after
        body = "".join(self._body(change, before, after, mark, 6))
        work = "".join(handwork(w, self.style) for w in change.handwork)
        return f"{self._title(change)}{head}{body}    }}\n{work}"

    def _body(self, change: Change, before: Mapping[str, Value] | None,
              after: Mapping[str, Value] | None, mark: str, indent: int) -> Iterator[str]:
        forces = set(change.replace_paths) if change.action is Action.REPLACE else set()
        yield from self._object(before, after, change.schema, indent, forces, change.send)

    def _object(self, before: Mapping[str, Value] | None, after: Mapping[str, Value] | None,
                schema: Schema, indent: int, forces: set[str],
                send: frozenset[str] = frozenset()) -> Iterator[str]:
        rows: list[tuple[str, str, str]] = []
        same = 0
        for name, spec in sorted(schema.attributes.items()):
            old = before.get(name) if before is not None else None
            new = after.get(name) if after is not None else None
            if spec.write_only:
                if name in send:
                    rows.append(("+" if before is None else "~", name, "(write-only attribute)"))
                continue
            if spec.type is DYNAMIC:
                old, new = untyped(old), untyped(new)
            if spec.sensitive:
                old, new = _masked(old), _masked(new)
            row = self._attribute(old, new, before is None, after is None, indent, name in forces)
            if row is None:
                same += 0 if (old is None or is_null(old)) and (new is None or is_null(new)) else 1
            elif row[0] == " ":
                same += 1
                if name in ALWAYS_SHOWN:
                    rows.append(("  ", name, row[1]))
                    same -= 1
            else:
                rows.append((row[0], name, row[1]))
        width = max((len(name) for _, name, _ in rows), default=0)
        pad = " " * indent
        for symbol, name, text in rows:
            sign = self.differences.sign(symbol)
            yield f"{pad}{sign} {name.ljust(width)} = {text}\n"
        if same and before is not None and after is not None:
            word = "attribute" if same == 1 else "attributes"
            yield f"{pad}  {self.style(f'# ({same} unchanged {word} hidden)', 'dim')}\n"
        yield from self._nested(before, after, schema, indent, forces)

    def _nested(self, before: Mapping[str, Value] | None, after: Mapping[str, Value] | None,
                schema: Schema, indent: int, forces: set[str]) -> Iterator[str]:
        pad = " " * indent
        hidden_blocks = 0
        for name, nested in sorted(schema.blocks.items()):
            olds = _block_items(before.get(name) if before is not None else None)
            news = _block_items(after.get(name) if after is not None else None)
            if after is not None and isinstance(bare(after.get(name)), Unknown):
                yield f"\n{pad}{self.style('+', 'green')} {name} {UNKNOWN}\n"
                continue
            for old, new in _pairs(olds, news, nested.nesting == "set", self.book):
                if old is not None and new is not None and unchanged(old, new, self.book):
                    hidden_blocks += 1
                    continue
                sign = "+" if old is None else "-" if new is None else "~"
                note = f" {self.style('# forces replacement', 'red')}" if name in forces else ""
                yield f"\n{pad}{self.differences.sign(sign)} {name} {{{note}\n"
                yield from self._object(old, new, nested.model.schema(), indent + 4, set())
                yield f"{pad}  }}\n"
        if hidden_blocks:
            word = "block" if hidden_blocks == 1 else "blocks"
            yield f"\n{pad}  {self.style(f'# ({hidden_blocks} unchanged {word} hidden)', 'dim')}\n"

    def _attribute(self, old: Value, new: Value, creating: bool, deleting: bool, indent: int,
                   forces: bool) -> tuple[str, str] | None:
        """Symbol and text of one attribute, ``None`` when there is nothing to show."""
        whole = self.differences.whole
        if creating:
            return None if new is None or is_null(new) else ("+", whole(new, "+", indent))
        if deleting:
            if old is None or is_null(old):
                return None
            return "-", f"{whole(old, '-', indent)} -> null"
        old = Null() if old is None else old
        new = Null() if new is None else new
        if is_null(old) and is_null(new):
            return None
        if unchanged(old, new, self.book):
            return " ", whole(old, " ", indent)
        if is_null(old):
            symbol, text = "+", whole(new, "+", indent)
        elif is_null(new):
            symbol, text = "-", f"{whole(old, '-', indent)} -> null"
        else:
            symbol, text = "~", self.differences.change(old, new, indent)
        if forces:
            first, end, rest = text.partition("\n")
            text = f"{first} {self.style('# forces replacement', 'red')}{end}{rest}"
        return symbol, text

    def _output(self, change: OutputChange, width: int) -> str:
        symbol = {Action.CREATE: "+", Action.DELETE: "-"}.get(change.action, "~")
        if symbol == "~" and (is_null(change.before) or is_null(change.after)):
            symbol = "+" if is_null(change.before) else "-"
        before, after = untyped(change.before), untyped(change.after)
        if change.sensitive:
            before, after = _masked(before), _masked(after)
        if symbol == "+":
            text = self.differences.whole(after, "+", 2)
        elif symbol == "-":
            text = f"{self.differences.whole(before, '-', 2)} -> null"
        elif change.sensitive:
            text = HIDDEN
        else:
            text = self.differences.change(before, after, 2)
        return f"  {self.style(symbol, COLOURS[symbol])} {change.name.ljust(width)} = {text}\n"


def _masked(value: Value) -> Value:
    from vbrprov.values import SENSITIVE
    from vbrprov.values.value import mark

    return value if value is None or is_null(value) else mark(value, (SENSITIVE,))


def _block_items(value: Value) -> list[Mapping[str, Value]]:
    inner = bare(value)
    if isinstance(inner, dict):
        return [inner]
    if isinstance(inner, (ListV, SetV)):
        return [v for v in inner.items if isinstance(v, dict)]
    return []


def _pairs(olds: list[Mapping[str, Value]], news: list[Mapping[str, Value]], unordered: bool,
           book: SecretBook) -> Iterator[tuple[Mapping[str, Value] | None, Mapping[str, Value]
                                               | None]]:
    if not unordered:
        for index in range(max(len(olds), len(news))):
            yield (olds[index] if index < len(olds) else None,
                   news[index] if index < len(news) else None)
        return
    rest = list(news)
    for old in olds:
        match = next((i for i, n in enumerate(rest) if unchanged(old, n, book)), None)
        if match is None:
            yield old, None
        else:
            yield old, rest.pop(match)
    for new in rest:
        yield None, new
