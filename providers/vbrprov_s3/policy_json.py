"""Policy documents: sameness, size.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from vbrprov.policy.iam.normal import normal_form


def same_policy(left: Any, right: Any) -> bool:
    """Whether two documents (strings, or ``None``) mean the same."""
    if left == right:
        return True
    if not isinstance(left, str) or not isinstance(right, str):
        return False
    try:
        return bool(normal_form(left) == normal_form(right))
    except (ValueError, AttributeError):
        return False


def compact(document: str) -> str:
    """The document without blanks between its parts: some stores refuse any, limits skip them."""
    return json.dumps(json.loads(document), separators=(",", ":"), ensure_ascii=False)


def document_validator(limit: int, unit: str = "characters") -> Callable[[Any], str | None]:
    """A validator: a JSON object of at most *limit* characters or bytes, blanks not counted."""

    def check(value: Any) -> str | None:
        try:
            data = json.loads(value)
        except ValueError as error:
            return f"The policy is not valid JSON: {error}."
        if not isinstance(data, dict):
            return "The policy must be a JSON object."
        if "Statement" not in data:
            return "The policy has no Statement."
        text = compact(value)
        size = len(text.encode()) if unit == "bytes" else len(text)
        if size > limit:
            return f"The policy has {size} {unit}; the limit is {limit}, blanks not counted."
        return None

    return check
