"""filebase64sha512(path): the SHA-512 digest of a file, as Base64."""

from vbrprov.functions._hash import file_hash

FUNCTION = file_hash("filebase64sha512", "sha512", base64=True)
