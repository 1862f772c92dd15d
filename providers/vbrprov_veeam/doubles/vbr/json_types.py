"""The two types that stand for JSON everywhere in the double."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
JsonValue = Any
