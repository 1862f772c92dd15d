"""One file a command below ``vbrprov metadata``."""
