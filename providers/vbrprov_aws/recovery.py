"""Finding out whether an object was made by an interrupted run."""

from __future__ import annotations

from vbrprov.sdk.recovery import made_since

__all__ = ["made_since"]
