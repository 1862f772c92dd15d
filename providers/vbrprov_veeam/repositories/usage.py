"""What lies in a repository and what uses it, asked of the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vbrprov_veeam.server import JOBS, SCALE_OUT_REPOSITORIES, Server

BACKUPS = "/api/v1/backups"
_SHOWN = 5


def backups(server: Server, repository_id: str, *, fresh: bool = False) -> list[str]:
    """Names of the backups in a repository.

    The API has no filter for it, so all are listed: once a run, unless *fresh* asks for how it is
    right now.
    """
    listed = server.objects(BACKUPS) if fresh else server.once(BACKUPS)
    return sorted({str(b.get("name")) for b in listed if b.get("repositoryId") == repository_id})


def users(server: Server, repository_id: str) -> list[str]:
    """The jobs and scale-out repositories that refer to a repository."""
    found = [f"job {job.get('name')!r}" for job in server.once(JOBS)
             if _mentions(job, repository_id)]
    found += [f"scale-out repository {sobr.get('name')!r}"
              for sobr in server.once(SCALE_OUT_REPOSITORIES)
              if sobr.get("id") != repository_id and _mentions(sobr, repository_id)]
    return sorted(found)


def holds(noun: str, names: Sequence[str]) -> str:
    """A sentence about the backups in a repository."""
    one = len(names) == 1
    return (f"The {noun} holds {len(names)} backup{'' if one else 's'} "
            f"({_some(names)}).")


def replacement_refused(noun: str, names: Sequence[str]) -> str:
    """Why a repository in use cannot be removed before another one takes its place."""
    return (
        f"The {noun} is used by {_some(names)}. A replacement would remove the old one first, "
        "which the server refuses while it is in use. Give the new one another name and set "
        "lifecycle.create_before_destroy = true: what refers to it is then moved before the old "
        "one goes. Backups stay in the old storage.")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _mentions(node: Any, object_id: str) -> bool:
    if isinstance(node, dict):
        return any(_mentions(value, object_id) for value in node.values())
    if isinstance(node, list):
        return any(_mentions(item, object_id) for item in node)
    return bool(node == object_id)
