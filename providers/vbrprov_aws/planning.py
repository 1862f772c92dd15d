"""Small tools for ``plan_modify``: looking at values that may be unknown."""

from __future__ import annotations

from vbrprov.sdk.planning import LATER, is_known, known, silent

__all__ = ["LATER", "is_known", "known", "silent"]
