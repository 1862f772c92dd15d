"""Signatures of functions as Terraform's JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vbrprov.sdk import Function, Param
from vbrprov.values import Type, Unknown
from vbrprov.values.types import type_to_json

FORMAT = "1.0"


def metadata_json(functions: Iterable[Function]) -> dict[str, Any]:
    """All *functions* under both of their names, as ``metadata functions -json`` shows them."""
    out: dict[str, Any] = {}
    for function in functions:
        shown: dict[str, Any] = {"description": function.doc,
                                 "return_type": type_to_json(_returns(function))}
        if function.params:
            shown["parameters"] = [_documented(p) for p in function.params]
        if function.variadic is not None:
            shown["variadic_parameter"] = _documented(function.variadic)
        out[function.name] = out[f"core::{function.name}"] = shown
    return {"format_version": FORMAT, "function_signatures": dict(sorted(out.items()))}


def call_json(function: Function, called_as: str) -> dict[str, Any]:
    """The call that a diagnostic is about."""
    signature: dict[str, Any] = {
        "name": function.name, "params": [_plain(p) for p in function.params],
        "return_type": type_to_json(_returns(function))}
    if function.variadic is not None:
        signature["variadic_param"] = _plain(function.variadic)
    return {"called_as": called_as, "signature": signature}


def _plain(param: Param) -> dict[str, Any]:
    return {"name": param.name, "type": type_to_json(param.value_type)}


def _documented(param: Param) -> dict[str, Any]:
    out: dict[str, Any] = {"name": param.name, "description": param.doc}
    if param.null:
        out["is_nullable"] = True
    return {**out, "type": type_to_json(param.value_type)}


def _returns(function: Function) -> Type:
    """The type of the result as far as it is the same for all arguments."""
    if isinstance(function.returns, (Type, type)):
        return function.result_type(())
    anything = [Unknown(p.value_type) for p in function.params]
    if function.variadic is not None:
        anything.append(Unknown(function.variadic.value_type))
    return function.result_type(anything)
