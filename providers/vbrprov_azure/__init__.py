"""Microsoft Azure storage."""
