"""Where the provider's identity comes from.

https://docs.cloud.google.com/docs/authentication/application-default-credentials
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError

SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform",)
#: https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds
EXTERNAL: Final = ("external_account", "external_account_authorized_user")
_KINDS: Final = ("service_account", "authorized_user", "impersonated_service_account", *EXTERNAL)


@dataclass(frozen=True, slots=True)
class Login:
    """What the provider block and the environment say about credentials.

    ``credentials`` is a JSON document or the path of one. ``iam_endpoint`` overrides where
    impersonation asks. ``untrusted``: the configuration was written by strangers, so nothing in it
    may start a program or name a file.
    """

    credentials: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)
    impersonate: str | None = None
    delegates: tuple[str, ...] = ()
    iam_endpoint: str | None = None
    untrusted: bool = False
    #: Whether the block itself gives ``credentials``, and not the environment of who runs it.
    stated: bool = False
    learn_secret: Callable[[str], None] = lambda value: None


def key_document(login: Login) -> dict[str, Any] | None:
    """The JSON document of ``credentials``, checked; ``None`` when there is none.

    Raises:
        ProviderError: It cannot be read, or is no kind of credentials.
    """
    text = login.credentials
    if not text:
        return None
    if not text.lstrip().startswith("{"):
        if login.untrusted and login.stated:
            raise _refused("reads a file", "Give the credentials in the environment instead.")
        try:
            text = Path(text).expanduser().read_text(encoding="utf-8")
        except OSError as error:
            raise ProviderError(
                ErrorClass.INVALID, "Key file cannot be read",
                f"credentials is neither a JSON document nor a readable file: {error.strerror}.",
                attribute="credentials") from error
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind not in _KINDS:
        raise ProviderError(
            ErrorClass.INVALID, "Credentials not understood",
            "credentials is no JSON document of a service account, a user, or a federated "
            "identity.", attribute="credentials")
    for name in ("private_key", "refresh_token", "client_secret"):
        if document.get(name):
            login.learn_secret(str(document[name]))
    if login.untrusted:
        _check_untrusted(document, login)
    return document


def find(login: Login) -> tuple[Any, str | None]:
    """Credentials, and the project that they name.

    Raises:
        ProviderError: There are none, or they must not be used in an untrusted run.
    """
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    try:
        if login.access_token:
            from google.oauth2.credentials import Credentials

            found: Any = Credentials(login.access_token)  # type: ignore[no-untyped-call]  # the SDK's
            project: str | None = None
        elif (document := key_document(login)) is not None:
            found, project = from_document(document)
        else:
            if login.untrusted:
                _check_ambient(login)
            found, project = google.auth.default(scopes=SCOPES)
    except (GoogleAuthError, ValueError) as error:
        raise ProviderError(
            ErrorClass.DENIED, "No credentials",
            f"No usable Google credentials: {str(error)[:400].rstrip('.')}.",
            hint="Set credentials on the provider, GOOGLE_APPLICATION_CREDENTIALS, or log in with: "
                 "gcloud auth application-default login") from error
    return (_impersonated(found, login) if login.impersonate else found), project


def from_document(document: Mapping[str, Any]) -> tuple[Any, str | None]:
    """Credentials from a JSON document."""
    kind = document["type"]
    project = document.get("project_id") or document.get("quota_project_id")
    if kind == "service_account":
        from google.oauth2 import service_account

        found: Any = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]  # the SDK's
            dict(document), scopes=SCOPES)
        return found, project
    if kind == "external_account":
        return _federated(dict(document)), project
    if kind == "external_account_authorized_user":
        from google.auth import external_account_authorized_user

        found = external_account_authorized_user.Credentials.from_info(  # type: ignore[no-untyped-call]  # the SDK's
            dict(document))
        return found.with_scopes(SCOPES), project
    if kind == "impersonated_service_account":
        from google.auth import impersonated_credentials

        found = impersonated_credentials.Credentials.from_impersonated_service_account_info(  # type: ignore[no-untyped-call]  # the SDK's
            dict(document), scopes=SCOPES)
        return found, project
    from google.oauth2.credentials import Credentials

    return Credentials.from_authorized_user_info(dict(document), scopes=SCOPES), project  # type: ignore[no-untyped-call]  # the SDK's


def _federated(document: dict[str, Any]) -> Any:
    """Workload identity federation: a token of a file, a URL, AWS, or a program."""
    source = document.get("credential_source") or {}
    if "executable" in source:
        from google.auth import pluggable

        return pluggable.Credentials.from_info(document, scopes=SCOPES)  # type: ignore[no-untyped-call]  # the SDK's
    if str(document.get("subject_token_type", "")).endswith(":aws4_request"):
        from google.auth import aws

        return aws.Credentials.from_info(document, scopes=SCOPES)  # type: ignore[no-untyped-call]  # the SDK's
    from google.auth import identity_pool

    return identity_pool.Credentials.from_info(document, scopes=SCOPES)  # type: ignore[no-untyped-call]  # the SDK's


def _impersonated(source: Any, login: Login) -> Any:
    from google.auth import impersonated_credentials

    override = None
    if login.iam_endpoint:
        override = (f"{login.iam_endpoint.rstrip('/')}/v1/projects/-/serviceAccounts/"
                    f"{login.impersonate}:generateAccessToken")
    return impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]  # the SDK's
        source_credentials=source, target_principal=login.impersonate, target_scopes=list(SCOPES),
        delegates=list(login.delegates) or None, iam_endpoint_override=override)


def _refused(what: str, hint: str) -> ProviderError:
    return ProviderError(
        ErrorClass.INVALID, "Credentials not used in an untrusted run",
        f"The run is untrusted, and the provider's credentials use what it {what}.",
        attribute="credentials", hint=hint)


def _check_untrusted(document: Mapping[str, Any], login: Login) -> None:
    """Refuse what starts a program, and federation that strangers wrote.

    A federated identity names a file or URL to read and a URL to send the result to: in the
    configuration of a stranger it would carry any file of this machine away.
    """
    source = document.get("credential_source") or {}
    if isinstance(source, dict) and "executable" in source:
        raise _refused("starts a program for", "Use a federated identity with a file or a URL.")
    if login.stated and (document["type"] in EXTERNAL or "source_credentials" in document):
        raise _refused("reads for a federated identity of the configuration",
                       "Give the credentials in the environment instead.")


def _check_ambient(login: Login) -> None:
    """As ``_check_untrusted``, for the credentials file that the environment names."""
    path = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if not path:
        from google.auth import _cloud_sdk

        if Path(_cloud_sdk.get_application_default_credentials_path()).exists():  # type: ignore[no-untyped-call]  # the SDK's
            # For these the SDK starts gcloud, to ask for the project.
            raise _refused("starts gcloud for", "Set GOOGLE_APPLICATION_CREDENTIALS.")
        return
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # The SDK says what is wrong with it.
        return
    if isinstance(document, dict):
        _check_untrusted(document, login)
