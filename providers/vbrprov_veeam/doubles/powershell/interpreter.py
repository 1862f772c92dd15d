"""Runs a script: expressions, statements, pipelines and functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from vbrprov_veeam.doubles.powershell.expressions import Expressions, UnknownSyntaxError
from vbrprov_veeam.doubles.powershell.nodes import (
    all_deep,
    children,
    single,
    text_of,
    variable,
)
from vbrprov_veeam.doubles.powershell.values import (
    ScriptError,
    Table,
    as_list,
    collapse,
    from_json,
    text,
    to_json,
    truth,
)

if TYPE_CHECKING:
    from tree_sitter import Node

#: A cmdlet: what it is given by name, and what comes in through the pipeline.
Cmdlet = Callable[[Table, list[Any]], list[Any]]

_PARTS_OF_IF = frozenset({
    "pipeline", "statement_block", "elseif_clauses", "else_clause", "comment"})


class _Return(Exception):  # noqa: N818  # no error: it leaves a function
    pass


class Interpreter(Expressions):
    """One run of one script."""

    def __init__(self, cmdlets: dict[str, Cmdlet],
                 parameters: dict[str, Any] | None = None) -> None:
        """Know the *cmdlets*, by name in lower case, and the script's *parameters*."""
        self._cmdlets = cmdlets
        self._functions: dict[str, Node] = {}
        self._scopes: list[dict[str, Any]] = [
            {**(parameters or {}), "true": True, "false": False, "null": None}]
        self.output: list[str] = []

    def run(self, script: str) -> str:
        """Run a script; what it printed.

        Raises:
            ScriptError: It ended with an error.
            UnknownSyntaxError: It is no PowerShell, or uses more than is known here.
        """
        import tree_sitter_powershell
        from tree_sitter import Language, Parser

        tree = Parser(Language(tree_sitter_powershell.language())).parse(script.encode())
        if tree.root_node.has_error:
            raise UnknownSyntaxError("the script is not correct PowerShell")
        for line in self._statements(tree.root_node):
            self.output.append(text(line))
        return "\n".join(self.output)

    # --- variables -------------------------------------------------------------------------------

    def _get(self, name: str) -> Any:
        for scope in reversed(self._scopes):
            if name.lower() in scope:
                return scope[name.lower()]
        return None

    def _set(self, name: str, value: Any) -> None:
        if name.lower() in ("true", "false", "null"):
            return
        self._scopes[-1][name.lower()] = value

    # --- statements ------------------------------------------------------------------------------

    def _statements(self, node: Node) -> Iterator[Any]:
        for child in node.named_children:
            if child.type == "param_block":
                for parameter in all_deep(child, "script_parameter"):
                    self._scopes[-1].setdefault(variable(parameter), None)
            elif child.type in ("statement_list", "script_block", "script_block_body"):
                yield from self._statements(child)
            elif child.type != "comment":
                yield from self._statement(child)

    def _statement(self, node: Node) -> Iterator[Any]:
        kind = node.type
        if kind == "function_statement":
            self._functions[text_of(node.named_children[0]).lower()] = node
        elif kind == "if_statement":
            yield from self._if(node)
        elif kind == "foreach_statement":
            variable, source, block = node.named_children
            found = self._pipeline_value(source)
            for item in [] if found is None else as_list(found):
                self._set(text_of(variable)[1:], item)
                yield from self._statements(block)
        elif kind == "try_statement":
            yield from self._try(node)
        elif kind == "flow_control_statement":
            yield from self._flow(node)
        elif kind == "pipeline":
            inner = node.named_children[0]
            if inner.type == "assignment_expression":
                self._assign(inner)
            else:
                yield from self._chain(inner)
        else:
            raise UnknownSyntaxError(f"statement {kind}: {text_of(node)[:60]}")

    def _if(self, node: Node) -> Iterator[Any]:
        clauses = [node, *(c for e in children(node, "elseif_clauses")
                           for c in children(e, "elseif_clause"))]
        for child in node.named_children:
            if child.type not in _PARTS_OF_IF:
                raise UnknownSyntaxError(f"part of if: {child.type}")
        for clause in clauses:
            condition = next(c for c in clause.named_children if c.type == "pipeline")
            if truth(self._pipeline_value(condition)):
                yield from self._statements(
                    next(c for c in clause.named_children if c.type == "statement_block"))
                return
        for clause in children(node, "else_clause"):
            yield from self._statements(clause.named_children[0])

    def _try(self, node: Node) -> Iterator[Any]:
        block = node.named_children[0]
        catch = next(iter(children(node, "catch_clauses") or children(node, "catch_clause")), None)
        final = next(iter(children(node, "finally_clause")), None)
        try:
            # What came out before the error stays out.
            yield from self._statements(block)
        except ScriptError as error:
            if catch is None:
                raise
            clause = catch if catch.type == "catch_clause" else catch.named_children[0]
            self._scopes.append({"_": Table({"Exception": Table({"Message": str(error)})})})
            try:
                found = list(self._statements(clause.named_children[-1]))
            finally:
                inner = self._scopes.pop()
                inner.pop("_")
                self._scopes[-1].update(inner)
            yield from found
        finally:
            if final is not None:
                list(self._statements(final.named_children[0]))

    def _flow(self, node: Node) -> Iterator[Any]:
        word = node.children[0].type
        value = node.named_children[0] if node.named_children else None
        if word == "throw":
            raise ScriptError(text(self._pipeline_value(value)) if value else "ScriptHalted")
        if word != "return":
            raise UnknownSyntaxError(f"statement {word}")
        if value is not None:
            yield from self._chain(value.named_children[0])
        raise _Return

    def _assign(self, node: Node) -> None:
        target = node.named_children[0]
        while target.type != "variable" and target.named_child_count == 1:
            target = target.named_children[0]
        operator = node.named_children[1]
        value = self._pipeline_value(node.named_children[2])
        if text_of(operator) != "=":
            raise UnknownSyntaxError(f"assignment with {text_of(operator)}")
        if target.type == "variable":
            self._set(text_of(target)[1:], value)
        elif target.type == "element_access":
            holder, index = target.named_children
            self._value(holder)[self._value(index)] = value
        else:
            raise UnknownSyntaxError(f"assignment to {text_of(target)}")

    def _pipeline_value(self, node: Node) -> Any:
        """A pipeline as a value: of an expression the value itself, else the collapsed output."""
        chain = node
        while chain.type in ("pipeline", "pipeline_chain") and chain.named_child_count == 1:
            chain = chain.named_children[0]
        if chain.type in ("pipeline", "pipeline_chain", "command"):
            return collapse(list(self._chain(chain)))
        return self._value(chain)

    def _chain(self, node: Node) -> Iterator[Any]:
        parts = node.named_children if node.type == "pipeline_chain" else [node]
        out: list[Any] = []
        for index, part in enumerate(parts):
            if part.type == "command":
                out = self._command(part, out if index else None)
            elif index:
                raise UnknownSyntaxError(f"in a pipeline: {text_of(part)}")
            else:
                out = as_list(self._value(part))
        yield from out

    # --- commands --------------------------------------------------------------------------------

    def _command(self, node: Node, incoming: list[Any] | None) -> list[Any]:
        name = text_of(node.named_children[0])
        given = self._arguments(node)
        block = given["\0script"]
        if name == "Where-Object":
            return [i for i in incoming or [] if truth(collapse(self._with_item(block, i)))]
        if name == "ForEach-Object":
            return [o for i in incoming or [] for o in self._with_item(block, i)]
        function = self._functions.get(name.lower())
        if function is not None:
            return self._call(function, given)
        cmdlet = self._cmdlets.get(name.lower())
        if cmdlet is None:
            raise ScriptError(f"The term '{name}' is not recognized as a name of a cmdlet.")
        return cmdlet(given, incoming or [])

    def _arguments(self, node: Node) -> Table:
        given = Table()
        elements = [c for e in children(node, "command_elements") for c in e.named_children
                    if c.type != "command_argument_sep"]
        waiting = ""
        for element in elements:
            if element.type == "command_parameter":
                if waiting:
                    given[waiting] = True
                waiting = text_of(element)[1:]
                continue
            inner = single(element)
            if inner.type == "variable" and text_of(inner).startswith("@"):
                for key, value in self._get(text_of(inner)[1:]).items():
                    given[key] = value
            elif inner.type == "script_block_expression":
                given["\0script"] = inner
            elif not waiting:
                raise UnknownSyntaxError(f"argument without a name: {text_of(element)}")
            else:
                given[waiting] = (text_of(inner) if inner.type == "generic_token"
                                  else self._value(inner))
                waiting = ""
        if waiting:
            given[waiting] = True
        return given

    def _with_item(self, block: Node, item: Any) -> list[Any]:
        self._scopes.append({"_": item})
        try:
            return list(self._statements(block))
        finally:
            self._scopes.pop()

    def _call(self, function: Node, given: Table) -> list[Any]:
        names = [variable(p) for p in all_deep(function, "script_parameter")]
        for name, _ in given.items():
            if name.lower() not in names:
                raise ScriptError(f"A parameter cannot be found that matches '{name}'.")
        self._scopes.append({n: given[n] for n in names})
        out: list[Any] = []
        try:
            for value in self._statements(children(function, "script_block")[0]):
                out.append(value)
        except _Return:
            pass
        finally:
            self._scopes.pop()
        return out


def core_cmdlets() -> dict[str, Cmdlet]:
    """What comes with PowerShell."""
    import json

    return {
        "convertfrom-json": lambda g, i: as_list(from_json(json.loads(text(g["InputObject"])))),
        "convertto-json": lambda g, i: [to_json(g["InputObject"])],
        "write-output": lambda g, i: as_list(g["InputObject"]),
    }
