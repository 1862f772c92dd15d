"""Finds the operation of the document that a request means."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from vbrprov_veeam.doubles.vbr import document
from vbrprov_veeam.doubles.vbr.errors import ApiError


@dataclass(frozen=True, slots=True)
class Match:
    """An operation and the path parameters of a request."""

    operation: document.Operation
    path: dict[str, str]


@functools.cache
def _table(revision: str) -> dict[int, list[tuple[tuple[str, ...], document.Operation]]]:
    table: dict[int, list[tuple[tuple[str, ...], document.Operation]]] = {}
    for operation in document.operations(revision):
        segments = tuple(operation.path.strip("/").split("/"))
        table.setdefault(len(segments), []).append((segments, operation))
    for entries in table.values():
        # `/repositories/states` must win over `/repositories/{id}`.
        entries.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])
    return table


def match(revision: str, method: str, path: str) -> Match:
    """Return the operation of a request.

    Raises:
        ApiError: 404 for an unknown path, 405 for a method that the path lacks.
    """
    segments = path.strip("/").split("/")
    winner: tuple[str, ...] | None = None
    for template, operation in _table(revision).get(len(segments), ()):
        if winner is not None and template != winner:
            continue
        if not all(t.startswith("{") or t == s for t, s in zip(template, segments, strict=True)):
            continue
        winner = template
        if operation.method == method:
            pairs = zip(template, segments, strict=True)
            return Match(operation, {t[1:-1]: s for t, s in pairs if t.startswith("{")})
    if winner is not None:
        raise ApiError(405, "MethodNotAllowed", f"{method} is not allowed here")
    raise ApiError(404, "InvalidURI", f"No endpoint at {path} in revision {revision}")
