"""State backends on Google Cloud Storage, found by file name."""
