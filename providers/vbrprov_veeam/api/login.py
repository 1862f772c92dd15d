"""Access tokens: one login per run, refreshed by one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from vbrprov_veeam.api.errors import VbrAuthError, VbrError
from vbrprov_veeam.api.values import Json

# Asks the server for a token with these form fields.
TokenRequest = Callable[[dict[str, str]], Json]

_MARGIN_SECONDS = 30.0
_MARGIN_SHARE = 0.1


class Login:
    """Holds the tokens of one user.

    A refresh token works once, so refreshes go through a lock; the vendor's document contradicts
    itself on how long a token lives, so only ``expires_in`` counts.
    """

    def __init__(
        self, username: str, password: str, request: TokenRequest, clock: Callable[[], float]
    ) -> None:
        """Log in with *request* when a token is first needed."""
        self._username = username
        self._password = password
        self._request = request
        self._clock = clock
        self._lock = threading.Lock()
        self._access: str | None = None
        self._refresh: str | None = None
        self._renew_at = 0.0
        self._refused: VbrAuthError | None = None

    def secrets(self) -> list[str]:
        """Return what no message may show."""
        return [s for s in (self._password, self._access, self._refresh) if s]

    def token(self) -> str:
        """Return an access token that is still good for a while.

        Raises:
            VbrAuthError: The server does not accept the user.
        """
        with self._lock:
            if self._access is not None and self._clock() < self._renew_at:
                return self._access
            return self._renew()

    def renew(self, rejected: str) -> str:
        """Return another token than *rejected*, which the server no longer takes.

        Raises:
            VbrAuthError: The server does not accept the user.
        """
        with self._lock:
            if self._access is not None and self._access != rejected:
                return self._access
            # What the server rejects it may have forgotten, with the refresh token.
            self._refresh = None
            return self._renew()

    def forget(self) -> str | None:
        """Drop the tokens; return the access token that was in use."""
        with self._lock:
            access, self._access, self._refresh = self._access, None, None
            return access

    def _renew(self) -> str:
        if self._refused is not None:
            # Another attempt with the same password can only lock the account.
            raise self._refused
        refresh, self._refresh = self._refresh, None
        answer: Json | None = None
        if refresh is not None:
            try:
                answer = self._request({"grant_type": "refresh_token", "refresh_token": refresh})
            except VbrError:
                answer = None  # the password still works
        if answer is None:
            try:
                answer = self._request(
                    {
                        "grant_type": "password",
                        "username": self._username,
                        "password": self._password,
                        # A run needs no token that outlives it by two weeks.
                        "use_short_term_refresh": "true",
                    }
                )
            except VbrAuthError as error:
                self._refused = error
                raise
        self._access = str(answer["access_token"])
        self._refresh = answer.get("refresh_token")
        life = float(answer.get("expires_in") or 60.0)
        self._renew_at = self._clock() + life - min(_MARGIN_SECONDS, life * _MARGIN_SHARE)
        return self._access
