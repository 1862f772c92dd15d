"""-target, -exclude and -replace: patterns, what they take along, what is said of them."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.addrs import AddressError, parse_address
from vbrprov.plan.model import Options
from vbrprov.plan.patterns import parse_pattern

PLACES = (
    "aws_s3_bucket.b", "aws_s3_bucket.b[0]", 'aws_s3_bucket.b["eu-1"]', "aws_iam_user.u",
    "data.aws_s3_bucket.b", "module.x.aws_s3_bucket.b", 'module.x["eu-1"].aws_s3_bucket.b[1]',
    'module.x["us"].module.y.aws_iam_user.u["eu-2"]', "vbrprov_data.d", 'vbrprov_data.k["a*b"]',
    'vbrprov_data.k["a.b[0]"]',
)


@pytest.mark.parametrize(("pattern", "covered"), [
    ("aws_s3_bucket.b", (0, 1, 2)),
    ("aws_s3_bucket.b[0]", (1,)),
    ("aws_s3_bucket.b[*]", (1, 2)),
    ('aws_s3_bucket.b["eu-*"]', (2,)),
    ("aws_s3_bucket.*", (0, 1, 2)),
    ("aws_*.*", (0, 1, 2, 3)),
    ("*.b", (0, 1, 2)),
    ("*.?", (0, 1, 2, 3, 8, 9, 10)),
    ("data.*.b", (4,)),
    ("module.x", (5, 6, 7)),
    ("module.*", (5, 6, 7)),
    ("module.x[*]", (6, 7)),
    ('module.x["eu-*"]', (6,)),
    ("module.x[*].aws_*.b", (6,)),
    ("module.x.aws_*.b", (5, 6)),
    ("module.x.module.*", (7,)),
    ("module.x.module.*.*.u", (7,)),
    ('*["eu-*"]', (2, 7)),
    ("*[0]", (1,)),
    ("*[*]", (1, 2, 6, 7, 9, 10)),
    ("**.aws_s3_bucket.b", (0, 1, 2, 5, 6)),
    ('**.*.u["eu-2"]', (7,)),
    ("terraform_data.d", (8,)),
    ("terraform_*.d", ()),
    (r'vbrprov_data.k["a\*b"]', (9,)),
    ('vbrprov_data.k["a*b"]', (9,)),
    ('vbrprov_data.k["a*"]', (9, 10)),
    ('vbrprov_data.k["a.b[0]"]', (10,)),
    ("aws_s3.b", ()),
])
def test_patterns(pattern: str, covered: tuple[int, ...]) -> None:
    parsed = parse_pattern(pattern)
    assert [i for i, place in enumerate(PLACES)
            if parsed.covers(parse_address(place))] == list(covered)
    for place in PLACES:
        address = parse_address(place)
        mode = "data." if address.mode == "data" else ""
        node = (tuple(n for n, _ in address.module), "resource",
                f"{mode}{address.type_name}.{address.name}")
        # What covers an instance must not pass its block by.
        assert parsed.touches(node) or not parsed.covers(address)


@pytest.mark.parametrize("text", [
    "", "*", "**", "**.x", "a", "a.", "a..b", ".a.b", "a.b.c", "a.b[", "a.b[x]", "a[0].b", "1.b",
    "-a.b", "a.b[0]c", 'a.b["x]', "module.m.", "a b.c",
])
def test_malformed(text: str) -> None:
    with pytest.raises(AddressError, match="is not an address"):
        parse_pattern(text)


CHAIN = """
    resource "vbrprov_data" "a" {
      count = 2
    }
    resource "vbrprov_data" "b" {
      input = vbrprov_data.a[*].id
    }
    resource "vbrprov_data" "first" {
      input = vbrprov_data.a[0].id
    }
    resource "vbrprov_data" "c" {
      for_each = toset(["eu-1", "eu-2", "us-1"])
    }
    module "m" {
      source   = "./m"
      for_each = toset(["one", "two"])
    }
