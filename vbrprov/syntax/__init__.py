"""The language front end: text to a tree with source offsets, and the formatter.

Here: decoding, scanning, parsing with error recovery, the cache of parsed files, the layout of
source text. Not here: what names mean (``config``), values (``evaluate``).
"""

from __future__ import annotations

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.syntax.bodies import BodyParser
from vbrprov.syntax.cursor import SyntaxStop, TooManyErrors
from vbrprov.syntax.decode import decode_source
from vbrprov.syntax.expressions import ExpressionParser
from vbrprov.syntax.limits import DEFAULT_LIMITS, Limits
from vbrprov.syntax.scanner import scan_body, scan_expression, scan_template
from vbrprov.syntax.tokens import EOF

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "decode_source",
    "parse_config",
    "parse_expression",
    "parse_template",
]


def parse_config(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.Body, Diagnostics]:
    """Parse a configuration file.

    The body holds all that could be read; with an error among the diagnostics it is incomplete.
    """
    parser = BodyParser(source, scan_body(source.text), limits)
    try:
        body = parser.file()
    except TooManyErrors:
        body = ast.Body(0, len(source.text), [], [])
    return body, parser.diags


def parse_expression(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.Expr, Diagnostics]:
    """Parse a text that is one expression, over as many lines as it likes.

    After an error the expression is null.
    """
    parser = ExpressionParser(source, scan_expression(source.text), limits)
    expr: ast.Expr = ast.Literal(0, len(source.text), None)
    try:
        expr = parser.expr()
        if parser.kinds[parser.i] != EOF:
            parser.stop("Extra characters after expression",
                        "The expression is complete before this place. Remove what follows, or "
                        "join it with an operator.", parser.i)
    except (SyntaxStop, TooManyErrors):
        pass
    return expr, parser.diags


def parse_template(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.Expr, Diagnostics]:
    """Parse a text that is the inside of a template, without quotes and escapes.

    After an error the expression is null.
    """
    parser = ExpressionParser(source, scan_template(source.text), limits)
    expr: ast.Expr = ast.Literal(0, len(source.text), None)
    try:
        expr = parser.bare_template()
    except (SyntaxStop, TooManyErrors):
        pass
    return expr, parser.diags
