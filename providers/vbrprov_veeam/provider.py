"""The provider block ``veeam``: which server, which user, and how to trust it."""

from __future__ import annotations

import os
import urllib.parse
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Model,
    ProviderConfig,
    ProviderContext,
    ProviderError,
    attribute,
    block,
)
from vbrprov_veeam.powershell.settings import PowershellBlock, transport_of
from vbrprov_veeam.server import Server

DEFAULT_PORT = 9419


def _positive(value: Any) -> str | None:
    return None if value is None or value > 0 else "It must be greater than zero."


class VeeamConfig(Model):
    """Arguments of ``provider "veeam"``."""

    server: str | None = attribute(
        doc="The backup server: a host name, host:port, or an https URL. Environment: "
            "VBRPROV_VEEAM_SERVER.")
    port: int = attribute(doc="Port of the REST API, where server does not name one.",
                          default=DEFAULT_PORT, validators=(_positive,))
    username: str | None = attribute(
        doc="User with the role Backup Administrator. Environment: VBRPROV_VEEAM_USERNAME.")
    password: str | None = attribute(
        doc="Password of the user. Environment: VBRPROV_VEEAM_PASSWORD.", sensitive=True,
        write_only=True)
    fingerprint: str | None = attribute(
        doc="SHA-256 fingerprint of the server's certificate; no other is accepted then. "
            "Environment: VBRPROV_VEEAM_FINGERPRINT.")
    ca_file: str | None = attribute(
        doc="File of certificate authorities (PEM) to trust instead of the system's.")
    revision: str = attribute(
        doc="Revision of the REST API, such as 1.3-rev1; auto takes the newest that both sides "
            "know.", default="auto")
    timeout: float = attribute(doc="How long to wait for one answer.", default=60.0, unit="seconds",
                               validators=(_positive,))
    session_timeout: float = attribute(
        doc="How long to wait for a session, as the server calls a write that takes time.",
        default=1800.0, unit="seconds", validators=(_positive,))
    max_connections: int = attribute(
        doc="How many calls to the server may run at a time, those of all provider blocks for it "
            "together; the lowest of their limits counts.", default=8, validators=(_positive,))
    proxy: str | None = attribute(
        doc="HTTP proxy on the way to the server, such as http://proxy.example.com:3128; a user "
            "and password may be in it. none uses none. Environment: VBRPROV_VEEAM_PROXY, else "
            "HTTPS_PROXY and NO_PROXY.", sensitive=True, write_only=True)
    powershell: PowershellBlock | None = block(
        doc="How steps that the REST API cannot do get to the backup server; as script files that "
            "somebody runs, when left out.")


class VeeamProvider(ProviderConfig):
    """Makes the connection to one server."""

    model = VeeamConfig

    def configure(self, config: VeeamConfig, context: ProviderContext) -> Server:
        """A connection that logs in with its first call.

        In a sandbox it leads to the sandbox's server; address and login of the configuration are
        not used then.

        Raises:
            ProviderError: Something is missing, or cannot be right.
        """
        sandbox = context.sandbox
        given = {
            name: getattr(config, name) or os.environ.get(f"VBRPROV_VEEAM_{name.upper()}")
            for name in ("server", "username", "password", "fingerprint", "proxy")
        }
        options: dict[str, Any] = {
            "revision": config.revision or "auto",
            "timeout": config.timeout,
            "session_timeout": config.session_timeout,
            "max_connections": config.max_connections,
        }
        if sandbox is not None:
            url = str(sandbox["url"])
            username, password = str(sandbox["username"]), str(sandbox["password"])
            options |= {"fingerprint": sandbox.get("fingerprint"), "proxy": "none"}
            if sandbox.get("poll_interval"):
                first, longest = sandbox["poll_interval"]
                options["poll_interval"] = (float(first), float(longest))
        else:
            for name in ("server", "username", "password"):
                if not given[name]:
                    raise ProviderError(
                        ErrorClass.INVALID, "Provider argument is missing",
                        f'{name} of provider "veeam" is not set.', attribute=name,
                        hint=f"Set it in the provider block, or set VBRPROV_VEEAM_{name.upper()}.")
            _check_trust(config, context)
            url = base_url(str(given["server"]), config.port or DEFAULT_PORT)
            username, password = str(given["username"]), str(given["password"])
            options |= {"fingerprint": given["fingerprint"] or None, "ca_file": config.ca_file,
                        "proxy": given["proxy"] or None}
            proxy_password = urllib.parse.urlsplit(given["proxy"] or "").password
            if proxy_password:
                context.secret(proxy_password)
        context.secret(password)

        from vbrprov_veeam.api import VbrClient

        try:
            client = VbrClient(url, username, password, **options)
        except (ValueError, OSError) as error:
            raise ProviderError(ErrorClass.INVALID, "Provider argument is invalid",
                                f"{error}.") from error
        if config.powershell is not None and config.powershell.password:
            context.secret(config.powershell.password)
        parts = urllib.parse.urlsplit(url)
        return Server(client, parts.netloc,
                      transport_of(config.powershell, str(parts.hostname), sandbox))

    def close(self, client: Server) -> None:
        """Log out."""
        client.close()


def _check_trust(config: VeeamConfig, context: ProviderContext) -> None:
    """What a configuration of strangers may not say: see ``ProviderContext``."""
    context.check_file("ca_file", config.ca_file)
    if not context.untrusted:
        return
    if not config.password and config.server not in (None, os.environ.get("VBRPROV_VEEAM_SERVER")):
        raise context.refusal(
            "server", "The password of the environment would be sent to a server that the "
            "configuration names.", hint="Set VBRPROV_VEEAM_SERVER to the same server.")
    steps = config.powershell
    if steps is None:
        return
    context.check_file("powershell", steps.ca_file)
    context.check_file("powershell", steps.directory)
    if steps.transport == "ssh":
        raise context.refusal("powershell", "Transport ssh starts the program ssh.")
    if steps.transport == "winrm" and not steps.password:
        raise context.refusal("powershell", "Transport winrm without a password uses the Kerberos "
                              "ticket of whoever runs this.")


def base_url(server: str, port: int) -> str:
    """The URL of a server given as a host, as host:port or as a URL.

    Raises:
        ProviderError: It is none of these.
    """
    # A bare IPv6 address has colons of its own; only brackets tell where a port begins.
    text = f"[{server}]" if server.count(":") > 1 and "[" not in server and "//" not in server \
        else server
    parts = urllib.parse.urlsplit(text if "//" in text else f"https://{text}")
    try:
        given = parts.port
    except ValueError:
        given = -1
    if parts.scheme != "https" or not parts.hostname or given == -1 or parts.path not in ("", "/") \
            or parts.username is not None or parts.query:
        raise ProviderError(
            ErrorClass.INVALID, "Provider argument is invalid",
            "server is neither a host name, nor host:port, nor an https URL without a path and "
            "without a user.", attribute="server")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}:{given or port}"


CONFIG = VeeamProvider()
