"""Where keqi keeps what it can make again: compiled lexicons and expressions, results of files."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def folder() -> Path | None:
    """The user's own cache folder for keqi; None when `KEQI_CACHE_DIR` is set to nothing."""
    named = os.environ.get("KEQI_CACHE_DIR")
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "keqi" / "cache" if base else None
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "keqi"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "keqi"
