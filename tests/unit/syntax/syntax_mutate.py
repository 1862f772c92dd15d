"""Damage to configuration files, of the kind that typing does."""

from __future__ import annotations

import re
from random import Random

_TOKEN = re.compile(r"\s+|\w+|.", re.DOTALL)
BITS = (
    '"', "${", "}", "{", "(", ")", "[", "]", "\n", "=", ",", ".", "*", "?", ":", "%{", "<<E\n",
    "E\n", "<<-E\n", "#", "/*", "*/", "for", "if", "in", "\\", "1", "a", "=>", "...", "-", "!", "~",
    "~}", "\r", "é", "%", '"${', "%{ if a }", "%{ endif }", "endif", "::", "e5", "&&", "&", "'",
    ";", "\t", "[*]", ".*", ".0", "null", "$${", "\\u", " ", "\ufeff", "\u2028",
)


def mutated(text: str, seed: int) -> str:
    """*text* with one to three tokens lost, added, replaced or repeated."""
    random = Random(seed)
    tokens = _TOKEN.findall(text)
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(tokens) + 1)
        roll = random.random()
        if roll < 0.3:
            del tokens[at : at + 1]
        elif roll < 0.7 or not tokens:
            tokens.insert(at, random.choice(BITS))
        elif roll < 0.85:
            tokens[at : at + 1] = [random.choice(BITS)]
        else:
            tokens.insert(at, random.choice(tokens))
    return "".join(tokens)
