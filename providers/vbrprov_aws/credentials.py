"""Where credentials come from: a botocore session, and roles that it takes on.

Without any in the provider block, botocore searches as all AWS tools do: environment, web identity,
SSO cache, shared files, ``credential_process``, container and machine role.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.settings import AssumedRole, Settings, WebIdentity
from vbrprov_s3.loading import load

#: Sources that neither run a program nor read a file of the user's (botocore's names).
TRUSTED_ONLY: Final = frozenset({
    "explicit", "env", "assume-role-with-web-identity", "container-role", "iam-role"})

#: Secrets in answers, XML and JSON.
_TOLD_ONCE = re.compile(
    r"((?:secretaccesskey|sessiontoken|accesstoken|refreshtoken)(?:>|\"\s*:\s*\"))[^<\"]*", re.I)


def _hide_new_secrets(record: logging.LogRecord) -> bool:
    """Mask secrets that an answer tells: botocore logs the answer before anybody knows them."""
    record.msg = _TOLD_ONCE.sub(r"\1(sensitive)", record.getMessage())
    record.args = ()
    return True


def new_session(settings: Settings) -> Any:
    """A botocore session. Makes no call and runs no program.

    Raises:
        ProviderError: There is no such profile, or it is not to be read.
    """
    load()
    import botocore.session
    from botocore.exceptions import BotoCoreError

    logging.getLogger("botocore.parsers").addFilter(_hide_new_secrets)
    # botocore reads AWS_DEFAULT_REGION only; every other AWS SDK prefers AWS_REGION.
    variables: dict[str, tuple[str | None, Any, Any, Any]] = {
        "region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None)}
    if settings.sandbox or settings.untrusted:
        # A sandbox must not see the user's own profiles, nor fail on a broken one.
        variables |= {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    if settings.sandbox:
        variables.pop("region")
    if settings.untrusted:
        _refuse_files(settings)
    try:
        session = botocore.session.Session(session_vars=variables, profile=settings.profile)
        if settings.access_key:
            session.set_credentials(settings.access_key, settings.secret_key, settings.token)
        # Reads the profile now, so that a missing one is told before any call.
        session.get_config_variable("region")
    except BotoCoreError as error:
        raise ProviderError(ErrorClass.INVALID, "Provider cannot be configured",
                            f"{error}.".replace("..", "."), attribute="profile") from error
    if settings.untrusted:
        resolver = session.get_component("credential_provider")
        resolver.providers = [p for p in resolver.providers if p.METHOD in TRUSTED_ONLY]
    return session


def _refuse_files(settings: Settings) -> None:
    """Configuration that is not trusted names no file outside the folder."""
    if settings.profile:
        raise _untrusted("profile", "A profile is read from files outside the folder and may start "
                                    "a program (credential_process).")
    inside = Path.cwd().resolve()
    token = settings.web_identity.token_file if settings.web_identity is not None else None
    for name, path in (("custom_ca_bundle", settings.ca_bundle),
                       ("assume_role_with_web_identity.web_identity_token_file", token)):
        if path and not Path(path).resolve().is_relative_to(inside):
            raise _untrusted(name, f'"{path}" is outside the folder.')
    sts = settings.endpoints.get("sts")
    if sts and (settings.web_identity is not None or os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE")):
        raise _untrusted("endpoints.sts", "The token of the web identity would be sent to an "
                                          "endpoint that the configuration names.")


def _untrusted(attribute: str, reason: str) -> ProviderError:
    return ProviderError(
        ErrorClass.DENIED, "Not for untrusted configuration", f"{reason} The run is -untrusted.",
        attribute=attribute,
        hint="Give the run its credentials in environment variables, or by a role of the machine.")


def take_on(session: Any, settings: Settings, create: Callable[..., Any]) -> None:
    """Have *session* act as the roles that *settings* name: web identity first, then the role.

    *create* makes a client from a service name. Not done when the session is made: looking for the
    source credentials may start a program or ask the network.
    """
    # botocore has no public way to set credentials that renew themselves.
    if settings.web_identity is not None:
        session._credentials = _by_web_identity(settings.web_identity, create)
    if settings.assume_role is not None:
        source = session.get_credentials()
        if source is None:
            raise ProviderError(
                ErrorClass.DENIED, "No credentials",
                "assume_role needs credentials to start from, and none were found.",
                attribute="assume_role")
        session._credentials = _by_role(settings.assume_role, source, create)


def _by_role(role: AssumedRole, source: Any, create: Callable[..., Any]) -> Any:
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

    extra: dict[str, Any] = {"RoleSessionName": role.session_name, **role.extra}
    if role.external_id:
        extra["ExternalId"] = role.external_id
    if role.duration_seconds:
        extra["DurationSeconds"] = role.duration_seconds
    fetcher = AssumeRoleCredentialFetcher(create, source, role.role_arn, extra_args=extra)
    return DeferredRefreshableCredentials(
        method="assume-role", refresh_using=fetcher.fetch_credentials)


def _by_web_identity(identity: WebIdentity, create: Callable[..., Any]) -> Any:
    from botocore.credentials import (
        AssumeRoleWithWebIdentityCredentialFetcher,
        DeferredRefreshableCredentials,
    )

    def token() -> str:
        if identity.token:
            return identity.token
        path = Path(identity.token_file or "")
        try:
            # Read anew for each session: CI systems renew the file.
            return path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ProviderError(
                ErrorClass.DENIED, "No web identity token", f'"{path}" cannot be read: {error}.',
                attribute="assume_role_with_web_identity") from error

    extra: dict[str, Any] = {"RoleSessionName": identity.session_name}
    if identity.duration_seconds:
        extra["DurationSeconds"] = identity.duration_seconds
    fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
        create, token, identity.role_arn, extra_args=extra)
    return DeferredRefreshableCredentials(
        method="assume-role-with-web-identity", refresh_using=fetcher.fetch_credentials)
