"""Ephemeral resources: what lives only while one run needs it, and is recorded nowhere."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from vbrprov.sdk.model import Model
from vbrprov.sdk.resource import StepContext

M = TypeVar("M", bound=Model)
C = TypeVar("C")


class Opened(msgspec.Struct, Generic[M]):
    """An ephemeral resource that is open.

    ``result`` holds the arguments and what was made. ``private`` is for ``renew`` and ``close`` and
    never leaves the process. ``renew_after`` is in seconds from now, ``None`` when it does not
    expire.
    """

    result: M
    private: Any = None
    renew_after: float | None = None


class EphemeralResource(Generic[M, C]):
    """One ephemeral resource type. Stateless: one instance serves all resources of the type."""

    type_name: ClassVar[str]
    model: ClassVar[type[Model]]
    doc: ClassVar[str] = ""
    source: ClassVar[str] = ""

    def open(self, client: C, config: M, ctx: StepContext) -> Opened[M]:
        """Make it; *config* holds the arguments.

        Called once while planning, when all arguments are known by then, and once while applying.

        Raises:
            ProviderError: It cannot be made.
        """
        raise NotImplementedError

    def renew(self, client: C, opened: Opened[M], ctx: StepContext) -> Opened[M]:
        """Keep it alive; called after ``renew_after`` seconds, on a thread of its own.

        Its result must stay the same: others may have used it already.

        Raises:
            ProviderError: It is lost.
        """
        return opened

    def close(self, client: C, opened: Opened[M], ctx: StepContext) -> None:
        """Give it back at the end of the run, also after errors.

        Raises:
            ProviderError: It may still exist.
        """
