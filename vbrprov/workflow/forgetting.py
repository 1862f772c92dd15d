"""Taking objects out of the state without touching them."""

from __future__ import annotations

from vbrprov.addrs import AddressError, parse_address, sort_key
from vbrprov.state.errors import StateError
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import find_backend


def forget(request: Request, runtime: Surroundings, addresses: tuple[str, ...], *,
           dry_run: bool) -> list[str]:
    """Remove all that is recorded at *addresses*; what was (or would be) removed.

    An address without keys stands for all its instances. When one of them matches nothing, or an
    interrupted run left something open there, nothing is removed at all.
    """
    diags = runtime.diags
    backend = find_backend(request, runtime)
    if backend is None:
        return []
    try:
        wanted = [parse_address(text) for text in addresses]
    except AddressError as error:
        diags.error("Invalid address", str(error))
        return []
    try:
        with open_session(backend, "state rm", request, diags) as session:
            diags.extend(session.diagnostics)
            found = {}
            for text, address in zip(addresses, wanted, strict=True):
                keys = [key for key in session.data.instances if address.covers(
                    parse_address(key[0]))]
                if not keys:
                    diags.error("Invalid target address", f"No matching objects found at {text}. "
                                "To view the available instances, run:\n\n    vbrprov state list")
                found.update(dict.fromkeys(keys))
            for intent in session.data.intents.values():
                if any(address.covers(parse_address(intent.address)) for address in wanted):
                    diags.error(
                        "An operation is open", f"An interrupted run may have changed "
                        f"{intent.address} without recording it. Find out first, with:\n\n    "
                        "vbrprov apply")
            if diags.has_errors:
                return []
            keys = sorted(found, key=lambda key: (sort_key(key[0]), key[1]))
            if not dry_run and keys:
                session.begin(len(keys))
                session.move(keys, [])
    except StateError as error:
        diags.add(error.diagnostic)
        return []
    return [f"{address} (deposed object {deposed})" if deposed else address
            for address, deposed in keys]
