"""Lives of objects of a VBR server as folders of data: see ``tests/cases/veeam/README.md``."""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from launcher import CHECKOUT

CASES = CHECKOUT / "tests" / "cases" / "veeam"
REVISIONS = ("1.3-rev1", "1.3-rev2")
UNSET, ABSENT = "(unset)", "(absent)"
SECRET = "c4nary-S3cret"  # no output may show it
BACKUP_SERVER = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"

_KEYS = {"type", "collection", "revisions", "need", "arguments", "create", "update", "replace",
         "drift", "import", "refused", "path", "without", "untested", "gate", "older", "record",
         "gate_of_arguments", "odd", "canary", "variant"}
_REFERENCE = re.compile(r"\$\{([a-z_0-9.]+)\}")


@dataclasses.dataclass(frozen=True)
class Case:
    """One folder."""

    name: str

    def __str__(self) -> str:
        return self.name

    @functools.cached_property
    def data(self) -> Mapping[str, Any]:
        """What ``case.toml`` says."""
        data = tomllib.loads((CASES / self.name / "case.toml").read_text(encoding="utf-8"))
        unknown = data.keys() - _KEYS
        assert not unknown, f"{self.name}: {unknown}"
        return data

    @property
    def type(self) -> str:
        """The resource type, without ``veeam_``."""
        return str(self.data["type"])

    @property
    def collection(self) -> str:
        """The collection of the double."""
        return str(self.data["collection"])

    @property
    def path(self) -> str:
        """Pattern of the path of creations."""
        return str(self.data.get("path", f"/{self.collection}$"))

    @property
    def revisions(self) -> tuple[str, ...]:
        """Revisions that the type works in."""
        return tuple(self.data.get("revisions", REVISIONS))

    @property
    def canary(self) -> str:
        """A secret of the arguments."""
        return str(self.data.get("canary", SECRET))

    @property
    def import_name(self) -> str:
        """The name after ``name:``; nothing where objects have none."""
        return str(self.data.get("import", {}).get("name", ""))

    @property
    def repeats(self) -> bool:
        """Whether several objects may have one name."""
        return bool(self.data.get("import", {}).get("repeats"))

    @property
    def is_variant(self) -> bool:
        """Whether it shares with another case all but its arguments."""
        return bool(self.data.get("variant"))

    def lacks(self, test: str) -> bool:
        """Whether *test* says nothing about this type; the folder says why."""
        return test in self.data.get("without", {})

    def block(self, name: str) -> list[Any]:
        """The entries of ``update``, ``replace``, ``drift``, ``refused`` or ``record``."""
        return list(self.data.get(name, ()))


def all_cases() -> list[Case]:
    """Every case, in the order of its name."""
    return [Case(path.parent.name) for path in sorted(CASES.glob("*/case.toml"))]


def runs(test: str, *, block: str = "") -> list[tuple[Case, str]]:
    """The cases that *test* says something about, each with each revision of its."""
    return [(case, revision) for case in all_cases() if not case.lacks(test)
            and (not block or case.block(block)) for revision in case.revisions]


def label(value: Any) -> str:
    """The id of a parameter."""
    return str(value)


