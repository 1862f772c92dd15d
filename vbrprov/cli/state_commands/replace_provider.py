"""``vbrprov state replace-provider``: Terraform's name for ``replace-address``."""

from __future__ import annotations

from vbrprov.cli.state_commands.replace_address import command

__all__ = ["command"]
