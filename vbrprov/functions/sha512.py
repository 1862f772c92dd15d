"""sha512(str): the SHA-512 digest of a string."""

from vbrprov.functions._hash import string_hash

FUNCTION = string_hash("sha512", "sha512")
