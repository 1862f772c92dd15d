"""Which properties of a JSON configuration are blocks, and how the others are read.

JSON does not tell arguments from blocks, so reading it takes a table. The native syntax needs none:
what a block may hold is known to the decoder of its type alone, which judges both syntaxes.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec


class Reading(enum.Enum):
    """What strings in a value are."""

    #: Templates, as in ``"${var.name}-1"``.
    TEMPLATE = "template"
    #: Just text.
    LITERAL = "literal"
    #: Expressions without quotes: addresses and types.
    CODE = "code"
    #: An object from addresses to addresses.
    CODE_MAP = "code map"
    #: Templates, and the value may turn out to be nested blocks.
    LATE = "late"


class BlockSpec(msgspec.Struct, frozen=True):
    """One type of block. Properties that it does not name are arguments, read as ``rest`` says."""

    labels: tuple[str, ...] = ()
    readings: dict[str, Reading] = {}
    blocks: dict[str, BlockSpec] = {}
    rest: Reading = Reading.TEMPLATE


def _code(*names: str) -> dict[str, Reading]:
    return dict.fromkeys(names, Reading.CODE)


def _literal(*names: str) -> dict[str, Reading]:
    return dict.fromkeys(names, Reading.LITERAL)


_CONDITION: Final = BlockSpec()
_ANY: Final = BlockSpec(rest=Reading.LATE)
_LIFECYCLE: Final = BlockSpec(
    readings=_literal("create_before_destroy", "destroy")
    | _code("ignore_changes", "replace_triggered_by"),
    blocks={"precondition": _CONDITION, "postcondition": _CONDITION},
)
_RESOURCE: Final = BlockSpec(
    labels=("type", "name"),
    readings=_code("provider", "depends_on") | dict.fromkeys(
        ("count", "for_each"), Reading.TEMPLATE),
    blocks={"lifecycle": _LIFECYCLE, "attest": _ANY},
    rest=Reading.LATE,
)
_FALLBACK: Final = BlockSpec(readings=_code("method"))
_FALLBACK.blocks["fallback"] = _FALLBACK
_TARGET: Final = BlockSpec(
    readings=_code("method") | _literal("enforced"), blocks={"fallback": _FALLBACK})
_SETTINGS: Final = BlockSpec(
    readings=_literal("required_version", "experiments"),
    blocks={
        "required_providers": BlockSpec(rest=Reading.LITERAL),
        "backend": BlockSpec(labels=("type",), rest=Reading.LATE),
        "encryption": BlockSpec(blocks={
            "key_provider": BlockSpec(labels=("type", "name"), rest=Reading.LATE),
            "method": BlockSpec(labels=("type", "name"), readings=_code("keys")),
            "state": _TARGET,
            "plan": _TARGET,
        }),
        "cloud": _ANY,
    },
)

#: The blocks at the top of a file.
TOP: Final[dict[str, BlockSpec]] = {
    "variable": BlockSpec(
        labels=("name",),
        readings=_code("type") | _literal(
            "default", "description", "sensitive", "ephemeral", "nullable", "deprecated"),
        blocks={"validation": _CONDITION},
    ),
    "locals": BlockSpec(),
    "output": BlockSpec(
        labels=("name",),
        readings=_code("depends_on") | _literal(
            "description", "sensitive", "ephemeral", "deprecated"),
        blocks={"precondition": _CONDITION},
    ),
    "provider": BlockSpec(
        labels=("name",),
        readings=_literal("alias", "version") | {"for_each": Reading.TEMPLATE},
        rest=Reading.LATE,
    ),
    "resource": _RESOURCE,
    "data": _RESOURCE,
    "ephemeral": _RESOURCE,
    "module": BlockSpec(
        labels=("name",),
        readings=_code("depends_on") | {"providers": Reading.CODE_MAP},
    ),
    "vbrprov": _SETTINGS,
    "terraform": _SETTINGS,
    "moved": BlockSpec(readings=_code("from", "to")),
    "removed": BlockSpec(readings=_code("from"), blocks={"lifecycle": _LIFECYCLE}),
    "import": BlockSpec(readings=_code("to", "provider")),
    "check": BlockSpec(labels=("name",), blocks={"data": _RESOURCE, "assert": _CONDITION}),
}
