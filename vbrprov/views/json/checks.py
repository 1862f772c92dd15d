"""Results of conditions, in the shape of ``checks`` of ``terraform show -json``.

Source: https://developer.hashicorp.com/terraform/internals/json-format#checks-representation
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vbrprov.addrs import ParsedAddress, module_address, parse_address
from vbrprov.state.model import CheckedObject, CheckResult

_KINDS = {"output": "output_value"}


def checks_json(results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """One entry a block, in the order of their addresses."""
    return [_block(result) for result in sorted(results, key=lambda r: r.address)]


def _block(result: CheckResult) -> dict[str, Any]:
    parsed = parse_address(result.address)
    address: dict[str, Any] = {"kind": _KINDS.get(result.kind, result.kind)}
    if parsed.module:
        address["module"] = module_address(parsed.module)
    if result.kind == "resource":
        address["mode"] = parsed.mode
        address["type"] = parsed.type_name
    address["name"] = parsed.name
    address["to_display"] = result.address
    out: dict[str, Any] = {"address": address, "status": result.status}
    if result.objects:
        out["instances"] = [_object(o) for o in sorted(result.objects, key=lambda o: o.address)]
    return out


def _object(result: CheckedObject) -> dict[str, Any]:
    out: dict[str, Any] = {"address": _place(parse_address(result.address)),
                           "status": result.status}
    if result.failures:
        out["problems"] = [{"message": text} for text in result.failures]
    return out


def _place(parsed: ParsedAddress) -> dict[str, Any]:
    address: dict[str, Any] = {}
    if parsed.module:
        address["module"] = module_address(parsed.module)
    if parsed.key is not None:
        address["instance_key"] = parsed.key
    address["to_display"] = str(parsed)
    return address
