"""Thousands of ``-target`` options: each address is compared with few of them."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.addrs import ParsedAddress, parse_address
from vbrprov.plan.model import Options
from vbrprov.plan.patterns import Pattern, Patterns, parse_pattern


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The patterns that addresses were compared with."""
    seen: list[str] = []
    original = Pattern.covers

    def counted(self: Pattern, address: ParsedAddress) -> bool:
        seen.append(self.text)
        return original(self, address)

    monkeypatch.setattr(Pattern, "covers", counted)
    return seen


@pytest.mark.parametrize("form", ["vbrprov_data.a{}", 'vbrprov_data.a["{}"]', "vbrprov_data.a[{}]"])
def test_few_are_compared(compared: list[str], form: str) -> None:
    patterns = Patterns([parse_pattern(form.format(index)) for index in range(3_000)])
    assert all(patterns.cover(parse_address(form.format(index))) for index in range(3_000))
    assert len(compared) == 3_000


@pytest.mark.parametrize(("pattern", "address", "covered"), [
    ("vbrprov_data.a", "vbrprov_data.a[3]", True), ("terraform_data.a", "vbrprov_data.a", True),
    ("vbrprov_data.a", "terraform_data.a", True), ("vbrprov_data.a[*]", "vbrprov_data.a[3]", True),
    ('vbrprov_data.a["x*"]', 'vbrprov_data.a["xy"]', True),
    (r'vbrprov_data.a["x\*"]', 'vbrprov_data.a["x*"]', True),
    ("vbrprov_data.a[1]", "vbrprov_data.a", False), ("module.m", "module.m.vbrprov_data.a", True),
    ("**.vbrprov_data.a", "module.m.vbrprov_data.a", True), ("*[1]", "vbrprov_data.z[1]", True),
    ("vbrprov_data.a", "module.m.vbrprov_data.a", False), ("*.a", "vbrprov_data.a", True),
    ("data.aws_x.a", "data.aws_x.a", True), ("aws_x.a", "data.aws_x.a", False),
])
def test_none_is_overlooked(pattern: str, address: str, covered: bool) -> None:
    assert Patterns([parse_pattern(pattern)]).cover(parse_address(address)) is covered


def test_targets_that_match_nothing_are_still_told(world: World) -> None:
    world.write('resource "vbrprov_data" "a" {\n count = 2\n}\n')
    world.plan(Options(targets=("vbrprov_data.a[1]", "vbrprov_data.a[7]", "terraform_data.a[0]")))
    assert [d.summary for d in world.diags] == [
        "Nothing matches -target", "Resource targeting is in effect"]
    assert "vbrprov_data.a[7]" in world.messages()[0]
