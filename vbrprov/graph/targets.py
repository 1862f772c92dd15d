"""What a reference leads to; a reference to nothing is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vbrprov.config.model import Expression, Module
from vbrprov.config.references import attribute_path, references, without_prefix
from vbrprov.diag import Diagnostics, SourceFile, did_you_mean
from vbrprov.graph.checks import is_scoped
from vbrprov.graph.node import NodeKey
from vbrprov.syntax import ast


class Targets:
    """Looks references up."""

    def __init__(self, diags: Diagnostics) -> None:
        self.diags = diags

    def of(self, ref: ast.Ref, module: Module, source: SourceFile) -> Iterator[NodeKey]:
        """The nodes that *ref* leads to, as seen in *module*."""
        ref = without_prefix(ref)
        names = attribute_path(ref)
        kind = {"var": "var", "local": "local"}.get(ref.name)
        if kind:
            yield from self._declared(ref, module, source, kind, names)
        elif ref.name == "module":
            yield from self._module_output(ref, module, source, names)
        elif ref.name in ("each", "count", "self", "path", "terraform", "vbrprov"):
            return
        else:
            yield from self._resource(ref, module, source, names)

    def _undeclared(self, ref: ast.Ref, source: SourceFile, summary: str, detail: str) -> None:
        end = ref.steps[-1].end if ref.steps else ref.name_end
        self.diags.error(summary, detail.strip(), source.range(ref.start, end))

    def _declared(self, ref: ast.Ref, module: Module, source: SourceFile, kind: str,
                  names: list[str]) -> Iterator[NodeKey]:
        word, known = (("input variable", module.variables) if kind == "var"
                       else ("local value", module.locals))
        if not names:
            self._undeclared(ref, source, "Invalid reference", f'The "{ref.name}" object cannot be '
                             f"accessed directly. Instead, access one of its attributes: a {word} "
                             f"is {ref.name}.NAME.")
        elif names[0] not in known:
            hint = did_you_mean(names[0], known)
            add = (f' This variable can be declared with a variable "{names[0]}" {{}} block.'
                   if kind == "var" and not hint else "")
            self._undeclared(
                ref, source, f"Reference to undeclared {word}", f'{"An" if kind == "var" else "A"} '
                f'{word} with the name "{names[0]}" has not been declared. {hint}{add}')
        else:
            yield (module.path, kind, names[0])

    def _module_output(self, ref: ast.Ref, module: Module, source: SourceFile,
                       names: list[str]) -> Iterator[NodeKey]:
        if not names or names[0] not in module.calls:
            name = names[0] if names else ""
            hint = did_you_mean(name, module.calls)
            self._undeclared(ref, source, "Reference to undeclared module",
                             f'No module call named "{name}" is declared here. {hint}')
            return
        call_key = (module.path, "call", names[0])
        child = module.children.get(names[0])
        rest = list(ref.steps[1:])
        if rest and type(rest[0]) is not ast.AttrStep:
            rest = rest[1:]
        output = rest[0].name if rest and type(rest[0]) is ast.AttrStep else ""
        if child is None:
            yield call_key
        elif output:
            if output in child.outputs:
                yield (child.path, "output", output)
            else:
                hint = did_you_mean(output, child.outputs)
                self._undeclared(ref, source, "Unsupported attribute", f'The module "{names[0]}" '
                                 f'has no output named "{output}". {hint}')
        else:
            yield call_key
            for name in child.outputs:
                yield (child.path, "output", name)

    def _resource(self, ref: ast.Ref, module: Module, source: SourceFile,
                  names: list[str]) -> Iterator[NodeKey]:
        declared: Mapping[str, Any] = module.resources
        if ref.name in ("data", "ephemeral"):
            mode, parts = ref.name, names[:2]
            key = f"{mode}.{'.'.join(parts)}"
            declared = module.resources if mode == "data" else module.ephemerals
        else:
            mode, parts = "managed", [ref.name, *names[:1]]
            key = ".".join(parts)
        if len(parts) < 2:
            if ref.name == "ephemeral":
                text = ('The "ephemeral" object must be followed by two attribute names: the '
                        "ephemeral resource type and the resource name.")
            elif ref.name == "data" or "_" in ref.name:
                text = ("A reference to a resource type must be followed by at least one attribute "
                        "access, specifying the resource name.")
            else:
                text = (f'There is no value named "{ref.name}" here. References start with var., '
                        "local., module., data., each., count., path., or a resource type.")
            self._undeclared(ref, source, "Invalid reference", text)
            return
        if key not in declared:
            if is_scoped(key, module):
                self._undeclared(ref, source, "Reference to scoped resource", "The referenced data "
                                 f'resource "{parts[0]}" "{parts[1]}" is not available from this '
                                 "context: only the check block that it stands in sees it.")
                return
            hint = did_you_mean(key, declared)
            kind = mode
            where = "the root module" if not module.path else "module." + ".".join(module.path)
            article = "An" if kind == "ephemeral" else "A"
            self._undeclared(ref, source, "Reference to undeclared resource", f"{article} {kind} "
                             "resource "
                             f'"{parts[0]}" "{parts[1]}" has not been declared in {where}. {hint}')
            return
        yield (module.path, "ephemeral" if mode == "ephemeral" else "resource", key)


def check_references(root: Module, expressions: Iterable[Expression],
                     known: Callable[[ast.Ref], bool]) -> Diagnostics:
    """Report what *expressions* refer to, other than what is *known*, and *root* does not have."""
    diags = Diagnostics()
    targets = Targets(diags)
    for expression in expressions:
        for ref in references(expression.node):
            if not known(ref):
                list(targets.of(ref, root, expression.source))
    return diags
