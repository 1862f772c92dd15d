"""Expressions to values.

Here: the evaluator and scopes. Not here: the order in which blocks are evaluated (``plan``,
``apply``).
"""

from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.scope import Local, NamesOnly, Scope

__all__ = ["EvalError", "Local", "NamesOnly", "Scope", "evaluate"]
