"""Trees as short text, and trees without offsets."""

from __future__ import annotations

from typing import Any

from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.syntax import ast, decode_source, parse_config, parse_expression, parse_template


def tree_of(text: str) -> ast.Body:
    """The tree of a text without errors."""
    body, diags = parse_config(SourceFile("test", text))
    assert not list(diags), list(diags)
    return body


def errors_of(text: str) -> list[Diagnostic]:
    """The errors in a text, as it would be read from a file."""
    source, diags = decode_source("test", text.encode())
    return list(diags) or list(parse_config(source)[1])


def first_line(text: str) -> int | None:
    """The line of the first error, ``None`` without errors."""
    return min((d.subject.start.line for d in errors_of(text) if d.subject), default=None)


def places(text: str) -> list[tuple[int, str]]:
    """Line and summary of each error."""
    return [(d.subject.start.line, d.summary) for d in errors_of(text) if d.subject]


def expression(text: str) -> ast.Expr:
    """The tree of an expression without errors."""
    expr, diags = parse_expression(SourceFile("test", text))
    assert not list(diags), list(diags)
    return expr


def template(text: str) -> ast.Expr:
    """The tree of the inside of a template without errors."""
    expr, diags = parse_template(SourceFile("test", text))
    assert not list(diags), list(diags)
    return expr


def bare(node: Any) -> Any:
    """A node as nested tuples, without offsets."""
    if isinstance(node, list):
        return tuple(bare(item) for item in node)
    if isinstance(node, ast.Node):
        names = [n for n in node.__struct_fields__
                 if n not in ("start", "end", "name_end", "type_end", "header_end")]
        return (type(node).__name__, *(bare(getattr(node, name)) for name in names))
    return node


def children(node: Any) -> list[ast.Node]:
    """The nodes directly inside *node*."""
    found: list[ast.Node] = []
    for name in node.__struct_fields__:
        value = getattr(node, name)
        found += [v for v in (value if isinstance(value, list) else [value])
                  if isinstance(v, ast.Node)]
    return found


def show(node: Any) -> str:
    """A node as a short expression with all brackets."""
    match node:
        case ast.Literal():
            return repr(node.value)
        case ast.Number():
            return node.text
        case ast.Template():
            return ("heredoc" if node.heredoc else "tpl") + _list(node.parts)
        case ast.TemplateWrap():
            return f"wrap({show(node.expr)})"
        case ast.TemplateIf():
            return f"if({show(node.cond)} {_list(node.yes)} {_list(node.no)})"
        case ast.TemplateFor():
            names = f"{node.key}, {node.value}" if node.key else node.value
            return f"for({names} in {show(node.collection)} {_list(node.body)})"
        case ast.Ref():
            return node.name + _steps(node.steps)
        case ast.Access():
            return f"<{show(node.target)}>" + _steps(node.steps)
        case ast.Call():
            return f"{node.name}({', '.join(map(show, node.args))}{'...' * node.expand})"
        case ast.Unary():
            return f"({node.op}{show(node.operand)})"
        case ast.Binary():
            return f"({show(node.left)} {node.op} {show(node.right)})"
        case ast.Conditional():
            return f"({show(node.cond)} ? {show(node.yes)} : {show(node.no)})"
        case ast.Paren():
            return f"paren({show(node.expr)})"
        case ast.Tuple():
            return _list(node.items)
        case ast.Object():
            return "{" + ", ".join(f"{show(i.key)}: {show(i.value)}" for i in node.items) + "}"
        case ast.For():
            names = f"{node.key}, {node.value}" if node.key else node.value
            key = f"{show(node.result_key)} => " if node.result_key is not None else ""
            cond = f" if {show(node.cond)}" if node.cond is not None else ""
            return (f"for({names} in {show(node.collection)} : {key}{show(node.result)}"
                    f"{'...' * node.group}{cond})")
        case _:
            raise AssertionError(node)


def _list(nodes: Any) -> str:
    return "[" + ", ".join(map(show, nodes)) + "]"


def _steps(steps: Any) -> str:
    out = ""
    for step in steps:
        match step:
            case ast.AttrStep():
                out += f".{step.name}"
            case ast.IndexStep():
                out += f".{show(step.key)}" if step.legacy else f"[{show(step.key)}]"
            case ast.SplatStep():
                out += ("[*]" if step.full else ".*") + f"({_steps(step.steps)})"
    return out


def shape(text: str) -> Any:
    """What a file means, apart from what the formatter rewrites.

    That is labels without quotes, templates that are one expression, and type constraints in
    quotes. Parentheses may come with the second.
    """
    body, _ = parse_config(SourceFile("test", text))
    return _shape(body, ())


def _shape(body: ast.Body, inside: tuple[str, ...]) -> Any:
    arguments = [
        (each.name, None if inside == ("variable",) and each.name == "type" else _plain(each.expr))
        for each in body.attributes
    ]
    blocks = [
        (block.type, [label.text for label in block.labels],
         _shape(block.body, (*inside, block.type)))
        for block in body.blocks
    ]
    return arguments, blocks


def _plain(expr: ast.Expr) -> Any:
    while isinstance(expr, ast.TemplateWrap | ast.Paren):
        expr = expr.expr
    return bare(expr)
