"""sha1(str): the SHA-1 digest of a string."""

from vbrprov.functions._hash import string_hash

FUNCTION = string_hash("sha1", "sha1")
