"""Blocks of refactorings as text, and what is recorded after them."""

from __future__ import annotations

from engine_world import World

D = "vbrprov_data"
#: A module of one resource.
CHILD = 'resource "vbrprov_data" "x" {\n}\n'


def block(name: str, inside: str = "", kind: str = "vbrprov_data") -> str:
    return f'resource "{kind}" "{name}" {{\n{inside}\n}}\n'


def call(name: str, inside: str = "") -> str:
    return f'module "{name}" {{\n  source = "./child"\n  {inside}\n}}\n'


def moved(former: str, to: str) -> str:
    return f"moved {{\n  from = {former}\n  to   = {to}\n}}\n"


def ids(world: World) -> dict[str, str]:
    return {address: world.attribute(address, "id") for address, _ in world.state().instances}


def summaries(world: World) -> list[str]:
    return [d.summary for d in world.diags]
