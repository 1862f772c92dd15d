"""md5(str): the MD5 digest of a string."""

from vbrprov.functions._hash import string_hash

FUNCTION = string_hash("md5", "md5")
