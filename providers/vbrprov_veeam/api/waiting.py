"""Sessions: waiting for the end of a write, and saying why it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov_veeam.api.errors import VbrError, VbrSessionError, VbrSessionTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from vbrprov_veeam.api.client import VbrClient
    from vbrprov_veeam.api.values import Json

SESSIONS_PATH = "/api/v1/sessions"
_GROWTH = 1.5


def is_session(answer: object) -> bool:
    """Tell whether an answer is a session."""
    return isinstance(answer, dict) and "sessionType" in answer and "state" in answer


def wait(
    client: VbrClient,
    session: Json,
    *,
    timeout: float,
    interval: tuple[float, float],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Json:
    """Poll *session* until it stops; return its last form.

    Raises:
        VbrSessionError: It failed, was cancelled, or waits for a person.
        VbrSessionTimeout: It did not end within *timeout* seconds.
    """
    session_id = session["id"]
    pause, longest = interval
    deadline = clock() + timeout
    while session.get("state") != "Stopped":
        if session.get("state") == "ActionRequired":
            raise VbrSessionError(
                f"Session '{session.get('name')}' ({session_id}) waits for an action of a person "
                "in the backup server's console.",
                session_id=session_id,
            )
        left = deadline - clock()
        if left <= 0:
            raise VbrSessionTimeout(
                f"Session '{session.get('name')}' ({session_id}) did not end within {timeout:g} s; "
                "it goes on at the server.",
                session_id=session_id,
            )
        # Never so short that a clock of coarse steps stands still.
        sleep(min(pause, max(left, 0.001)))
        pause = min(pause * _GROWTH, longest)
        session = client.get(f"{SESSIONS_PATH}/{session_id}")
    _require_success(client, session)
    return session


def _require_success(client: VbrClient, session: Json) -> None:
    result = session.get("result") or {}
    outcome = result.get("result")
    if outcome in ("Success", "Warning") and not result.get("isCanceled"):
        return
    # A stopped session without a result counts as failed: nothing says that it did its work.
    verb = "was cancelled" if result.get("isCanceled") else "failed"
    message = client.hide(result.get("message") or "the server gives no reason")
    raise VbrSessionError(
        f"Session '{session.get('name')}' ({session['id']}) {verb}: {message}",
        session_id=session["id"],
        records=_failed_records(client, session["id"]),
    )


def _failed_records(client: VbrClient, session_id: str) -> list[str]:
    try:
        log = client.get(f"{SESSIONS_PATH}/{session_id}/logs", statusFilter="Failed")
    except VbrError:
        return []  # the failure itself matters more than its log
    texts = []
    for record in (log or {}).get("records") or ():
        parts = (record.get("title"), record.get("description"))
        texts.append(": ".join(part for part in parts if part))
    return [client.hide(text) for text in texts if text]
