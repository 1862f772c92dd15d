"""filesha1(path): the SHA-1 digest of a file."""

from vbrprov.functions._hash import file_hash

FUNCTION = file_hash("filesha1", "sha1")
