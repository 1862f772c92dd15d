"""Looking up one object for a data source: by its id, or by exactly one of its names."""

from __future__ import annotations

import re
from collections.abc import Callable

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam.server import Json, Server, only


def one(
    server: Server, path: str, noun: str, *, object_id: str | None, name: str | None,
    names: Callable[[Json], set[str]], describe: Callable[[Json], str],
    fits: Callable[[Json], bool] = lambda _: True,
) -> Json:
    """The object of a collection with that id, or that name.

    Args:
        server: The server.
        path: Path of the collection.
        noun: Word for people.
        object_id: Id, or None.
        name: Name, or None.
        names: All names of an object.
        describe: One line about an object.
        fits: Whether an object may be meant at all.

    Raises:
        ProviderError: Neither or both are given; there is none; there are several.
    """
    if (object_id is None) == (name is None):
        raise ProviderError(ErrorClass.INVALID, "Arguments do not go together",
                            f"Give the {noun} by its id or by its name: one of the two.")
    if object_id is not None:
        found = server.find(f"{path}/{object_id}")
        if found is not None and not fits(found):
            found = None
    else:
        fitting = [raw for raw in server.objects(path) if fits(raw) and name in names(raw)]
        found = only(fitting, f"the name {name!r}", describe)
    if found is None:
        what = f"the id {object_id}" if object_id is not None else f"the name {name!r}"
        raise ProviderError(ErrorClass.NOT_FOUND, f"{noun.capitalize()} not found",
                            f"{server.label} has no {noun} with {what}.")
    return found


def pattern(text: str | None, argument: str) -> re.Pattern[str]:
    """A regular expression of a user's; everything fits ``None``.

    Raises:
        ProviderError: It is none.
    """
    try:
        return re.compile(text or "")
    except re.error as error:
        raise ProviderError(ErrorClass.INVALID, "Invalid regular expression",
                            f"{argument}: {error}.", attribute=argument) from error
