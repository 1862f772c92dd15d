"""Logging in: which of the ways that Azure offers, and who one is then.

https://learn.microsoft.com/en-us/python/api/azure-identity/azure.identity
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.loading import load_login


@dataclass(frozen=True, slots=True)
class Cloud:
    """One of the clouds that Microsoft runs."""

    authority: str
    manager: str

    @property
    def scope(self) -> str:
        """What a token for its resource manager is asked for."""
        return f"{self.manager}/.default"


#: https://learn.microsoft.com/en-us/azure/azure-government/compare-azure-government-global-azure
CLOUDS: Final[Mapping[str, Cloud]] = {
    "public": Cloud("login.microsoftonline.com", "https://management.azure.com"),
    "usgovernment": Cloud("login.microsoftonline.us", "https://management.usgovcloudapi.net"),
    "china": Cloud("login.chinacloudapi.cn", "https://management.chinacloudapi.cn"),
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says of its owner."""

    tenant_id: str = ""
    client_id: str = ""
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in, checked: ``kind`` is one of the methods below."""

    kind: str
    cloud: Cloud
    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    certificate_path: str = ""
    certificate_password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    token_file: str = ""
    request_url: str = ""
    request_token: str = field(default="", repr=False)

    def credential(self) -> Any:
        """The credential of azure-identity; asks for no token yet.

        Raises:
            ProviderError: A file that it needs cannot be used.
        """
        load_login()
        try:
            made: Callable[[], Any] = getattr(self, f"_{self.kind}")
            return made()
        except (ValueError, OSError) as error:
            raise ProviderError(
                ErrorClass.INVALID, "Login cannot be used",
                f"The {self.kind.replace('_', ' ')} of the azurerm provider cannot be used: "
                f"{type(error).__name__}.") from error

    def _client_secret(self) -> Any:
        from azure.identity import ClientSecretCredential

        return ClientSecretCredential(self.tenant_id, self.client_id, self.client_secret,
                                      authority=self.cloud.authority)

    def _client_certificate(self) -> Any:
        from azure.identity import CertificateCredential

        return CertificateCredential(
            self.tenant_id, self.client_id, self.certificate_path,
            password=self.certificate_password or None, authority=self.cloud.authority)

    def _workload_identity(self) -> Any:
        from azure.identity import ClientAssertionCredential

        return ClientAssertionCredential(self.tenant_id, self.client_id, self._assertion,
                                         authority=self.cloud.authority)

    def _managed_identity(self) -> Any:
        from azure.identity import ManagedIdentityCredential

        return ManagedIdentityCredential(client_id=self.client_id or None)

    def _azure_cli(self) -> Any:
        from azure.identity import AzureCliCredential

        return AzureCliCredential(tenant_id=self.tenant_id)

    def _assertion(self) -> str:
        """The token of the identity provider, read anew each time: it is short-lived."""
        if self.token:
            return self.token
        if self.token_file:
            return Path(self.token_file).read_text(encoding="utf-8").strip()
        return _requested(self.request_url, self.request_token)


def _requested(url: str, bearer: str) -> str:
    """A token of a pipeline's own service, as GitHub Actions has it.

    https://docs.github.com/en/actions/reference/security/oidc
    """
    import urllib3

    joint = "&" if "?" in url else "?"
    answer = urllib3.request(
        "GET", f"{url}{joint}audience=api://AzureADTokenExchange",
        headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"}, timeout=30.0)
    if answer.status != 200:
        raise ValueError(f"the service of tokens answered HTTP {answer.status}")
    return str(answer.json()["value"])


def claims_of(token: str) -> Claims:
    """Who a token belongs to. It is not verified: Azure does that."""
    try:
        part = token.split(".")[1]
        data = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return Claims()
    return Claims(str(data.get("tid", "")), str(data.get("appid") or data.get("azp") or ""),
                  str(data.get("oid", "")))


def from_environment(*names: str) -> str:
    """The first of some variables that is set."""
    return next((value for name in names if (value := os.environ.get(name))), "")
