"""Judging what exists, without a configuration of resources (``docs/audit.md``).

Here: finding the objects, reading them, judging them. Not here: how a report looks (``views``).
Nothing in here writes anything.
"""

from vbrprov.workflow.auditing.command import audit_command

__all__ = ["audit_command"]
