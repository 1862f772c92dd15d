"""Configurations before and after a refactoring, for both programs."""

from __future__ import annotations

#: Files by name, without the ending.
Files = dict[str, str]

CHILD = 'resource "terraform_data" "x" {}\n'
RENAMED = ('resource "terraform_data" "y" {}\nmoved {\n  from = terraform_data.x\n'
           "  to = terraform_data.y\n}\n")
T = "terraform_data"


def block(name: str, inside: str = "") -> str:
    return f'resource "terraform_data" "{name}" {{\n{inside}\n}}\n'


def call(name: str, inside: str = "") -> str:
    return f'module "{name}" {{\n  source = "./child"\n  {inside}\n}}\n'


def moved(former: str, to: str) -> str:
    return f"moved {{\n  from = {former}\n  to = {to}\n}}\n"


def removed(former: str, destroy: str = "false") -> str:
    return f"removed {{\n  from = {former}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"


def imported(to: str, import_id: str = '"an-id"', more: str = "") -> str:
    return f"import {{\n  to = {to}\n  id = {import_id}\n  {more}\n}}\n"


def root(text: str, child: str = CHILD) -> Files:
    return {"main": text, "child/main": child}


#: Before, after, further arguments of plan.
CASES: list[tuple[Files, Files, tuple[str, ...]]] = [
    (root(before), root(after), tuple(args)) for before, after, *args in (
        (block("a"), block("b") + moved(f"{T}.a", f"{T}.b")),
        (block("a", "input = 1"), block("b", "input = 2") + moved(f"{T}.a", f"{T}.b")),
        (block("a", "triggers_replace = 1"),
         block("b", "triggers_replace = 2") + moved(f"{T}.a", f"{T}.b")),
        (block("a"), moved(f"{T}.a", f"{T}.b")),
        (block("x"), block("q") + moved(f"{T}.x", f"module.z.{T}.x")),
        (block("a") + block("b"), block("b") + moved(f"{T}.a", f"{T}.b")),
        (block("a", "count = 2") + block("b", "count = 1"),
         block("b", "count = 2") + moved(f"{T}.a", f"{T}.b")),
        (call("m") + call("n"), call("n") + moved("module.m", "module.n")),
        (block("a", "count = 2"), block("b", "count = 2") + moved(f"{T}.a", f"{T}.b")),
        (block("a", "count = 1"), block("b") + moved(f"{T}.a", f"{T}.b")),
        (block("a", "count = 2"), block("b") + moved(f"{T}.a[0]", f"{T}.b")),
        (block("a"), block("a", 'for_each = toset(["k"])') + moved(f"{T}.a", f'{T}.a["k"]')),
        (block("a"), block("a", "count = 2")),
        (block("a", "count = 2"), block("a")),
        (block("a"), block("a", "count = 2") + moved(f"{T}.a", f"{T}.a[1]")),
        (block("a"), block("c") + moved(f"{T}.a", f"{T}.b") + moved(f"{T}.b", f"{T}.c")),
        (block("a"), block("c") + moved(f"{T}.b", f"{T}.c") + moved(f"{T}.a", f"{T}.b")),
        (block("a") + block("b"), block("c") + moved(f"{T}.a", f"{T}.b")
         + moved(f"{T}.b", f"{T}.c")),
        (block("x"), call("m") + moved(f"{T}.x", f"module.m.{T}.x")),
        (call("m"), block("x") + moved(f"module.m.{T}.x", f"{T}.x")),
        (call("m"), call("n", "count = 1") + moved("module.m", "module.n[0]")),
        (call("m", "count = 2"), call("n", "count = 2") + moved("module.m", "module.n")),
        (call("m", "count = 2"), call("m", "count = 2") + moved("module.m[0]", "module.m[2]")),
        (call("m"), call("m", "count = 1")),
        (call("m"), block("q")),
        (block("a"), block("a") + block("b") + moved(f"{T}.a", f"{T}.b")),
        (block("a"), block("c") + moved(f"{T}.a", f"{T}.b") + moved(f"{T}.b", f"{T}.a")),
        (block("a"), block("b") + block("c") + moved(f"{T}.a", f"{T}.b")
         + moved(f"{T}.a", f"{T}.c")),
        (block("a"), block("c") + moved(f"{T}.a", f"{T}.c") + moved(f"{T}.b", f"{T}.c")),
        (block("a"), block("c") + moved(f"{T}.a", f"{T}.a")),
        (block("a", "count = 2"), block("a", "count = 2") + moved(f"{T}.a[0]", f"{T}.a[1]")
         + moved(f"{T}.a[1]", f"{T}.a[0]")),
        (block("a"), moved(f"{T}.a", "module.b")),
        (block("a"), moved(f"{T}.a", "foo")),
        (block("a"), moved(f"{T}.a[count.index]", f"{T}.b")),
        (block("a") + block("z"), block("b") + block("z") + moved(f"{T}.a", f"{T}.b"),
         f"-target={T}.z"),
        (block("a") + block("z"), block("b") + block("z") + moved(f"{T}.a", f"{T}.b"),
         f"-target={T}.a", f"-target={T}.b"),
        (block("a"), block("b") + moved(f"{T}.a", f"{T}.b"), "-destroy"),
        (block("a"), removed(f"{T}.a")),
        (block("a"), removed(f"{T}.a", "true")),
        (block("a"), removed(f"{T}.a"), "-destroy"),
        (block("a") + block("b"), block("b") + removed(f"{T}.a"), f"-target={T}.b"),
        (block("a", "count = 2"), removed(f"{T}.a")),
        (call("m", "count = 2"), removed("module.m")),
        (call("m"), removed("module.m") + removed(f"module.m.{T}.x", "true")),
        (call("m"), removed("module.m", "true") + removed(f"module.m.{T}.x")),
        (block("a"), removed(f"{T}.b") + moved(f"{T}.a", f"{T}.b")),
        (block("a"), block("b") + removed(f"{T}.a") + moved(f"{T}.a", f"{T}.b")),
        (block("a"), removed(f"{T}.a") + removed(f"{T}.a", "true")),
        (block("a"), block("a") + removed(f"{T}.a")),
        (call("m"), call("m") + removed("module.m")),
        (block("a"), removed(f"{T}.a[0]")),
        (block("a"), removed('module.m["k"]')),
        ("", block("a") + imported(f"{T}.a")),
        ("", block("a", "input = 1") + imported(f"{T}.a")),
        ("", block("a", "triggers_replace = 1") + imported(f"{T}.a")),
        (block("a"), block("a") + imported(f"{T}.a")),
        (block("q"), block("a") + imported(f"{T}.a") + moved(f"{T}.q", f"{T}.a")),
        ("", imported(f"{T}.a")),
        ("", block("a", "count = 1") + imported(f"{T}.a[3]")),
        ("", block("a", "count = 1") + imported(f"{T}.a")),
        ("", block("a", 'for_each = toset(["x", "y"])')
         + imported(f"{T}.a[each.key]", "each.value", 'for_each = { x = "1", y = "2" }')),
        ("", call("m", 'for_each = toset(["k"])')
         + imported(f"module.m[each.key].{T}.x", "each.value", 'for_each = { k = "1" }')),
        ("", block("a") + imported(f"{T}.a") + imported(f"{T}.a", '"b"')),
        ("", block("a") + block("z") + imported(f"{T}.a", f"{T}.z.id")),
        ("", block("a") + imported(f"{T}.a", "null")),
        ("", block("a") + imported(f"{T}.a", '""')),
        ("", block("a") + imported(f"{T}.a", "5")),
        ("", block("a") + imported(f"{T}.a", f"{T}.a.id")),
        ("", block("a") + imported(f"{T}.a"), "-destroy"),
        ("", block("a") + block("z") + imported(f"{T}.a"), f"-target={T}.z"),
    )
]
CASES += [
    (root(call("m", "count = 2")), root(call("m", "count = 2"), RENAMED), ()),
    (root(call("m")), root(call("n") + moved("module.m", "module.n"), RENAMED), ()),
    (root(call("m")), root(call("m", "count = 1") + moved("module.m", "module.m[0]"), RENAMED), ()),
    (root(call("m", "count = 2")), root(call("m", "count = 2"), removed(f"{T}.x")), ()),
    (root(call("m")), root(call("m"), CHILD + imported(f"{T}.x")), ()),
]
