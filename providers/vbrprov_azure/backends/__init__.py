"""State backends on Azure storage, found by file name."""
