"""uuid(): a random identifier."""

from __future__ import annotations

from uuid import uuid4

from vbrprov.sdk import Function


def _uuid() -> str:
    return str(uuid4())


FUNCTION = Function(
    name="uuid", group="hash",
    doc="Make a random UUID, another one each time; its value is known after apply.",
    params=(), returns=str, impl=_uuid, pure=False, example="uuid()",
)
