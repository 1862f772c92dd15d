"""How scripts get to the backup server: by somebody's hand, over SSH, over WinRM.

A transport with ``runs`` runs a script and gives back what it printed. Without, a script is written
to a file and somebody runs it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any, ClassVar

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam.powershell.script import Script

#: Reads a script from standard input and runs it. It never changes, so that nothing of a
#: configuration is ever part of a command line.
LOADER = (
    "$ProgressPreference='SilentlyContinue';"
    "[Console]::OutputEncoding=New-Object System.Text.UTF8Encoding($false);"
    "$t=[Console]::In.ReadToEnd();"
    "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($t))))"
)
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")
_USER = re.compile(r"[A-Za-z0-9_.][^\s:/'\"]*")
_LONGEST = 150
_POLL_SECONDS = 20
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


class Transport:
    """One way to run scripts."""

    #: Whether it runs scripts itself.
    runs: ClassVar[bool] = True

    def place(self, address: str) -> str:
        """The file that the script of an object is written to; empty for none."""
        return ""

    def note(self, address: str) -> str:
        """A sentence about what becomes of the script."""
        raise NotImplementedError

    def run(self, script: Script) -> str:
        """Run a script; what it printed.

        Raises:
            ProviderError: It could not be run.
        """
        raise NotImplementedError

    def write(self, script: Script, address: str) -> None:
        """Write the script for somebody to run."""
        raise NotImplementedError


class ScriptFiles(Transport):
    """Files that somebody takes to the backup server."""

    runs = False

    def __init__(self, directory: str) -> None:
        """Write below *directory*."""
        self._directory = directory

    def place(self, address: str) -> str:
        """The same file for an address every time; different ones for different addresses."""
        name = _UNSAFE.sub("_", address)[:_LONGEST]
        # Some systems take names for the same that differ in case only.
        if name != address.lower():
            name += "-" + hashlib.sha256(address.encode()).hexdigest()[:8]
        return f"{self._directory}/{name}.ps1"

    def note(self, address: str) -> str:
        """Where the script is."""
        return (f"it is written to {self.place(address)}; run it on the backup server with "
                "-ResultFile result.json.")

    def write(self, script: Script, address: str) -> None:
        """Write the file so that at every moment there is the old one or the new one."""
        path = Path(self.place(address))
        data = script.text.encode("ascii")
        try:
            if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            made = path.with_name(f".{path.name}.{os.getpid()}")
            made.unlink(missing_ok=True)
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            made.replace(path)
        except OSError as error:
            raise ProviderError(
                ErrorClass.FAILED, "Script cannot be written",
                f'"{path}" cannot be written: {error.strerror}.',
                hint="Set directory in the block powershell of the provider.") from error


class Ssh(Transport):
    """The system's ssh, whose keys, agents and host keys are used as they are."""

    def __init__(self, host: str, *, port: int, user: str | None, identity_file: str | None,
                 known_hosts_file: str | None, program: str, timeout: float) -> None:
        """Connect to *host* as *user*.

        Raises:
            ProviderError: ssh could take a name for something else.
        """
        for name, value, form in (("host", host, _HOST), ("user", user, _USER)):
            if value is not None and not form.fullmatch(value):
                raise ProviderError(ErrorClass.INVALID, "Provider argument is invalid",
                                    f"{name} of the block powershell is no name of a {name}.",
                                    attribute="powershell")
        self._host = host
        self._timeout = timeout
        encoded = base64.b64encode(LOADER.encode("utf-16-le")).decode()
        options = ["-p", str(port), "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"]
        if known_hosts_file:
            options += ["-o", f'UserKnownHostsFile="{known_hosts_file}"']
        if identity_file:
            options += ["-i", identity_file, "-o", "IdentitiesOnly=yes"]
        if user:
            options += ["-l", user]
        self._command = ["ssh", "-T", *options, "--", host, program, "-NoProfile",
                         "-NonInteractive", "-EncodedCommand", encoded]

    def note(self, address: str) -> str:
        """Over which way."""
        return f"it is run on {self._host} over SSH and read back."

    def run(self, script: Script) -> str:
        """Run ssh, which gets the script on its standard input."""
        try:
            done = subprocess.run(  # noqa: S603  # arguments as a list, the program is fixed
                self._command, input=base64.b64encode(script.text.encode()), capture_output=True,
                timeout=self._timeout, check=False)
        except subprocess.TimeoutExpired as error:
            raise ProviderError(
                ErrorClass.LOST, "PowerShell step did not end",
                f"The script on {self._host} did not end within {self._timeout:g} seconds.",
                hint="Plan again: the script reads what is there before it changes it.") from error
        except OSError as error:
            raise ProviderError(ErrorClass.UNREACHABLE, "ssh cannot be run",
                                f"The program ssh cannot be run: {error.strerror}.",
                                hint="Install an SSH client, or use transport script.") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[-2000:]
            # 255 is ssh's own: the script may or may not have begun.
            kind = ErrorClass.LOST if done.returncode == 255 else ErrorClass.FAILED
            raise ProviderError(
                kind, "PowerShell step could not be run",
                f"ssh to {self._host} ended with status {done.returncode}: {said or 'no reason'}",
                hint="Try: ssh -o BatchMode=yes -o StrictHostKeyChecking=yes "
                     f"{self._host}" if done.returncode == 255 else "")
        return done.stdout.decode("utf-8", "replace")


