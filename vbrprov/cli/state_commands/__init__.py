"""One file a command below ``vbrprov state``."""
