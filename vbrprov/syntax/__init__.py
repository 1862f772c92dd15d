"""The language front end: text to a tree with source offsets, and the formatter.

Here: decoding, scanning, parsing with error recovery, the cache of parsed files, the layout of
source text. Not here: what names mean (``config``), values (``evaluate``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.syntax.bodies import BodyParser
from vbrprov.syntax.cursor import Cursor, GiveUp, SyntaxStop
from vbrprov.syntax.decode import decode_source
from vbrprov.syntax.expressions import ExpressionParser
from vbrprov.syntax.limits import DEFAULT_LIMITS, Limits
from vbrprov.syntax.scanner import scan_body, scan_expression, scan_template

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "decode_source",
    "parse_config",
    "parse_expression",
    "parse_template",
]

_T = TypeVar("_T")


def parse_config(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.Body, Diagnostics]:
    """Parse a configuration file.

    The body holds all that could be read; with an error among the diagnostics it is incomplete.
    """
    parser = BodyParser(source, scan_body(source.text), limits)
    nothing = ast.Body(0, len(source.text), [], [])
    return _run(parser, parser.file, nothing), parser.diags


def parse_expression(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.Expr, Diagnostics]:
    """Parse a text that is one expression, over as many lines as it likes.

    After an error the expression is null.
    """
    parser = ExpressionParser(source, scan_expression(source.text), limits)
    nothing: ast.Expr = ast.Literal(0, len(source.text), None)
    return _run(parser, parser.whole_expression, nothing), parser.diags


def parse_template(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.Expr, Diagnostics]:
    """Parse a text that is the inside of a template, without quotes and escapes.

    After an error the expression is null.
    """
    parser = ExpressionParser(source, scan_template(source.text), limits)
    nothing: ast.Expr = ast.Literal(0, len(source.text), None)
    return _run(parser, parser.bare_template, nothing), parser.diags


def _run(parser: Cursor, action: Callable[[], _T], nothing: _T) -> _T:
    """The result of *action*, or *nothing* when it gave up."""
    try:
        return action()
    except (GiveUp, SyntaxStop):
        return nothing
    except RecursionError:
        # The limit on nesting leaves ample room, unless the caller has used most of the stack up.
        end = len(parser.text)
        parser.diags.error("Nesting too deep", "The expressions in this file are nested too deep "
                           "for the stack that is left. Split them, for example into local values.",
                           parser.source.range(min(parser.starts[parser.i], end), end))
        return nothing