class Winrm(Transport):
    """PowerShell remoting over WinRM, with the library pypsrp (extra ``winrm``)."""

    def __init__(self, host: str, *, port: int, user: str | None, password: str | None, auth: str,
                 tls: bool, ca_file: str | None, timeout: float) -> None:
        """Connect to *host*; no password means the Kerberos ticket of whoever runs vbrprov."""
        self._host = host
        self._options: dict[str, Any] = {
            "port": port, "username": user, "password": password, "auth": auth, "ssl": tls,
            "cert_validation": ca_file or True, "operation_timeout": _POLL_SECONDS,
            "read_timeout": _POLL_SECONDS + 10,
        }
        self._timeout = timeout
        if not tls:
            # Without TLS only sealed messages may pass; the library refuses schemes without seal.
            self._options["encryption"] = "always"

    def note(self, address: str) -> str:
        """Over which way."""
        return f"it is run on {self._host} over WinRM and read back."

    def run(self, script: Script) -> str:
        """Run the script in a runspace of its own."""
        try:
            from pypsrp.complex_objects import PSInvocationState
            from pypsrp.exceptions import AuthenticationError, WinRMError
            from pypsrp.powershell import PowerShell, RunspacePool
            from pypsrp.wsman import WSMan
        except ImportError as error:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "WinRM is not installed",
                "Transport winrm needs the library pypsrp.",
                hint='Install it with: pip install "vbrprov[winrm]"') from error
        try:
            with WSMan(self._host, **self._options) as wsman, RunspacePool(wsman) as pool:
                shell = PowerShell(pool)
                shell.add_script(script.text)
                shell.begin_invoke()
                deadline = time.monotonic() + self._timeout
                while shell.state == PSInvocationState.RUNNING:
                    if time.monotonic() > deadline:
                        shell.stop()
                        raise ProviderError(
                            ErrorClass.LOST, "PowerShell step did not end", f"The script on "
                            f"{self._host} did not end within {self._timeout:g} seconds.")
                    shell.poll_invoke()
                out, errors = shell.output, [str(e) for e in shell.streams.error]
        except (AuthenticationError, WinRMError, OSError, ValueError) as error:
            raise ProviderError(
                ErrorClass.LOST, "PowerShell step could not be run",
                f"WinRM to {self._host}: {type(error).__name__}: {error}") from error
        if shell.had_errors and not out:
            raise ProviderError(ErrorClass.FAILED, "PowerShell step failed",
                                f"{self._host}: {'; '.join(errors)[:2000]}")
        return "\n".join(str(line) for line in out)