@dataclasses.dataclass
class Trial:
    """One case against one double."""

    case: Case
    engine: Any
    double: Any
    #: States of what must be there first.
    known: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, need in self.case.data.get("need", {}).items():
            if "seed" in need:
                stored = self.double.seed(need["seed"], self.filled(need["object"]))
                self.known[name] = dict(stored)
            else:
                config = self.built(need["type"], need["arguments"])
                self.known[name] = self.engine.apply(
                    need["type"], config, address=f"veeam_{need['type']}.{name}")

    @property
    def type(self) -> str:
        """The resource type."""
        return self.case.type

    def config(self, *changes: Mapping[str, Any]) -> Any:
        """The configuration, with changes laid over it one after the other."""
        data = dict(self.case.data["arguments"])
        for change in changes:
            data = laid_over(data, change)
        return self.built(self.type, data)

    def built(self, type_name: str, data: Mapping[str, Any]) -> Any:
        """A model of plain data."""
        return built(self.engine.type(type_name).model, self.filled(data))

    def filled(self, data: Any) -> Any:
        """*data* with its references followed."""
        if isinstance(data, Mapping):
            return {key: self.filled(value) for key, value in data.items() if value != UNSET}
        if isinstance(data, list):
            return [self.filled(value) for value in data]
        if not isinstance(data, str):
            return data
        return _REFERENCE.sub(lambda found: self._value(found[1]), data)

    def _value(self, path: str) -> str:
        if path == "secret":
            return SECRET
        if path == "backup_server":
            return BACKUP_SERVER
        first, *rest = path.split(".")
        if rest == ["subscription"]:
            return str(next(iter(self.known[first].subscriptions.values())))
        return str(at(self.known[first], ".".join(rest)))

    def stored(self, state: Any) -> Any:
        """The object as the double keeps it."""
        return next(o for o in self.double.objects(self.case.collection) if o["id"] == state.id)

    def shows(self, stored: Any, wanted: Any) -> None:
        """Assert that the wire holds what it should."""
        assert list(unlike(stored, self.filled(wanted))) == []

    def no_change(self, config: Any, state: Any) -> None:
        """Assert that a plan changes nothing."""
        assert self.engine.steps(self.type, config, state) == []

    def gone(self, state: Any) -> Any:
        """The state after which the object may be destroyed."""
        if "deletion_policy" not in state.schema().attributes:
            return state
        return state.copy(deletion_policy="DELETE")

    def own_writes(self, method: str) -> list[Any]:
        """Writes to the collection of the case."""
        return [w for w in self.double.writes() if w["method"] == method
                and re.search(self.case.path.removesuffix("$"), w["path"])]


def built(model: Any, data: Mapping[str, Any]) -> Any:
    """An instance of *model*, blocks and all."""
    blocks = model.schema().blocks
    fields: dict[str, Any] = {}
    for name, value in data.items():
        if name in blocks and isinstance(value, list):
            fields[name] = [built(blocks[name].model, item) for item in value]
        elif name in blocks:
            fields[name] = built(blocks[name].model, value)
        else:
            fields[name] = value
    return model(**fields)


def laid_over(data: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """*data* with *change* laid over it: tables are merged, ``(unset)`` takes away."""
    result = dict(data)
    for name, value in change.items():
        old = result.get(name)
        if value == UNSET:
            result.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(old, Mapping):
            result[name] = laid_over(old, value)
        else:
            result[name] = value
    return result


def unlike(found: Any, wanted: Any, path: str = "$") -> Iterator[str]:
    """Where *found* lacks something of *wanted*; lists of tables are compared item by item."""
    if wanted == ABSENT:
        if found is not None:
            yield f"{path}: {found!r}, and not absent"
    elif isinstance(wanted, Mapping):
        for name, value in wanted.items():
            there = found.get(name) if isinstance(found, Mapping) else None
            yield from unlike(there, value, f"{path}.{name}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        for index, value in enumerate(wanted):
            yield from unlike(found[index], value, f"{path}[{index}]")
    elif found != wanted:
        yield f"{path}: {found!r}, and not {wanted!r}"


def at(value: Any, path: str) -> Any:
    """What lies at a dotted path of a model."""
    for name in path.split(".") if path else ():
        if value is None:
            return None
        if isinstance(value, list):
            value = value[int(name)]
        elif isinstance(value, Mapping):
            value = value[name]
        else:
            value = getattr(value, name)
    return value


def named(change: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted names of the arguments that a change is about."""
    for name, value in change.items():
        yield f"{prefix}{name}"
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                yield from named(item, f"{prefix}{name}.")


def settable(schema: Any, prefix: str = "") -> Iterator[str]:
    """Dotted names of the arguments that configuration may change, secrets left out."""
    for name, spec in schema.attributes.items():
        twin = name.endswith("_version") and name.removesuffix("_version") in schema.attributes
        if not (spec.computed_only or spec.write_only or twin):
            yield f"{prefix}{name}"
    for name, nested in schema.blocks.items():
        yield from settable(nested.model.schema(), f"{prefix}{name}.")
