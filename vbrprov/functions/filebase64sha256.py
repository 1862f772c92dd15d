"""filebase64sha256(path): the SHA-256 digest of a file, as Base64."""

from vbrprov.functions._hash import file_hash

FUNCTION = file_hash("filebase64sha256", "sha256", base64=True)
