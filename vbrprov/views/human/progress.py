"""What happens while it happens, one line an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vbrprov.views.human.text import Style, safe

_BEGIN = {"create": "Creating...", "update": "Modifying...", "delete": "Destroying...",
          "read": "Reading...", "open": "Opening...", "renew": "Renewing...",
          "close": "Closing..."}
_DONE = {"create": "Creation complete", "update": "Modifications complete",
         "delete": "Destruction complete", "read": "Read complete", "open": "Opening complete",
         "renew": "Renewal complete", "close": "Closing complete"}
_FAILED = {"create": "Creation failed", "update": "Modification failed",
           "delete": "Destruction failed", "read": "Read failed", "open": "Opening failed",
           "renew": "Renewal failed", "close": "Closing failed"}
_INTERRUPTED = {
    1: "\nInterrupt received.\nPlease wait for vbrprov to exit or data loss may occur.\n"
       "Gracefully shutting down...\n\n",
    2: "\nTwo interrupts received. Not waiting for the calls under way: the next run finds out "
       "how they ended.\n\n",
}


def duration(seconds: float) -> str:
    """``3s`` or ``2m5s``."""
    whole = int(seconds)
    return f"{whole}s" if whole < 60 else f"{whole // 60}m{whole % 60}s"


class Progress:
    """Prints engine events as Terraform does."""

    def __init__(self, out: Callable[[str], None], style: Style) -> None:
        self._out = out
        self._style = style

    def event(self, event: str, **data: Any) -> None:
        """One event of the engine."""
        if event == "interrupted":
            self._out(_INTERRUPTED.get(data["count"], ""))
            return
        address = self._style(safe(str(data.get("address", ""))), "bold")
        action = str(data.get("action", ""))
        if event == "refresh_start":
            self._out(f"{address}: Refreshing state...\n")
        elif event == "apply_start":
            self._out(f"{address}: {_BEGIN[action]}\n")
        elif event == "apply_complete":
            shown = f" [id={safe(data['id'])}]" if data.get("id") and action != "delete" else ""
            self._out(f"{address}: {_DONE[action]} after {duration(data['seconds'])}{shown}\n")
        elif event == "apply_awaiting":
            self._out(f"{address}: Waiting for you to do and confirm it\n")
        elif event == "apply_errored":
            self._out(f"{address}: {_FAILED[action]} after {duration(data['seconds'])}\n")
