"""Exit status 0 when this environment holds what pyproject.toml asks for: then nothing is installed.

Usage: `python .ci/satisfied.py run|dev`, in the root of the checkout.
"""

import json
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement  # pip is in every venv that we make


def met(text: str, seen: set[str]) -> bool:
    """Whether a requirement and all that it requires in turn are installed."""
    wanted = Requirement(text)
    if wanted.name.lower() in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
        return True
    seen.add(wanted.name.lower())
    try:
        found = distribution(wanted.name)
    except PackageNotFoundError:
        return False
    fits = wanted.specifier.contains(found.version, prereleases=True)
    return fits and all(met(inner, seen) for inner in found.requires or ())


def editable_here() -> bool:
    """Whether keqi itself is installed from this very checkout."""
    try:
        origin = json.loads(distribution("keqi").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return False
    return origin.get("url") == Path.cwd().as_uri() and bool(origin.get("dir_info", {}).get("editable"))


def main(group: str) -> int:
    """0 when nothing is missing, else 1."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["serve"]]
    if group == "dev":
        wanted += project["dependency-groups"]["dev"]
    seen: set[str] = set()
    return 0 if editable_here() and all(met(text, seen) for text in wanted) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
