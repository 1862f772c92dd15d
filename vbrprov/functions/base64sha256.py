"""base64sha256(str): the SHA-256 digest of a string, as Base64."""

from vbrprov.functions._hash import string_hash

FUNCTION = string_hash("base64sha256", "sha256", base64=True)
