"""filesha512(path): the SHA-512 digest of a file."""

from vbrprov.functions._hash import file_hash

FUNCTION = file_hash("filesha512", "sha512")
