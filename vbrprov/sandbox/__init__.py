"""The sandbox: embedded doubles in a background process of their own.

Here: finding, starting and stopping that process. Not here: the doubles (each provider's own).
"""

from vbrprov.sandbox.client import SandboxError, SandboxInfo, ensure_running, reset, running, stop

__all__ = ["SandboxError", "SandboxInfo", "ensure_running", "reset", "running", "stop"]
