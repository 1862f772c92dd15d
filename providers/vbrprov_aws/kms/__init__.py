"""What resource types of KMS share: calls, listings, and who encrypts with a key."""
