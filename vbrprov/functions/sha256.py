"""sha256(str): the SHA-256 digest of a string."""

from vbrprov.functions._hash import string_hash

FUNCTION = string_hash("sha256", "sha256")
