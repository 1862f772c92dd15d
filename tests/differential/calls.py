"""Calls of every function of the language, with arguments that mean something to it."""

from __future__ import annotations

import random

from arguments import Arguments

#: Kinds of the arguments; ``x?`` may be left out, ``x*`` any number of them, ``=text`` as it is.
#: Behind ``|`` stand kinds that do not know of each other, and are taken now and then.
SIGNATURES: dict[str, str] = {
    "abs": "num", "abspath": "path", "alltrue": "bools", "anytrue": "bools", "base64decode": "b64",
    "base64encode": "str", "base64gzip": "str", "base64sha256": "str", "base64sha512": "str",
    "basename": "path", "bcrypt": "str =4", "can": "any", "ceil": "num", "chomp": "str",
    "chunklist": "list int", "cidrhost": "host-of | cidr host", "cidrnetmask": "net4 | cidr",
    "cidrsubnet": "subnet-of | cidr-far bits part", "cidrsubnets": "cidr-far bits*",
    "coalesce": "values | any any*", "coalescelist": "list list*", "compact": "strs",
    "concat": "list list*", "contains": "list any", "csvdecode": "csv", "dirname": "path",
    "distinct": "list", "element": "list int", "endswith": "str cut", "ephemeralasnull": "any",
    "file": "file", "filebase64": "file", "filebase64sha256": "file", "filebase64sha512": "file",
    "fileexists": "file", "filemd5": "file", "fileset": "folder glob", "filesha1": "file",
    "filesha256": "file", "filesha512": "file", "flatten": "list", "floor": "num",
    "format": "fmt-args | fmt any*", "formatdate": "dated time | fmt-date time",
    "formatlist": "fmt-lists | fmt list list*", "indent": "int str", "index": "found | list any",
    "issensitive": "any", "join": "sep strs strs*", "jsondecode": "json", "jsonencode": "any",
    "keys": "map", "length": "any", "log": "bases | num num", "lookup": "found-key | map key any?",
    "lower": "str", "matchkeys": "match | list list list", "max": "num num*", "md5": "str",
    "merge": "map map*", "min": "num num*", "nonsensitive": "any", "one": "single | list",
    "parseint": "parsed | digits base", "pathexpand": "path", "pow": "num int",
    "range": "num num? num?", "regex": "re str", "regexall": "re str", "replace": "str cut re-new",
    "reverse": "list", "rsadecrypt": "b64 str", "sensitive": "any", "setintersection": "set set*",
    "setproduct": "lists2 | list list*", "setsubtract": "set set", "setunion": "set set*",
    "sha1": "str", "sha256": "str", "sha512": "str", "signum": "int",
    "slice": "span | list int int", "sort": "strs", "split": "sep str", "startswith": "str cut",
    "strcontains": "str cut", "strrev": "str", "substr": "str int int", "sum": "nums",
    "templatefile": "templated | tpl tpl-vars", "templatestring": "template | tpl-text tpl-vars",
    "textdecodebase64": "b64 encoding | b64 enc", "textencodebase64": "str encoding | str enc",
    "timeadd": "time dur", "timecmp": "time time", "timestamp": "", "title": "str",
    "tobool": "truth | any", "tolist": "list", "tomap": "map", "tonumber": "numeral | any",
    "toset": "list", "tostring": "shown | any", "transpose": "=tomap({a=[\"x\",\"y\"],b=[\"x\"]})",
    "trim": "str cut", "trimprefix": "str cut", "trimspace": "str", "trimsuffix": "str cut",
    "try": "any any*", "upper": "str", "urlencode": "str", "uuid": "", "uuidv5": "ns str",
    "values": "map", "yamldecode": "yaml", "yamlencode": "any", "zipmap": "zipped | strs list",
}
APART = 0.3
#: Another answer each time, or bytes that depend on the library: only what holds of any answer.
VEILED = {
    "bcrypt": "length({})", "timestamp": "length({})", "uuid": "length({})",
    "base64gzip": "length({}) > 0",
}
#: Forms that suit any value, and others that suit some.
SAFE_WRAPS = (
    "[{}]", "jsonencode({})", 'try({}, "bad")', "can({})", "{} == {}", "{}[*]", "issensitive({})",
    "sensitive({})", "true ? {} : null", "flatten([{}])", "yamlencode({})", 'format("%v", {})',
    "jsondecode(jsonencode({}))", "[for x in [1, 2] : {}]", "{{ a = {} }}.a", "nonsensitive({})",
    "yamldecode(yamlencode({}))", "{} != null ? 1 : 2", "toset([{}])", "distinct([{}, {}])",
)
WRAPS = (
    "{}[0]", '"<${{{}}}>"', "[for x in {} : x]", "{{ for k, v in {} : k => v }}", "length({})",
    "tostring({})", "{}.a", "[{}...]", "upper({})", "tolist({})", "concat({}, [1])",
    "merge({}, {{ z = 1 }})", 'join(",", {})', "reverse({})", "values({})", "coalesce({}, 1)",
    "core::length({})", "keys({})", "sort({})", "sum({})", "-{}", "!{}", "{} + 1", "{}[\"a\"]",
)


class Calls:
    """Draws calls; one in three stands inside something else."""

    def __init__(self, dice: random.Random, *, odd: float | None = None) -> None:
        self.dice = dice
        self.arguments = Arguments(dice) if odd is None else Arguments(dice, odd=odd)
        self.names = sorted(SIGNATURES)

    def many(self, count: int, longest: int = 300) -> list[str]:
        """*count* different expressions, each function as often as any other."""
        found: dict[str, None] = {}
        turn = 0
        while len(found) < count:
            text = self.wrapped(self.names[turn % len(self.names)])
            if len(text) <= longest:
                found[text] = None
            turn += 1
        return list(found)

    def wrapped(self, name: str) -> str:
        """A call, maybe inside another expression."""
        text = self.call(name)
        if name in VEILED or self.dice.random() > 0.33:
            return text
        wraps = SAFE_WRAPS if self.dice.random() < 0.75 else WRAPS
        return self.dice.choice(wraps).format(text, text)

    def call(self, name: str) -> str:
        """A call of one function."""
        given: list[str] = []
        wanted, _, apart = SIGNATURES[name].partition(" | ")
        for kind in (apart if apart and self.dice.random() < APART else wanted).split():
            if kind.startswith("="):
                given.append(kind[1:])
            elif kind.endswith("?"):
                if self.dice.random() < 0.6:
                    given.append(self.arguments.one(kind[:-1]))
            elif kind.endswith("*"):
                given += [self.arguments.one(kind[:-1]) for _ in range(self.dice.randrange(3))]
            else:
                given.append(self.arguments.one(kind))
        chance = self.dice.random()
        if chance < 0.01 and given:
            given.pop()
        elif chance < 0.02:
            given.append("1")
        if chance > 0.97 and given:
            text = f"{name}([{', '.join(given)}]...)"
        else:
            text = f"{name}({', '.join(given)})"
        veil = VEILED.get(name)
        return veil.format(text) if veil else text
