"""How Microsoft Azure storage writes permissions."""
