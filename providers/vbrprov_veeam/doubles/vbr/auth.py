"""Logins: access tokens, single-use refresh tokens, logout."""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.errors import ApiError, access_denied, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vbrprov_veeam.doubles.vbr.json_types import Json

_REFRESH_SECONDS = 14 * 24 * 3600
_SHORT_REFRESH_EXTRA_SECONDS = 15 * 60


class Auth:
    """Issues and checks tokens of one user.

    Attributes:
        counts: How often each kind of request was accepted or refused.
    """

    def __init__(self, username: str, password: str, *, token_seconds: float) -> None:
        """Accept one user; an access token lives *token_seconds*."""
        self._username = username
        self._password = password
        self._token_seconds = token_seconds
        self._access: dict[str, float] = {}
        self._refresh: dict[str, tuple[float, str]] = {}
        self.counts = {"login": 0, "refresh": 0, "logout": 0, "refused": 0}

    def token(self, form: Mapping[str, str]) -> Json:
        """Answer a request for a token."""
        grant = form.get("grant_type", "")
        # The document's prose says `password`, its enum `Password`; real clients send both.
        if grant.lower() == "password":
            name_ok = hmac.compare_digest(
                form.get("username", "").encode(), self._username.encode()
            )
            word_ok = hmac.compare_digest(
                form.get("password", "").encode(), self._password.encode()
            )
            if not (name_ok and word_ok):
                self.counts["refused"] += 1
                raise access_denied("Invalid user name or password")
            self.counts["login"] += 1
        elif grant.lower() == "refresh_token":
            self._use_refresh_token(form.get("refresh_token", ""))
            self.counts["refresh"] += 1
        else:
            raise bad_request(f"Grant type '{grant}' is not supported by the double")
        return self._issue(short=form.get("use_short_term_refresh", "").lower() == "true")

    def _use_refresh_token(self, token: str) -> None:
        expiry, access = self._refresh.pop(token, (0.0, ""))
        if time.monotonic() >= expiry:
            self.counts["refused"] += 1
            raise ApiError(401, "InvalidToken", "Refresh token is invalid, used or expired")
        self._access.pop(access, None)

    def _issue(self, *, short: bool) -> Json:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        now = time.monotonic()
        self._access[access] = now + self._token_seconds
        life = self._token_seconds + _SHORT_REFRESH_EXTRA_SECONDS if short else _REFRESH_SECONDS
        self._refresh[refresh] = (now + life, access)
        issued = datetime.now(UTC)
        return {
            "access_token": access,
            "token_type": "bearer",
            "refresh_token": refresh,
            "expires_in": int(self._token_seconds),
            ".issued": issued.isoformat(),
            ".expires": (issued + timedelta(seconds=self._token_seconds)).isoformat(),
        }

    def check(self, authorization: str | None) -> str:
        """Return the token of a request if it is valid.

        Raises:
            ApiError: 401.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise access_denied("Authorization header is missing")
        expiry = self._access.get(token)
        if expiry is None:
            raise ApiError(401, "InvalidToken", "Access token is invalid")
        if time.monotonic() >= expiry:
            raise ApiError(401, "ExpiredToken", "Access token has expired")
        return token

    def logout(self, token: str) -> None:
        """Make the token and its refresh token worthless."""
        self.counts["logout"] += 1
        self._access.pop(token, None)
        self._refresh = {k: v for k, v in self._refresh.items() if v[1] != token}

    def forget_all(self) -> None:
        """Know no token any more, as after a restart."""
        self._access, self._refresh = {}, {}

    def expire_all(self, *, refresh_too: bool = False) -> None:
        """Let every access token expire now, and every refresh token if asked."""
        self._access = dict.fromkeys(self._access, 0.0)
        if refresh_too:
            self._refresh = {}
