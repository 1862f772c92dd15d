"""Which move statements are compared with which, when the order in which they work is found."""

from __future__ import annotations

import pytest

from vbrprov.addrs import parse_address
from vbrprov.diag import Pos, SourceRange
from vbrprov.plan import statements
from vbrprov.plan.statements import Statement


def _statement(former: str, to: str) -> Statement:
    a, b = parse_address(former), parse_address(to)
    exact = any((x.key if x.type_name else x.module[-1][1]) is not None for x in (a, b))
    return Statement((), a, b, exact, SourceRange("main.vbr.hcl", Pos(1, 1, 0), Pos(1, 1, 0)))


@pytest.mark.parametrize(("former", "to"), [
    ("vbrprov_data.a{}", "vbrprov_data.b{}"), ("vbrprov_data.a{}", "vbrprov_data.b"),
    ("vbrprov_data.a[{}]", "vbrprov_data.b[{}]"), ('vbrprov_data.a["{}"]', "vbrprov_data.b{}"),
    ("module.a{}", "module.b{}"), ("module.a[{}]", "module.b[{}]"), ("module.a{}", "module.b"),
])
def test_of_thousands_of_statements_few_are_compared(
        monkeypatch: pytest.MonkeyPatch, former: str, to: str) -> None:
    compared = 0

    def counted(a: Statement, b: Statement) -> bool:
        nonlocal compared
        compared += 1
        return depends(a, b)

    depends = statements._depends
    monkeypatch.setattr(statements, "_depends", counted)
    many = [_statement(former.format(i), to.format(i)) for i in range(2_000)]
    ordered, circle = statements.in_order(many)
    assert (len(ordered), circle) == (2_000, [])
    assert compared <= 4_000


ENDS = ["vbrprov_data.a", "vbrprov_data.b", "vbrprov_data.a[0]", "vbrprov_data.b[0]",
        "module.m.vbrprov_data.a", "module.m.vbrprov_data.a[0]", "module.m[0].vbrprov_data.a",
        "module.n.vbrprov_data.a", "module.m", "module.m[0]", "module.n", "module.n[0]",
        "module.m.module.n", "module.m[0].module.n", "module.m[0].module.n[1]"]


def test_none_is_overlooked_that_another_waits_for() -> None:
    many = [_statement(a, b) for a in ENDS for b in ENDS
            if a != b and ("vbrprov" in a) == ("vbrprov" in b)]
    near = statements._Near(many)
    for a in many:
        waits = {j for j, b in enumerate(many) if a is not b and statements._depends(a, b)}
        assert waits <= near.to(a)
