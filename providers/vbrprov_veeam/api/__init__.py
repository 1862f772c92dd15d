"""A thin client of the Veeam Backup & Replication (VBR) REST API.

Payloads are plain JSON dictionaries in the words of the API; resource types know what they mean.
This package knows transport, login, revisions, paging, sessions and errors, and nothing of HCL.
"""

from vbrprov_veeam.api.client import VbrClient
from vbrprov_veeam.api.errors import (
    VbrAlreadyExists,
    VbrAmbiguousObject,
    VbrAuthError,
    VbrBusy,
    VbrError,
    VbrLostAnswer,
    VbrNotFound,
    VbrRequestError,
    VbrRevisionError,
    VbrServerError,
    VbrSessionError,
    VbrSessionTimeout,
    VbrTlsError,
    VbrUnreachable,
)
from vbrprov_veeam.api.revisions import (
    KNOWN_REVISIONS,
    Feature,
    Wire,
    at_least,
    first_revision,
    supports,
)
from vbrprov_veeam.api.values import Json, without_nulls

__all__ = [
    "KNOWN_REVISIONS",
    "Feature",
    "Json",
    "VbrAlreadyExists",
    "VbrAmbiguousObject",
    "VbrAuthError",
    "VbrBusy",
    "VbrClient",
    "VbrError",
    "VbrLostAnswer",
    "VbrNotFound",
    "VbrRequestError",
    "VbrRevisionError",
    "VbrServerError",
    "VbrSessionError",
    "VbrSessionTimeout",
    "VbrTlsError",
    "VbrUnreachable",
    "Wire",
    "at_least",
    "first_revision",
    "supports",
    "without_nulls",
]
