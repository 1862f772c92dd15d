"""Expressions on values that are known after apply, sensitive or ephemeral."""

from __future__ import annotations

import random
import re

from grammar import Grammar
from uses import USES

#: A configuration with values that are known after apply, sensitive or ephemeral.
UNKNOWNS = """\
variable "us" { type = string }
variable "un" { type = number }
variable "ub" { type = bool }
variable "ul" { type = list(string) }
variable "um" { type = map(number) }
variable "uo" { type = object({ a = string, b = number }) }
variable "ud" { type = any }
variable "s" {
  sensitive = true
  default   = "hunter2"
}
variable "sb" {
  type      = bool
  sensitive = true
  default   = true
}
variable "sl" {
  type      = list(string)
  sensitive = true
  default   = ["a", "b"]
}
variable "e" {
  ephemeral = true
  default   = "passing"
}
locals {
  mix  = { a = var.s, b = var.us, c = 1, d = [var.s, "p"] }
  list = tolist([var.s, "p"])
  map  = tomap({ x = var.s, y = "p" })
  part = tolist([var.us, "p"])
}
"""
NOT_PLAIN = (
    "var.us",
    "var.un",
    "var.ub",
    "var.ul",
    "var.um",
    "var.uo",
    "var.ud",
    "var.s",
    "var.sb",
    "var.sl",
    "var.e",
    "local.mix",
    "local.list",
    "local.map",
    "local.part",
)
NOT_PLAIN_USES = (
    *USES,
    "@",
    "type(@)",
    "[@]",
    "{ k = @ }",
    "[for x in [1, 2] : @]",
    "true ? @ : null",
    'var.ub ? @ : "x"',
    "var.sb ? @ : null",
    "var.sb ? 1 : @",
    "@ && true",
    "@ || true",
    "@ < 2",
    '@ == "a"',
    "@ != 1",
    "@ == @",
    'tolist([@, "a"])',
    "issensitive(@)",
    "nonsensitive(@)",
    "sensitive(@)",
    "can(@)",
    "jsonencode(@)",
    "[1, 2][@]",
    "{ a = 1 }[@]",
    '[@] == ["a"]',
    "type(@[*])",
    "type([for x in @ : x])",
    'type(var.ub ? @ : "x")',
    "type(tolist([@]))",
)


def not_plain(dice: random.Random, count: int) -> list[str]:
    """Uses of unknown and marked values, and *count* nested expressions that hold some."""
    out = [
        use.replace("@", value)
        for use in NOT_PLAIN_USES
        for value in NOT_PLAIN
        if use not in ("toset(@)", "tomap(@)")
    ]
    for text in Grammar(dice).many(count, longest=120):
        parts = re.split(r"(\b\d+\b|true|false|\[1, 2, 3\]|\{ a = 1 \})", text)
        places = range(1, len(parts), 2)
        for place in dice.sample(places, min(len(places), 2)):
            parts[place] = dice.choice(NOT_PLAIN)
        mixed = "".join(parts)
        if "toset" not in mixed and not re.search(r"[.\w]var\.|[.\w]local\.|\bvar\.\w+ =", mixed):
            out.append(mixed)
    return out
