"""One file a command below ``vbrprov policy``."""
