"""``vbrprov state list``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.argument("addresses", nargs=-1)
@input_options
@state_options
@output_options
def command(no_color: bool, addresses: tuple[str, ...], **given: Any) -> int:
    """List the recorded resource instances, all or those at ADDRESSES.

    Exit status: 0 listed, 1 errors.
    """
    from vbrprov.addrs import AddressError, parse_address, sort_key
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.states import read_state

    runtime = Runtime(no_color=no_color)
    state = read_state(make_request(runtime, **given), runtime)
    if state is None:
        return runtime.finish()
    try:
        wanted = [parse_address(a) for a in addresses]
    except AddressError as error:
        runtime.diags.error("Invalid address", str(error))
        return runtime.finish()
    names = sorted({i.address for i in state.instances.values()}, key=sort_key)
    parsed = {name: parse_address(name) for name in names}
    for text, address in zip(addresses, wanted, strict=True):
        if not any(address.covers(other) for other in parsed.values()):
            runtime.diags.error("Invalid target address", f"No matching objects found at {text}. "
                                "To see all, run:\n\n    vbrprov state list")
    found = [n for n in names if not wanted or any(w.covers(parsed[n]) for w in wanted)]
    runtime.out("".join(f"{name}\n" for name in found))
    return runtime.finish()
