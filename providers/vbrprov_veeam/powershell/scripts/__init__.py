"""The scripts: ``head`` and ``tail`` of all, and one file a kind of step between them."""
