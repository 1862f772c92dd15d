"""Configurations of several steps: variables, locals, resources, modules and outputs."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from typed import KINDS, Names, Typed

#: Type constraints by kind.
TYPES = {
    "num": ("number",), "str": ("string",), "bool": ("bool",),
    "list": ("list(string)", "set(string)", "list(string)"), "map": ("map(string)",),
    "obj": ("object({ name = string, size = number, tags = list(string) })",
            "object({ name = string, size = optional(number, 3), tags = optional(list(string)) })",
            "object({ name = optional(string, \"dflt\"), size = number, tags = list(string), "
            "more = optional(object({ deep = optional(bool, true) }), {}) })"),
}
LITERALS = {
    "num": ("1", "2", '"3"', "4.5"), "str": ('"s"', '"t u"', "5", "true"),
    "bool": ("true", '"false"'),
    "list": ('["a", "b"]', '["c"]', "[]"), "map": ('{ a = "x" }', '{ k = "1", l = 2 }', "{}"),
    "obj": ('{ name = "o", size = 1, tags = ["t"] }', '{ name = "p", size = "2", tags = [] }'),
}
Blocks = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One configuration: blocks by address, for the root and each module, and options of plan."""

    root: Blocks
    modules: dict[str, Blocks] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, options: Sequence[str], modules: Mapping[str, str]) -> Step:
        """One of whole texts."""
        return cls({"": text}, {name: {"": body} for name, body in modules.items()},
                   tuple(options))

    def files(self, suffix: str) -> dict[str, str]:
        """The files, by path."""
        out = {f"main{suffix}": "\n".join(self.root.values())}
        for name, blocks in self.modules.items():
            out[f"{name}/main{suffix}"] = "\n".join(blocks.values())
        return out


