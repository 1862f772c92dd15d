"""base64sha512(str): the SHA-512 digest of a string, as Base64."""

from vbrprov.functions._hash import string_hash

FUNCTION = string_hash("base64sha512", "sha512", base64=True)
