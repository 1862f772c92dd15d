"""Why a state cannot be used, in words for the user."""

from __future__ import annotations

from vbrprov.diag import Diagnostic, Severity
from vbrprov.platform_.lock import LockHolder

REPAIR_COMMAND = "vbrprov state repair"
RECOVER_COMMAND = "vbrprov state recover"


class StateError(Exception):
    """The state cannot be read or written. Becomes a diagnostic through :attr:`diagnostic`."""

    summary = "State not usable"

    def __init__(self, detail: str, *, hint: str = "") -> None:
        self.detail = detail
        self.hint = hint
        super().__init__(detail)

    @property
    def diagnostic(self) -> Diagnostic:
        """The error as the user is to see it."""
        return Diagnostic(Severity.ERROR, self.summary, self.detail, hint=self.hint)


class StateDamagedError(StateError):
    """The content of a file is not what was written. The hint names the repair command."""

    summary = "State damaged"

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"{detail} Nothing was changed.",
            hint=f"To see what can be saved, and to put the state in order, run:\n\n"
            f"    {REPAIR_COMMAND}",
        )


class StateMissingError(StateDamagedError):
    """A stack exists, but a file that holds its state does not. Never taken for a new stack."""

    summary = "State missing"


class StateLostError(StateMissingError):
    """A stack exists, and of its state nothing is left that could be restored."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.hint = ("To find the objects of the stack again by the configuration and by the marks "
                     f"that they bear, and to record them anew, run:\n\n    {RECOVER_COMMAND}")


class StateExistsError(StateError):
    """There is a state, or one that can be restored, so none is made from what exists outside."""

    summary = "State not lost"


class StateVersionError(StateError):
    """A newer version of this program wrote the file."""

    summary = "State from a newer version"


class StateAccessError(StateError):
    """A file or folder of the state cannot be opened, read or written."""

    summary = "State not accessible"


class StateSpaceError(StateError):
    """The disk cannot hold what the run would record. Raised before the first call."""

    summary = "Not enough space for the state"


class StaleStateError(StateError):
    """The state changed since a saved plan was made, or belongs to another stack."""

    summary = "Saved plan is stale"


class StateLockedError(StateError):
    """Another process works on this state."""

    summary = "State locked"

    def __init__(self, detail: str, holder: LockHolder | None, *, hint: str = "") -> None:
        self.holder = holder
        super().__init__(detail, hint=hint)


class JournalFailed(StateError):  # noqa: N818 - the state of a journal: it failed once and stays so
    """The journal could not be written. No new call may start; outcomes are spilled."""

    summary = "Journal not writable"