class Maker:
    """Draws steps."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        #: Whether variables may be sensitive. Then resources are referred to by what is as
        #: sensitive with both programs.
        self.secret = self._chance(0.35)
        #: The key of one instance of each repeated resource.
        self.indices: dict[str, str] = {}

    def steps(self) -> list[Step]:
        """A first configuration, and one or two that follow from it."""
        first = self.first()
        out = [first]
        for _ in range(self.dice.choice((1, 1, 2))):
            out.append(self.changed(out[-1]))
        return out

    def _chance(self, share: float) -> bool:
        return self.dice.random() < share

    def first(self) -> Step:
        """A configuration."""
        modules: dict[str, Blocks] = {}
        shapes: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        for name in ("m", "n")[:self.dice.choice((0, 0, 1, 1, 2))]:
            blocks, inputs, outputs = self._module()
            modules[name] = blocks
            shapes[name] = inputs, outputs
        blocks, names = {}, Names()
        self._variables(blocks, names, root=True)
        self._body(blocks, names)
        for name, (inputs, outputs) in shapes.items():
            for label in (name, f"{name}2")[:self.dice.choice((1, 1, 2))]:
                self._call(blocks, names, label, name, inputs, outputs)
        self._resources(blocks, names, "z")
        self._outputs(blocks, names)
        return Step(blocks, modules)

    def _module(self) -> tuple[Blocks, dict[str, str], dict[str, str]]:
        blocks: Blocks = {}
        names = Names()
        inputs = self._variables(blocks, names, root=False)
        self._body(blocks, names)
        outputs = self._outputs(blocks, names, sensitive=0)
        return blocks, inputs, outputs

    def _body(self, blocks: Blocks, names: Names) -> None:
        self._locals(blocks, names, "a")
        self._resources(blocks, names, "r")
        self._locals(blocks, names, "b")

    def _variables(self, blocks: Blocks, names: Names, *, root: bool) -> dict[str, str]:
        inputs = {}
        for number in range(self.dice.randrange(4)):
            kind = self.dice.choice(KINDS)
            name = f"v{number}"
            lines = [f"  type = {self.dice.choice(TYPES[kind])}"]
            if root or self._chance(0.85):
                lines.append(f"  default = {self.dice.choice(LITERALS[kind])}")
            if self.secret and self._chance(0.4):
                lines.append("  sensitive = true")
            if self._chance(0.15):
                lines.append("  nullable = false")
            if self._chance(0.15):
                more = self.dice.choice(("true", "true", f"var.{name} != null",
                                         f"try(length(var.{name}) < 3, true)"))
                lines.append("  validation {\n    condition = "
                             f"can(jsonencode(var.{name})) && {more}"
                             '\n    error_message = "No: ${length("x")}."\n  }')
            blocks[f"var.{name}"] = f'variable "{name}" {{\n' + "\n".join(lines) + "\n}\n"
            names.add(kind, f"var.{name}")
            inputs[name] = kind
        return inputs

    def _locals(self, blocks: Blocks, names: Names, prefix: str) -> None:
        made = Typed(self.dice, names)
        found = []
        for number in range(self.dice.randrange(4)):
            kind = self.dice.choice(KINDS)
            name = f"{prefix}{number}"
            blocks[f"local.{name}"] = f"locals {{\n  {name} = {made.one(kind, 3)}\n}}\n"
            found.append((kind, f"local.{name}"))
        for kind, text in found:
            names.add(kind, text)

    def _resources(self, blocks: Blocks, names: Names, prefix: str) -> None:
        for number in range(self.dice.choice((0, 1, 1, 2, 2, 3))):
            self._resource(blocks, names, f"{prefix}{number}")

    def _resource(self, blocks: Blocks, names: Names, name: str) -> None:
        address = f"terraform_data.{name}"
        lines, inner, index = [], names, ""
        repeat = self.dice.choice(("", "", "", "count", "count", "set", "map"))
        if repeat == "count":
            lines.append("  count = " + self.dice.choice((
                "0" if self._chance(0.1) else "1", "1", "2", "3", "true ? 2 : 0", "length([1, 2])",
                *(f"max(1, min(2, length({n})))" for n in names.by_kind["list"]
                  if n.startswith("var.")))))
            inner, index = names.with_extra(num=["count.index"] * 2), "[0]"
        elif repeat:
            lines.append("  for_each = " + self.dice.choice(
                ('toset(["a", "b"])', 'toset(["b", "c"])', 'toset(["b"])', 'toset(["a"])'
                 if self._chance(0.2) else 'toset(["b", "é"])')
                if repeat == "set" else
                ('{ a = "1", b = "2" }', '{ b = "3" }', '{ "x y" = "é", b = "q" }')))
            inner, index = names.with_extra(str=["each.key", "each.value"]), '["b"]'
        typed = Typed(self.dice, inner)
        kind = self.dice.choice(KINDS)
        if self._chance(0.9):
            lines.append(f"  input = {typed.one(kind, 3)}")
        if self._chance(0.4):
            lines.append(f"  triggers_replace = {typed.any(2)}")
        others = [key for key in blocks if key.startswith("terraform_data.")]
        if others and self._chance(0.15):
            lines.append(f"  depends_on = [{self.dice.choice(others)}]")
        lines += self._lifecycle(typed, others)
        blocks[address] = f'resource "terraform_data" "{name}" {{\n' + "\n".join(lines) + "\n}\n"
        self.indices[address] = index
        # What an id is differs, so that nothing may be made of it but this.
        names.add("bool", f'{address}{index}.id != "x"')
        if repeat and self._chance(0.5):
            names.add("num", f"length([for x in {address} : x.id])")
            if repeat == "count":
                names.add("num", f"length({address}[*].id)")
        else:
            seen = ("input",) if self.secret else ("output", "output", "input")
            names.add(kind, f"{address}{index}.{self.dice.choice(seen)}")

    def _lifecycle(self, typed: Typed, others: list[str]) -> list[str]:
        lines = []
        if self._chance(0.15):
            lines.append("    create_before_destroy = " + self.dice.choice(("true", "false")))
        if self._chance(0.12):
            # Of a secret that is ignored vbrprov has nothing left to give to others.
            lines.append("    ignore_changes = " + self.dice.choice(
                ("[triggers_replace]",) if self.secret else
                ("[input]", "all", "[triggers_replace]", "[input, triggers_replace]")))
        if others and self._chance(0.15):
            other = self.dice.choice(others)
            lines.append(f"    replace_triggered_by = [{other}{self.indices.get(other, '')}"
                         f"{self.dice.choice(('', '', '.output', '.input', '.id'))}]")
        if self._chance(0.1):
            lines.append("    precondition {\n      condition = "
                         f"{typed.one('bool', 1)} || path.module != \"\"\n"
                         '      error_message = "no"\n    }')
        if self._chance(0.1):
            lines.append("    postcondition {\n      condition = "
                         + self.dice.choice(("self.id != null", "can(self.output)",
                                             'self.input != "never"'))
                         + '\n      error_message = "post"\n    }')
        return ["  lifecycle {", *lines, "  }"] if lines else []

    def _call(self, blocks: Blocks, names: Names, label: str, module: str,
              inputs: dict[str, str], outputs: dict[str, str]) -> None:
        lines = [f'  source = "./{module}"']
        repeat = self.dice.choice(("", "", "count", "for_each"))
        inner, index = names, ""
        if repeat == "count":
            lines.append(f"  count = {self.dice.choice('0111122222')}")
            inner, index = names.with_extra(num=["count.index"]), "[0]"
        elif repeat:
            lines.append('  for_each = toset(["a", "b"])')
            inner, index = names.with_extra(str=["each.key"]), '["b"]'
        typed = Typed(self.dice, inner)
        for name, kind in inputs.items():
            if self._chance(0.95):
                lines.append(f"  {name} = {typed.one(kind, 2)}")
        others = [key for key in blocks if key.startswith("terraform_data.")]
        if others and self._chance(0.15):
            lines.append(f"  depends_on = [{self.dice.choice(others)}]")
        blocks[f"module.{label}"] = f'module "{label}" {{\n' + "\n".join(lines) + "\n}\n"
        for name, kind in outputs.items():
            if repeat and self._chance(0.3) and kind == "str":
                names.add("list", f"[for x in module.{label} : x.{name}]")
            else:
                names.add(kind, f"module.{label}{index}.{name}")

    def _outputs(self, blocks: Blocks, names: Names, sensitive: float = 0.4) -> dict[str, str]:
        typed = Typed(self.dice, names)
        outputs = {}
        for number in range(self.dice.randrange(1, 4)):
            kind = self.dice.choice(KINDS)
            name = f"o{number}"
            lines = [f"  value = {typed.one(kind, 2)}"]
            if self._chance(sensitive * 2.3 if self.secret else sensitive):
                lines.append("  sensitive = true")
            if self._chance(0.08):
                pointless = "1 < 2" if self._chance(0.2) else "path.root != null"
                lines.append("  precondition {\n    condition = " + self.dice.choice((
                    'path.module != ""', 'terraform.workspace == "default"', "path.cwd != null",
                    pointless))
                             + '\n    error_message = "out"\n  }')
            blocks[f"output.{name}"] = f'output "{name}" {{\n' + "\n".join(lines) + "\n}\n"
            outputs[name] = kind
        return outputs

    def changed(self, step: Step) -> Step:
        """A configuration that follows: some constants other, a resource gone or new, options."""
        root = {key: self._altered(key, text) for key, text in step.root.items()}
        modules = {name: {key: self._altered(key, text) for key, text in blocks.items()}
                   for name, blocks in step.modules.items()}
        resources = [key for key in root if key.startswith("terraform_data.")]
        if resources and self._chance(0.2):
            gone = self.dice.choice(resources)
            if not any(gone in text for key, text in root.items() if key != gone):
                del root[gone]
        if self._chance(0.2):
            self._resource(root, Names(), "new")
        options: tuple[str, ...] = ()
        chance = self.dice.random()
        if chance < 0.08:
            options = ("-destroy",)
        elif resources and chance < 0.2:
            options = (f"-replace={self.dice.choice(resources)}",)
        elif resources and chance < 0.28:
            options = (f"-target={self.dice.choice(resources)}",)
        elif chance < 0.32:
            options = ("-refresh=false",)
        return replace(step, root=root, modules=modules, options=options)

    def _altered(self, key: str, text: str) -> str:
        if not self._chance(0.35):
            return text
        if key.startswith(("terraform_data.", "local.", "var.")):
            swaps = [(r'"a"', '"changed"'), (r"\b1\b", "11"), (r"= 2$", "= 1"), (r'"b c"', '"c"'),
                     (r"\btrue\b", "false"), (r'"k"', '"kk"'), (r"count = \d", "count = 1"),
                     (r'"b", "c"', '"b", "d"'), (r"  input = .*\n", ""), (r'"q"', "null"),
                     (r'"s"', '"ss"'), (r'"é"', '"e"'),
                     (r"create_before_destroy = true", "create_before_destroy = false")]
            self.dice.shuffle(swaps)
            for pattern, new in swaps[:7]:
                altered, count = re.subn(pattern, new, text, count=1, flags=re.MULTILINE)
                if count and "<<-" not in text:
                    return altered
        return text
