"""The contract of key providers is shared with the tests of those that need a service."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "harness"))
