"""A state as text."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.addrs import parse_address, provider_name, sort_key
from vbrprov.diff.stored import attributes_of
from vbrprov.plan.environment import Registry
from vbrprov.plan.outputs import stored_output
from vbrprov.sdk.model import Schema
from vbrprov.secrets import SecretBook
from vbrprov.state.model import Instance, StateData
from vbrprov.values import DYNAMIC, SENSITIVE, Value, bare, is_null
from vbrprov.values.value import mark
from vbrprov.views.human.differences import Differences
from vbrprov.views.human.text import Style, safe
from vbrprov.views.human.values import untyped


def render_state(state: StateData, registry: Registry, style: Style) -> str:
    """All instances and outputs."""
    if state.is_empty:
        return "The state is empty. No resources are managed.\n"
    out = []
    for instance in sorted(state.instances.values(), key=lambda i: sort_key(i.address)):
        out.append(render_instance(instance, registry, style) + "\n")
    if state.outputs:
        out.append("\nOutputs:\n\n" + "".join(_outputs(state, Differences(style, SecretBook()))))
    return "".join(out)


def _outputs(state: StateData, text_of: Differences) -> Iterator[str]:
    for name, output in sorted(state.outputs.items()):
        value = stored_output(output)
        if output.sensitive:
            value = mark(value, (SENSITIVE,))
        yield f"{name} = {text_of.whole(value, ' ', -2)}\n"


def render_instance(instance: Instance, registry: Registry, style: Style) -> str:
    """One instance as a block."""
    parsed = parse_address(instance.address)
    name = provider_name(instance.provider)
    kind = registry.resource_type(name, parsed.type_name)
    notes = f" ({instance.status})" if instance.status != "ok" else ""
    notes += f" (deposed {instance.deposed})" if instance.deposed else ""
    head = (f'# {style(safe(instance.address), "bold")}{notes}:\n'
            f'resource "{parsed.type_name}" "{parsed.name}" {{\n')
    if kind is None:
        return f"{head}    # (this version does not know the type)\n}}\n"
    schema = kind.model.schema()
    values = Differences(style, SecretBook())
    return head + _rows(attributes_of(instance, schema), schema, 4, values) + "}\n"


def _rows(values: dict[str, Value], schema: Schema, indent: int, text_of: Differences) -> str:
    pad = " " * indent
    shown = {n: v for n, v in values.items() if n in schema.attributes and not is_null(v)}
    width = max(map(len, shown), default=0)
    rows = []
    for name, value in sorted(shown.items()):
        spec = schema.attributes[name]
        if spec.type is DYNAMIC:
            value = untyped(value)
        if spec.sensitive:
            value = mark(value, (SENSITIVE,))
        text = text_of.whole(value, " ", indent - 2)
        rows.append(f"{pad}{name.ljust(width)} = {text}\n")
    for name, nested in sorted(schema.blocks.items()):
        value = bare(values.get(name))
        items = [value] if isinstance(value, dict) else list(getattr(value, "items", ()) or ())
        for item in items:
            if isinstance(item, dict):
                inner = _rows(item, nested.model.schema(), indent + 4, text_of)
                rows.append(f"\n{pad}{name} {{\n{inner}{pad}}}\n")
    return "".join(rows)
