"""Finding the rules of providers: one file, one rule, found by file name."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from types import ModuleType

from vbrprov.sdk.provider import Provider
from vbrprov.sdk.rule import Rule


class RuleError(Exception):
    """The rules of a provider are not sound; a bug of the provider."""


def rules_of(module: ModuleType) -> list[Rule]:
    """The rules that *module* defines itself."""
    return [
        found() for found in vars(module).values()
        if inspect.isclass(found) and issubclass(found, Rule) and not inspect.isabstract(found)
        and found.__module__ == module.__name__
    ]


def discover(providers: Iterable[Provider]) -> tuple[Rule, ...]:
    """All rules of *providers*, by id.

    Raises:
        RuleError: A file without exactly one rule, a file not named after its rule, or two rules
            of one id.
    """
    found: dict[str, Rule] = {}
    for provider in providers:
        for name in provider.names("rules"):
            rules = rules_of(provider.load("rules", name))
            if len(rules) != 1:
                raise RuleError(f"{provider.package}.rules.{name} must define one rule, "
                                f"not {len(rules)}.")
            rule = rules[0]
            if not name.startswith(f"{rule.rule_id.lower()}_"):
                raise RuleError(f"{provider.package}.rules.{name} holds rule {rule.rule_id}.")
            if rule.rule_id in found:
                raise RuleError(f"{rule.rule_id} is defined twice.")
            found[rule.rule_id] = rule
    return tuple(found[rule_id] for rule_id in sorted(found))