"""


@pytest.fixture
def chain(world: World) -> World:
    """A configuration with a bit of everything."""
    world.write(CHAIN)
    world.write('resource "vbrprov_data" "in" {\n}\n', "m/main.vbr.hcl")
    return world


def said(world: World) -> list[str]:
    """What was reported, apart from that the plan is narrowed."""
    return [d.detail for d in world.diags if d.summary != "Resource targeting is in effect"]


@pytest.mark.parametrize(("options", "created"), [
    (Options(targets=("*.b",)), {"a[0]", "a[1]", "b"}),
    (Options(targets=('*["eu-*"]',)), {'c["eu-1"]', 'c["eu-2"]'}),
    (Options(targets=("module.*[*]",)), {'in["one"]', 'in["two"]'}),
    (Options(targets=('module.m["t*"].*.*',)), {'in["two"]'}),
    (Options(excludes=('*["eu-*"]', "module.*")),
     {"a[0]", "a[1]", "b", "first", 'c["us-1"]'}),
    (Options(excludes=("*.a", "**.*.in")), {'c["eu-1"]', 'c["eu-2"]', 'c["us-1"]'}),
    # As in Terraform, of a block that is named only the instances that are named take part; and
    # what needs the others, which do not exist, has to wait.
    (Options(targets=("vbrprov_data.a[0]", "vbrprov_data.b")), {"a[0]"}),
    (Options(targets=("*.a[0]", "vbrprov_data.first")), {"a[0]", "first"}),
    (Options(targets=("vbrprov_data.*",), excludes=("vbrprov_data.a",)),
     {'c["eu-1"]', 'c["eu-2"]', 'c["us-1"]'}),
])
def test_who_takes_part(chain: World, options: Options, created: set[str]) -> None:
    plan = chain.plan(options)
    found = {a.replace("vbrprov_data.", "") for a in chain.actions(plan)}
    assert {f"in{a[8:].removesuffix('.in')}" if a.startswith("module.m") else a
            for a in found} == created
    assert not said(chain)
    assert [d.summary for d in chain.diags] == ["Resource targeting is in effect"]


@pytest.mark.parametrize(("options", "words"), [
    (Options(targets=("vbrprov_data.bb",)), 'Did you mean "vbrprov_data.b"?'),
    (Options(targets=("vbrprov_data.a[2]",)),
     "There are: vbrprov_data.a[0] and vbrprov_data.a[1]."),
    (Options(targets=("vbrprov_data.b[0]",)), "Its address has no key: vbrprov_data.b."),
    (Options(targets=("module.n",)), 'Did you mean "module.m'),
    (Options(excludes=("aws_*.*",)), "so this -exclude has no effect."),
    (Options(excludes=('vbrprov_data.c["ap-*"]',)), 'There are: vbrprov_data.c["eu-1"]'),
    (Options(replace=("vbrprov_data.aa[0]",)), 'Did you mean "vbrprov_data.a'),
    (Options(replace=("vbrprov_data.a[7]",)), "There are: vbrprov_data.a[0]"),
    (Options(replace=("vbrprov_data.b[0]",)), "Its address has no key: vbrprov_data.b."),
])
def test_what_matches_nothing_is_said(chain: World, options: Options, words: str) -> None:
    chain.plan(options)
    (found,) = said(chain)
    assert words in found


def test_the_state_is_matched_too(chain: World) -> None:
    chain.apply()
    chain.write("locals {\n  a = 1\n}\n")
    plan = chain.plan(Options(targets=('*["eu-1"]', "module.m")))
    assert not said(chain)
    assert len(chain.actions(plan)) == 3


def test_an_instance_that_its_block_cannot_have_any_more(chain: World) -> None:
    chain.apply()
    chain.write(CHAIN.replace("count = 2", 'for_each = toset(["k"])').replace(
        "vbrprov_data.a[*].id", "1").replace("vbrprov_data.a[0].id", "1"))
    plan = chain.plan(Options(targets=("vbrprov_data.a[1]",)))
    assert chain.actions(plan) == {"vbrprov_data.a[1]": "delete"}
    assert not said(chain)


def test_replace_wants_an_instance(chain: World) -> None:
    chain.apply()
    plan = chain.plan(Options(replace=("vbrprov_data.a", "vbrprov_data.b", "vbrprov_data.b")))
    assert chain.actions(plan) == {"vbrprov_data.b": "replace"}
    (found,) = said(chain)
    assert "lacks an instance key" in found
    assert "-replace='vbrprov_data.a[0]'\n    -replace='vbrprov_data.a[1]'" in found
    for name in ("terraform_data", "vbrprov_data"):
        plan = chain.plan(Options(replace=(f'module.m["one"].{name}.in',)))
        assert not said(chain)
        assert chain.actions(plan) == {'module.m["one"].vbrprov_data.in': "replace"}


@pytest.mark.parametrize(("options", "summary"), [
    (Options(replace=("module.m",)), 'Invalid force-replace address "module.m"'),
    (Options(replace=("data.vbrprov_data.x",)),
     'Invalid force-replace address "data.vbrprov_data.x"'),
    (Options(replace=("no",)), 'Invalid force-replace address "no"'),
    (Options(replace=("vbrprov_data.b",), destroy=True), "Unsupported plan mode"),
    (Options(targets=("a.b.c",)), "Invalid address for -target"),
    (Options(excludes=("a.b.c",)), "Invalid address for -exclude"),
])
def test_what_cannot_be_replaced_or_selected(chain: World, options: Options, summary: str) -> None:
    chain.plan(options)
    assert [d.summary for d in chain.diags] == [summary]


def test_an_apply_that_was_narrowed_says_so(chain: World) -> None:
    chain.apply(Options(targets=("vbrprov_data.c",)))
    assert [d.summary for d in chain.diags] == [
        "Resource targeting is in effect", "Applied changes may be incomplete"]


def test_destroying_defers_nothing(chain: World) -> None:
    chain.apply(Options(targets=("vbrprov_data.a[0]",)))
    plan = chain.plan(Options(destroy=True, excludes=("vbrprov_data.a[1]",)))
    assert chain.actions(plan) == {"vbrprov_data.a[0]": "delete"}
    assert not plan.deferred


def test_outputs_of_what_takes_part_are_recorded(chain: World) -> None:
    chain.write(CHAIN + """
        output "first" {
          value = vbrprov_data.a[0].id
        }
        output "all" {
          value = vbrprov_data.a[*].id
        }
        output "other" {
          value = module.m["one"].id
        }
    """)
    chain.write('resource "vbrprov_data" "in" {\n}\noutput "id" {\n  value = vbrprov_data.in.id\n'
                "}\n", "m/main.vbr.hcl")
    chain.apply(Options(targets=("vbrprov_data.a[0]",)))
    assert set(chain.state().outputs) == {"first"}
    chain.apply()
    assert set(chain.state().outputs) == {"first", "all", "other"}
    assert not chain.plan(Options(targets=("vbrprov_data.c",))).has_changes
