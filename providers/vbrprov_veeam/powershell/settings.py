"""The block ``powershell`` of the provider: how scripts get to the backup server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import ErrorClass, Model, ProviderError, attribute
from vbrprov_veeam.powershell.transport import ScriptFiles, Ssh, Transport, Winrm

_SSH_PORT = 22
_WINRM_PORT = {True: 5986, False: 5985}


def _positive(value: Any) -> str | None:
    return None if value is None or value > 0 else "It must be greater than zero."


class PowershellBlock(Model):
    """``powershell``: for what the REST API cannot do."""

    transport: str = attribute(
        doc="script: scripts are written to files, somebody runs them and confirms the result. "
            "ssh and winrm: they are run on the backup server and read back.",
        default="script", choices=("script", "ssh", "winrm"))
    directory: str = attribute(doc="With transport script: folder of the scripts.",
                               default="vbrprov-steps")
    host: str | None = attribute(
        doc="With ssh and winrm: where the console is installed; the backup server when left out.")
    port: int | None = attribute(doc="Port; that of SSH or WinRM when left out.",
                                 validators=(_positive,))
    user: str | None = attribute(doc="User on that host.")
    password: str | None = attribute(
        doc="With winrm: password of the user; the Kerberos ticket is used when left out. SSH logs "
            "in with keys only.", sensitive=True, write_only=True)
    identity_file: str | None = attribute(doc="With ssh: file of the private key.")
    known_hosts_file: str | None = attribute(
        doc="With ssh: file of host keys, instead of the user's. Hosts that are not in it are "
            "refused.")
    program: str = attribute(doc="With ssh: pwsh, or powershell for Windows PowerShell 5.1.",
                             default="pwsh", choices=("pwsh", "powershell"))
    auth: str = attribute(doc="With winrm: how to log in.", default="negotiate",
                          choices=("negotiate", "kerberos", "ntlm", "basic"))
    tls: bool = attribute(doc="With winrm: use HTTPS.", default=True)
    ca_file: str | None = attribute(
        doc="With winrm: certificate authorities (PEM) to trust instead of the system's.")
    timeout: float = attribute(doc="How long a script may run.", default=600.0, unit="seconds",
                               validators=(_positive,))


def transport_of(block: PowershellBlock | None, server: str,
                 sandbox: Mapping[str, Any] | None) -> Transport:
    """The transport that a provider block asks for.

    In a sandbox what would run on the backup server runs in the sandbox's.

    Raises:
        ProviderError: Arguments do not go together.
    """
    block = block or PowershellBlock.from_values({})
    if block.transport == "script":
        return ScriptFiles((block.directory or "vbrprov-steps").rstrip("/\\") or ".")
    if sandbox is not None:
        from vbrprov_veeam.powershell.rehearsal import InDouble

        return InDouble(sandbox)
    host = block.host or server
    if block.transport == "ssh":
        if block.password is not None:
            raise ProviderError(
                ErrorClass.INVALID, "Provider argument does not apply",
                "SSH logs in with keys only; password of the block powershell goes with winrm.",
                attribute="powershell")
        return Ssh(host, port=block.port or _SSH_PORT, user=block.user,
                   identity_file=block.identity_file, known_hosts_file=block.known_hosts_file,
                   program=block.program or "pwsh", timeout=block.timeout)
    if block.auth == "basic" and not block.tls:
        raise ProviderError(
            ErrorClass.INVALID, "Provider argument is invalid",
            "With auth basic and without TLS the password would cross the network in plain.",
            attribute="powershell")
    return Winrm(host, port=block.port or _WINRM_PORT[bool(block.tls)], user=block.user,
                 password=block.password, auth=block.auth or "negotiate", tls=bool(block.tls),
                 ca_file=block.ca_file, timeout=block.timeout)
