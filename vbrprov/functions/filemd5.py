"""filemd5(path): the MD5 digest of a file."""

from vbrprov.functions._hash import file_hash

FUNCTION = file_hash("filemd5", "md5")
