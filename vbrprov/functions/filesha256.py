"""filesha256(path): the SHA-256 digest of a file."""

from vbrprov.functions._hash import file_hash

FUNCTION = file_hash("filesha256", "sha256")
