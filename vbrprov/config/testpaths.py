"""Where test files are."""

from __future__ import annotations

import os

from vbrprov.config.load import Files, file_in

TEST_SUFFIX = ".vbrtest.hcl"
TEST_SUFFIXES = (TEST_SUFFIX, ".vbrtest.json")
MOCK_SUFFIXES = (".vbrmock.hcl", ".vbrmock.json")


def test_paths(directory: str, folder: str, files: Files) -> list[str]:
    """The test files of a configuration: in its own folder and in *folder*, by name."""
    out: list[str] = []
    for place in dict.fromkeys((directory, os.path.normpath(folder))):
        try:
            names = files.names(place)
        except OSError:
            # A folder of tests need not exist.
            continue
        out += [file_in(place, name) for name in names if name.endswith(TEST_SUFFIXES)]
    return out
