"""A stateful double of the Veeam Backup & Replication (VBR) REST API.

It keeps objects in memory, runs sessions, hands out tokens, and checks every request and every
answer of its own against the official OpenAPI document. What the document does not say is taken
from the vendor's examples and marked in the code as an assumption.

``python -m vbrprov_veeam.doubles.vbr`` runs it as a process of its own. It needs the packages
``jsonschema-rs`` and ``cryptography``.
"""

from vbrprov_veeam.doubles.vbr.server import VbrDouble

__all__ = ["VbrDouble"]
