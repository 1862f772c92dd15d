"""What an expression refers to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vbrprov.config.late import late_blocks, late_expressions
from vbrprov.syntax import ast


def references(node: Any) -> Iterator[ast.Ref]:
    """The references in an expression that reach outside it (iteration variables are not)."""
    stack: list[tuple[Any, frozenset[str]]] = [(node, frozenset())]
    while stack:
        item, bound = stack.pop()
        kind = type(item)
        if kind is ast.Literal or kind is ast.Number:
            continue
        if kind is ast.Ref:
            if item.name not in bound:
                yield item
            stack.extend((s, bound) for s in item.steps if type(s) is not ast.AttrStep)
        elif kind is ast.IndexStep:
            stack.append((item.key, bound))
        elif kind is ast.SplatStep:
            stack.extend((s, bound) for s in item.steps if type(s) is not ast.AttrStep)
        elif kind is ast.Access:
            stack.append((item.target, bound))
            stack.extend((s, bound) for s in item.steps if type(s) is not ast.AttrStep)
        elif kind is ast.Call:
            stack.extend((a, bound) for a in item.args)
        elif kind is ast.Binary:
            stack.append((item.left, bound))
            stack.append((item.right, bound))
        elif kind is ast.Unary:
            stack.append((item.operand, bound))
        elif kind is ast.Conditional:
            stack.extend(((item.cond, bound), (item.yes, bound), (item.no, bound)))
        elif kind is ast.Paren or kind is ast.TemplateWrap:
            stack.append((item.expr, bound))
        elif kind is ast.Tuple:
            stack.extend((i, bound) for i in item.items)
        elif kind is ast.Object:
            for pair in item.items:
                stack.append((pair.key, bound))
                stack.append((pair.value, bound))
        elif kind is ast.Template:
            stack.extend((p, bound) for p in item.parts)
        elif kind is ast.TemplateIf:
            stack.append((item.cond, bound))
            stack.extend((p, bound) for p in (*item.yes, *item.no))
        elif kind is ast.For or kind is ast.TemplateFor:
            inner = bound | {item.value} | ({item.key} if item.key else set())
            stack.append((item.collection, bound))
            if kind is ast.TemplateFor:
                stack.extend((p, inner) for p in item.body)
            else:
                stack.extend((p, inner) for p in (item.result_key, item.result, item.cond)
                             if p is not None)


def body_expressions(attributes: Any, blocks: Any) -> Iterator[ast.Expr]:
    """Every expression in a body, nested blocks included."""
    for item in attributes:
        yield item.expr
    for nested in blocks:
        yield from body_expressions(nested.body.attributes, nested.body.blocks)


def body_references(attributes: Any, blocks: Any) -> Iterator[ast.Ref]:
    """The references in a body; iterators of ``dynamic`` blocks are not counted."""
    for item in attributes:
        if type(item) is ast.JsonAttribute:
            for expr in late_expressions(item):
                yield from references(expr)
            yield from body_references((), late_blocks(item))
        else:
            yield from references(item.expr)
    for nested in blocks:
        inner = body_references(nested.body.attributes, nested.body.blocks)
        if nested.type == "dynamic" and nested.labels:
            bound = {nested.labels[0].text}
            for item in nested.body.attributes:
                if item.name == "iterator" and type(item.expr) is ast.Ref:
                    bound.add(item.expr.name)
            yield from (ref for ref in inner if ref.name not in bound)
        else:
            yield from inner


def repeated_blocks(blocks: Sequence[ast.Block], prefix: str = "",
                    ) -> Iterator[tuple[str, ast.Block]]:
    """The blocks of which there are several of one type, each with its path (``rule[1]``).

    Nothing for types that a ``dynamic`` block makes: how many it makes is not known here.
    """
    if len(blocks) < 2 and not any(block.body.blocks for block in blocks):
        return
    found: dict[str, list[ast.Block]] = {}
    for block in blocks:
        dynamic = block.type == "dynamic" and block.labels
        found.setdefault(block.labels[0].text if dynamic else block.type, []).append(block)
    for name, alike in found.items():
        if any(block.type == "dynamic" for block in alike):
            continue
        for index, block in enumerate(alike):
            path = f"{prefix}{name}[{index}]" if len(alike) > 1 else f"{prefix}{name}"
            if len(alike) > 1:
                yield path, block
            yield from repeated_blocks(block.body.blocks, f"{path}.")


def attribute_path(ref: ast.Ref, skip: int = 0) -> list[str]:
    """The leading attribute names of a reference's steps, after *skip* of them."""
    out: list[str] = []
    for step in ref.steps[skip:]:
        if type(step) is not ast.AttrStep:
            break
        out.append(step.name)
    return out


def without_prefix(ref: ast.Ref) -> ast.Ref:
    """``aws_s3_bucket.a`` for ``resource.aws_s3_bucket.a``, and everything else as it is."""
    if ref.name != "resource" or not ref.steps or type(ref.steps[0]) is not ast.AttrStep:
        return ref
    step = ref.steps[0]
    return ast.Ref(ref.start, ref.end, step.name, step.end, ref.steps[1:])
