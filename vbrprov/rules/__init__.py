"""The engine that runs guardrails over what a plan leaves behind.

Here: finding the rules of a provider, judging an estate with them, attestations and suppressions,
and turning findings into diagnostics. Not here: the rules (with their provider), the neutral views
that they judge (``sdk``), and what happens after a refusal (``plan``, ``apply``).
"""

from vbrprov.rules.engine import Projector, judge, orderings
from vbrprov.rules.registry import RuleError, discover, rules_of

__all__ = ["Projector", "RuleError", "discover", "judge", "orderings", "rules_of"]
