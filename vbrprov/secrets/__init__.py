"""Secrets: fingerprints in place of values, and the redactor on every output.

Here: what keeps a secret from being written. Not here: where secrets come from.
"""

from vbrprov.secrets.fingerprint import SecretBook, fingerprint, matches
from vbrprov.secrets.redact import Redactor
from vbrprov.secrets.spellings import MIN_LENGTH

__all__ = ["MIN_LENGTH", "Redactor", "SecretBook", "fingerprint", "matches"]
