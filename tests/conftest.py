"""Makes the helpers that several test folders share importable, whatever the import mode."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "harness"))

# Whoever runs the tests keeps a cache of his own; tests of the cache make one where they run.
os.environ["VBRPROV_NO_CACHE"] = "1"
