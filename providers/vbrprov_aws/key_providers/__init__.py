"""Key providers for encrypted states."""
