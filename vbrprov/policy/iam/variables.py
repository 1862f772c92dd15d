"""Variables in policies of version 2012-10-17, such as ``${aws:username}``.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vbrprov.sdk import Truth

if TYPE_CHECKING:
    from vbrprov.policy.iam.conditions import Context

_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_DEFAULT: Final = re.compile(r"\s*([^,\s]+)\s*,\s*'([^']*)'\s*\Z")
_LITERAL: Final = ("*", "?", "$")


def resolve(text: str, context: Context) -> str | Truth:
    """*text* with its variables replaced.

    ``Truth.NO`` when the request has none of that name, so that nothing can match; ``UNKNOWN`` when
    its value is not known, or is a sign that a pattern would misread.
    """
    if "${" not in text:
        return text
    worst: list[Truth] = []

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in _LITERAL:
            # Stands for the sign itself, which no pattern of ours can say.
            worst.append(Truth.UNKNOWN)
            return name
        given = _DEFAULT.match(name)
        values = context.values(given[1] if given else name)
        if values is Truth.NO and given:
            return given[2]
        if isinstance(values, Truth):
            worst.append(values)
            return ""
        if len(values) != 1 or "*" in values[0] or "?" in values[0]:
            worst.append(Truth.UNKNOWN)
            return ""
        return values[0]

    made = _VARIABLE.sub(value, text)
    if Truth.NO in worst:
        return Truth.NO
    return Truth.UNKNOWN if worst else made
