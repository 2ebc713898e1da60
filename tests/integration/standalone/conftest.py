# SPDX-License-Identifier: Apache-2.0
"""The road's real chain, for a verifier that knows nothing of the library."""

import importlib.util
import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE))  # `bridge`, `worlds`, `mutation` stand beside the tests
sys.path.append(str(_HERE.parent / "road"))  # `title_desk`

_SPEC = importlib.util.spec_from_file_location("road_of", _HERE.parent / "road" / "conftest.py")
_MODULE = importlib.util.module_from_spec(_SPEC)
sys.modules["road_of"] = _MODULE
_SPEC.loader.exec_module(_MODULE)

road = _MODULE.road
