"""The clients of one configured provider: made on first use, shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

import vbrprov
from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.arm import Arm
from vbrprov_azure.clients import StorageClient
from vbrprov_azure.errors import Operation, invoke
from vbrprov_azure.loading import load, load_storage
from vbrprov_azure.login import CLOUDS, Claims, Cloud, Login, claims_of

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 120
DEFAULT_RETRIES: Final = 8
#: Longest pause between two attempts of the library.
LONGEST_PAUSE_SECONDS: Final = 30
#: How often a long-running operation is asked after, where Azure does not say.
POLL_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider block says, checked and with its defaults.

    ``login`` is ``None`` for the double, which takes any token.
    """

    subscription_id: str
    login: Login | None
    cloud: Cloud = CLOUDS["public"]
    endpoint: str = ""
    sandbox_claims: Claims = field(default_factory=Claims)
    max_retries: int = DEFAULT_RETRIES
    poll_seconds: float = POLL_SECONDS
    learn_secret: Callable[[str], None] = lambda value: None


class Clients:
    """The client object of the provider (see the protocol ``AzureClients``).

    Making it costs no call and imports nothing of Azure.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._storage: dict[str, StorageClient] = {}
        self._arm: Arm | None = None
        self._credential: Any = None
        self.subscription_id = settings.subscription_id
        self.sandbox = settings.login is None

    @property
    def _endpoint(self) -> str:
        return self._settings.endpoint or self._settings.cloud.manager

    def _login(self) -> Any:
        if self._credential is None:
            login = self._settings.login
            self._credential = _Anyone() if login is None else login.credential()
        return self._credential

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "retry_total": self._settings.max_retries,
            "retry_status": self._settings.max_retries,
            "retry_backoff_max": LONGEST_PAUSE_SECONDS,
            "connection_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "polling_interval": self._settings.poll_seconds,
            "user_agent": f"vbrprov/{vbrprov.__version__}",
        }
        if self.sandbox:
            # The library sends no token over plain http, and would ask a proxy for loopback.
            options |= {"authentication_policy": _anyone(), "proxies": {},
                        "use_env_settings": False, "retry_backoff_factor": 0.05}
        return options

    def storage(self, subscription_id: str | None = None) -> StorageClient:
        """The storage client of a subscription, the provider's own by default."""
        subscription = subscription_id or self.subscription_id
        made = self._storage.get(subscription)
        if made is not None:
            return made
        with self._lock:
            if subscription not in self._storage:
                load_storage()
                from azure.mgmt.storage import StorageManagementClient

                self._storage[subscription] = cast("StorageClient", StorageManagementClient(
                    self._login(), subscription, self._endpoint,
                    credential_scopes=[self._settings.cloud.scope], **self._options()))
            return self._storage[subscription]

    @property
    def arm(self) -> Arm:
        """The thin client for everything else."""
        if self._arm is None:
            with self._lock:
                if self._arm is None:
                    self._arm = Arm(self._pipeline(), self._endpoint, self._settings.poll_seconds)
        return self._arm

    def _pipeline(self) -> Any:
        load()
        from azure.core.pipeline import policies
        from azure.mgmt.core import ARMPipelineClient
        from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy, ARMHttpLoggingPolicy

        options = self._options()
        login = options.pop("authentication_policy", None) or ARMChallengeAuthenticationPolicy(
            self._login(), self._settings.cloud.scope)
        chain = [
            policies.RequestIdPolicy(), policies.HeadersPolicy(),
            policies.UserAgentPolicy(options["user_agent"]), policies.ProxyPolicy(**options),
            policies.RedirectPolicy(), policies.RetryPolicy(**options), login,
            ARMHttpLoggingPolicy(),
        ]
        return ARMPipelineClient(base_url=self._endpoint, policies=chain, **options)

    def claims(self) -> Claims:
        """Who the provider is.

        Raises:
            ProviderError: There is no login.
        """
        if self.sandbox:
            return self._settings.sandbox_claims
        operation = Operation("GetToken", "the provider's own identity", reads=True)
        token = invoke(operation, lambda: self._login().get_token(self._settings.cloud.scope))
        found = claims_of(str(token.token))
        if not found.object_id:
            raise ProviderError(ErrorClass.FAILED, "Token not understood",
                                "The token of the login does not say whose it is.")
        return found

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        self._settings.learn_secret(value)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._storage.values():
                client.close()
            self._storage.clear()
            if self._arm is not None:
                self._arm.close()
                self._arm = None
            if self._credential is not None:
                self._credential.close()
                self._credential = None


class _Anyone:
    """Stands for a login where none is needed."""

    def close(self) -> None:
        """Nothing is open."""


def _anyone() -> Any:
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class Token(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            request.http_request.headers["Authorization"] = "Bearer sandbox"

    return Token()
