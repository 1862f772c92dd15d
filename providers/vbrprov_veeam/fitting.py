"""Which arguments have a place in a shape: the others are refused while planning."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from vbrprov.sdk import PlanDraft
from vbrprov.sdk.values import Value, bare, elements, is_known
from vbrprov_veeam import plans, words
from vbrprov_veeam.shapes import Items, Leaf, Part, Shape, When


def refuse_misfits(plan: PlanDraft, shape: Shape, outside: Collection[str], what: str) -> None:
    """Refuse the plan for each argument that is set and has no place in *shape*.

    *outside* are arguments of the model that no shape has; *what* is the object, for people.
    """
    for path, why in misfits(shape, {k: v for k, v in plan.config.items() if k not in outside}):
        plan.error("Argument does not apply",
                   f"{path} does not go with {what}{f', with {why}' if why else ''}.",
                   path.partition(".")[0])


def misfits(shape: Shape, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Paths of arguments that are set in *values* and have no place in *shape*, each with why.

    The reason is empty where no object of the shape has a place for it.
    """
    entries = {entry.argument: entry for entry in shape.entries}
    for name, value in values.items():
        inner = bare(value)
        if plans.is_unset(value) or not is_known(inner) or inner is False or _is_empty(inner):
            continue
        entry = entries.get(name)
        if entry is None or (isinstance(entry, When) and (_idle(entry, shape, values))):
            spec = shape.model.schema().attributes.get(name)
            if spec is None or spec.default is None or spec.default != inner:
                yield name, _idle(entry, shape, values) if isinstance(entry, When) else ""
        elif isinstance(entry, Part) and isinstance(inner, Mapping):
            yield from ((f"{name}.{path}", why) for path, why in misfits(entry.shape, inner))
        elif isinstance(entry, Items):
            for _, item in elements(inner) or ():
                body = bare(item)
                if isinstance(body, Mapping):
                    yield from ((f"{name}.{path}", why)
                                for path, why in misfits(entry.shape, body))


def _idle(entry: When, shape: Shape, values: Mapping[str, Value]) -> str:
    """Why an entry does not count, as ``argument value``; empty when it does or may."""
    told = next((e for e in shape.entries if isinstance(e, Leaf) and e.wire == entry.wire), None)
    said = bare(values[told.argument]) if told is not None and told.argument in values else None
    if told is None or not isinstance(said, str):
        return ""
    counts = words.table(told.words).get(said) == entry.value
    return "" if counts else f"{told.argument} {said}"


def _is_empty(value: Value) -> bool:
    found = None if isinstance(value, dict) else elements(value)
    return found is not None and not found
