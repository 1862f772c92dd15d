"""Runs a script: expressions, statements, pipelines and functions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from vbrprov_veeam.doubles.powershell import dotnet
from vbrprov_veeam.doubles.powershell.values import (
    ScriptError,
    Table,
    as_list,
    collapse,
    from_json,
    same,
    text,
    to_json,
    truth,
)

if TYPE_CHECKING:
    from tree_sitter import Node

#: A cmdlet: what it is given by name, and what comes in through the pipeline.
Cmdlet = Callable[[Table, list[Any]], list[Any]]

_HERE_START, _HERE_END = 3, 3
#: Nodes that mean more than their one child.
_WHOLE = frozenset({"variable", "command", "script_block_body", "expandable_string_literal"})
_PARTS_OF_IF = frozenset({
    "pipeline", "statement_block", "elseif_clauses", "else_clause", "comment"})


class UnknownSyntaxError(Exception):
    """The script uses something that this PowerShell does not know."""


class _Return(Exception):  # noqa: N818  # no error: it leaves a function
    pass


class Interpreter:
    """One run of one script."""

    def __init__(self, cmdlets: dict[str, Cmdlet]) -> None:
        """Know the *cmdlets*, by name in lower case."""
        self._cmdlets = cmdlets
        self._functions: dict[str, Node] = {}
        self._scopes: list[dict[str, Any]] = [{"true": True, "false": False, "null": None}]
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
                for parameter in _all_deep(child, "script_parameter"):
                    self._scopes[-1].setdefault(_variable(parameter), None)
            elif child.type in ("statement_list", "script_block", "script_block_body"):
                yield from self._statements(child)
            elif child.type != "comment":
                yield from self._statement(child)

    def _statement(self, node: Node) -> Iterator[Any]:
        kind = node.type
        if kind == "function_statement":
            self._functions[_text(node.named_children[0]).lower()] = node
        elif kind == "if_statement":
            yield from self._if(node)
        elif kind == "foreach_statement":
            variable, source, block = node.named_children
            found = self._pipeline_value(source)
            for item in [] if found is None else as_list(found):
                self._set(_text(variable)[1:], item)
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
            raise UnknownSyntaxError(f"statement {kind}: {_text(node)[:60]}")

    def _if(self, node: Node) -> Iterator[Any]:
        clauses = [node, *(c for e in _all(node, "elseif_clauses")
                           for c in _all(e, "elseif_clause"))]
        for child in node.named_children:
            if child.type not in _PARTS_OF_IF:
                raise UnknownSyntaxError(f"part of if: {child.type}")
        for clause in clauses:
            condition = next(c for c in clause.named_children if c.type == "pipeline")
            if truth(self._pipeline_value(condition)):
                yield from self._statements(
                    next(c for c in clause.named_children if c.type == "statement_block"))
                return
        for clause in _all(node, "else_clause"):
            yield from self._statements(clause.named_children[0])

    def _try(self, node: Node) -> Iterator[Any]:
        block = node.named_children[0]
        catch = next(iter(_all(node, "catch_clauses") or _all(node, "catch_clause")), None)
        final = next(iter(_all(node, "finally_clause")), None)
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
        if _text(operator) != "=":
            raise UnknownSyntaxError(f"assignment with {_text(operator)}")
        if target.type == "variable":
            self._set(_text(target)[1:], value)
        elif target.type == "element_access":
            holder, index = target.named_children
            self._value(holder)[self._value(index)] = value
        else:
            raise UnknownSyntaxError(f"assignment to {_text(target)}")

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
                raise UnknownSyntaxError(f"in a pipeline: {_text(part)}")
            else:
                out = as_list(self._value(part))
        yield from out

    # --- commands --------------------------------------------------------------------------------

    def _command(self, node: Node, incoming: list[Any] | None) -> list[Any]:
        name = _text(node.named_children[0])
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
        elements = [c for e in _all(node, "command_elements") for c in e.named_children
                    if c.type != "command_argument_sep"]
        waiting = ""
        for element in elements:
            if element.type == "command_parameter":
                if waiting:
                    given[waiting] = True
                waiting = _text(element)[1:]
                continue
            inner = _single(element)
            if inner.type == "variable" and _text(inner).startswith("@"):
                for key, value in self._get(_text(inner)[1:]).items():
                    given[key] = value
            elif inner.type == "script_block_expression":
                given["\0script"] = inner
            elif not waiting:
                raise UnknownSyntaxError(f"argument without a name: {_text(element)}")
            else:
                given[waiting] = (_text(inner) if inner.type == "generic_token"
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
        names = [_variable(p) for p in _all_deep(function, "script_parameter")]
        for name, _ in given.items():
            if name.lower() not in names:
                raise ScriptError(f"A parameter cannot be found that matches '{name}'.")
        self._scopes.append({n: given[n] for n in names})
        out: list[Any] = []
        try:
            for value in self._statements(_all(function, "script_block")[0]):
                out.append(value)
        except _Return:
            pass
        finally:
            self._scopes.pop()
        return out

    # --- expressions -----------------------------------------------------------------------------

    def _value(self, node: Node) -> Any:
        node = _single(node)
        kind = node.type
        handler = getattr(self, f"_v_{kind}", None)
        if handler is None:
            raise UnknownSyntaxError(f"expression {kind}: {_text(node)[:60]}")
        return handler(node)

    def _v_variable(self, node: Node) -> Any:
        return self._get(_text(node)[1:])

    def _v_decimal_integer_literal(self, node: Node) -> int:
        return int(_text(node))

    def _v_verbatim_string_characters(self, node: Node) -> str:
        return _text(node)[1:-1].replace("''", "'")

    def _v_verbatim_here_string_characters(self, node: Node) -> str:
        return _text(node)[_HERE_START:-_HERE_END]

    def _v_expandable_string_literal(self, node: Node) -> str:
        source, at = _text(node), node.start_byte
        raw = source.encode()
        out, done = [], 1
        for child in node.named_children:
            out.append(raw[done:child.start_byte - at].decode())
            out.append(text(self._value(child)))
            done = child.end_byte - at
        out.append(raw[done:-1].decode())
        if "`" in source:
            raise UnknownSyntaxError(f"escape in {source}")
        return "".join(out)

    def _v_sub_expression(self, node: Node) -> Any:
        return collapse(list(self._statements(node)))

    def _v_parenthesized_expression(self, node: Node) -> Any:
        return self._pipeline_value(node.named_children[0])

    def _v_array_expression(self, node: Node) -> list[Any]:
        return list(self._statements(node))

    def _v_command_name(self, node: Node) -> Any:
        raise UnknownSyntaxError(f"a name as a value: {_text(node)}")

    def _v_member_access(self, node: Node) -> Any:
        first = _single(node.named_children[0])
        if first.type == "type_literal":
            return dotnet.property_of(_text(first)[1:-1], self._member_name(node))
        holder, name = self._value(node.named_children[0]), self._member_name(node)
        if isinstance(holder, list):
            if name.lower() in ("count", "length"):
                return len(holder)
            return collapse([v for item in holder for v in as_list(_member(item, name))])
        return _member(holder, name)

    def _member_name(self, node: Node) -> str:
        inner = _single(node.named_children[1])
        return text(self._value(inner)) if inner.type == "variable" else _text(inner)

    def _v_element_access(self, node: Node) -> Any:
        holder, index = self._value(node.named_children[0]), self._value(node.named_children[1])
        if isinstance(holder, Table):
            return holder[index]
        if isinstance(holder, list) and isinstance(index, int):
            return holder[index] if -len(holder) <= index < len(holder) else None
        raise ScriptError("Cannot index into a null array.")

    def _v_invokation_expression(self, node: Node) -> Any:
        holder = _single(node.named_children[0])
        arguments = [self._value(c) for a in _all(node, "argument_list") for c in _listed(a)]
        name = self._member_name(node)
        if holder.type == "type_literal":
            return dotnet.static(_text(holder)[1:-1], name, arguments)
        return dotnet.method(self._value(holder), name, arguments)

    def _v_hash_literal_expression(self, node: Node) -> Table:
        out = Table()
        for entry in _all_deep(node, "hash_entry"):
            key, value = entry.named_children
            inner = _single(key)
            name = _text(inner) if inner.type == "simple_name" else self._value(inner)
            out[name] = self._statement_value(value)
        return out

    def _statement_value(self, node: Node) -> Any:
        return self._pipeline_value(node) if node.type == "pipeline" else collapse(
            list(self._statement(node)))

    def _v_cast_expression(self, node: Node) -> Any:
        kind, value = _text(node.named_children[0])[1:-1], self._value(node.named_children[1])
        return cast(kind, value)

    def _v_expression_with_unary_operator(self, node: Node) -> Any:
        inner = node.named_children[-1]
        if node.children[0].type.lower() in ("-not", "!"):
            return not truth(self._value(inner))
        return self._value(inner)

    def _v_logical_expression(self, node: Node) -> bool:
        left, right = node.named_children[0], node.named_children[-1]
        word = _operator(node)
        if word == "-and":
            return truth(self._value(left)) and truth(self._value(right))
        if word == "-or":
            return truth(self._value(left)) or truth(self._value(right))
        raise UnknownSyntaxError(f"operator {word}")

    def _v_additive_expression(self, node: Node) -> Any:
        left, right = (self._value(n) for n in (node.named_children[0], node.named_children[-1]))
        if _operator(node) != "+":
            raise UnknownSyntaxError(f"operator {_operator(node)}")
        if isinstance(left, list):
            return left + as_list(right)
        if isinstance(left, str):
            return left + text(right)
        return left + right

    def _v_comparison_expression(self, node: Node) -> Any:
        left, right = (self._value(n) for n in (node.named_children[0], node.named_children[-1]))
        word = _operator(node)
        if word == "-contains":
            return any(same(item, right) for item in as_list(left))
        if word in ("-eq", "-ceq", "-ne", "-cne"):
            if isinstance(left, list):
                raise UnknownSyntaxError("comparison of a list")
            equal = same(left, right, exact=word.startswith("-c"))
            return equal if word.endswith("eq") else not equal
        if word == "-gt":
            return left > right
        raise UnknownSyntaxError(f"operator {word}")


def cast(kind: str, value: Any) -> Any:
    """``[kind]value``."""
    found = kind.lower()
    if found == "ordered":
        return value
    if found == "string":
        return text(value)
    if found == "string[]":
        return [text(v) for v in as_list(value)] if value is not None else []
    if found == "bool":
        return truth(value)
    if found in ("int", "long"):
        return int(value or 0)
    if found == "timespan":
        hours, minutes, seconds = (int(part) for part in text(value).split(":"))
        return datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    raise UnknownSyntaxError(f"type {kind}")


def _member(holder: Any, name: str) -> Any:
    if name.lower() == "psobject" and isinstance(holder, Table):
        return Table({"Properties": [
            Table({"Name": n, "Value": v}) for n, v in holder.items()]})
    if isinstance(holder, Table):
        return holder[name]
    return None


def core_cmdlets() -> dict[str, Cmdlet]:
    """What comes with PowerShell."""
    import json

    return {
        "convertfrom-json": lambda g, i: as_list(from_json(json.loads(text(g["InputObject"])))),
        "convertto-json": lambda g, i: [to_json(g["InputObject"])],
        "write-output": lambda g, i: as_list(g["InputObject"]),
    }


def _single(node: Node) -> Node:
    while node.child_count == 1 and node.type not in _WHOLE:
        node = node.children[0]
    return node


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _listed(node: Node) -> list[Node]:
    """The arguments of a call."""
    inner = node.named_children[0] if node.named_children else None
    if inner is None:
        return []
    while inner.named_child_count == 1 and inner.type != "argument_expression_list":
        inner = inner.named_children[0]
    return inner.named_children if inner.type == "argument_expression_list" else [inner]


def _operator(node: Node) -> str:
    inner = node.children[1]
    return _text(inner).lower()


def _variable(node: Node) -> str:
    return next(_text(v)[1:].lower() for v in _all_deep(node, "variable"))


def _all(node: Node, kind: str) -> list[Node]:
    return [c for c in node.named_children if c.type == kind]


def _all_deep(node: Node, kind: str) -> list[Node]:
    out: list[Node] = []
    for child in node.named_children:
        out += [child] if child.type == kind else _all_deep(child, kind)
    return out
