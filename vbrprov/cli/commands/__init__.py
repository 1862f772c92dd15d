"""One file a command. The group lists this folder without importing it."""
