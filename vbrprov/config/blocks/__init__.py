"""One file a kind of top-level block; each has ``decode(reader, module)``."""
