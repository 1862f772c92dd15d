"""How a type takes over what Terraform recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Attributes as a state of Terraform's has them: nested blocks are lists of objects.
TerraformAttributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TerraformPart:
    """A type of Terraform's that is part of a type of ours.

    Attributes:
        owner: The attribute of the part that holds the owner's id.
        take: The owner's arguments that follow from the part's attributes, as they would stand in
            Terraform's state of the owner.
    """

    owner: str
    take: Callable[[TerraformAttributes], Mapping[str, Any]]


def only(blocks: Any) -> Mapping[str, Any]:
    """The content of a nested block that occurs once at most; empty where it does not."""
    if isinstance(blocks, list):
        blocks = blocks[0] if blocks else None
    return blocks if isinstance(blocks, Mapping) else {}
