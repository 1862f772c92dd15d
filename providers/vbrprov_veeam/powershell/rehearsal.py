"""The transport of a sandbox: scripts run in the double of the server."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam.powershell.script import Script
from vbrprov_veeam.powershell.transport import Transport


def run_in_double(url: str, text: str, *, seen: bool = False) -> str:
    """Have the double at *url* run a script, with *seen* after a look; what it printed.

    Raises:
        OSError: The double refused, or is gone.
    """
    # The double's certificate is its own; what it runs is no secret.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    request = urllib.request.Request(  # noqa: S310  # loopback
        f"{url}/_double/powershell", json.dumps({"script": text, "seen": seen}).encode(),
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
        return str(json.load(answer)["output"])


class InDouble(Transport):
    """Runs scripts in the sandbox."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        """Use the double that *sandbox* names."""
        self._url = str(sandbox["url"])

    def note(self, address: str) -> str:
        """Where it runs."""
        return "it is run in the sandbox and read back."

    def run(self, script: Script) -> str:
        """Run the script in the double."""
        try:
            return run_in_double(self._url, script.text)
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            raise ProviderError(ErrorClass.FAILED, "PowerShell step could not be run",
                                f"The sandbox refused the script: {said}") from error
        except OSError as error:
            raise ProviderError(ErrorClass.LOST, "PowerShell step could not be run",
                                f"The sandbox gave no answer: {error}.") from error
