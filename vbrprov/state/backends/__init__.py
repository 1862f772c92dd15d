"""State backends that need no cloud SDK. Those that do lie with their provider."""
