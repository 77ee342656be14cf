"""Programs that a test needs: a luxury on a developer's machine and a duty in CI."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest

REQUIRED = bool(os.environ.get("KEQI_REQUIRE_CLIENTS"))


@pytest.fixture(scope="session")
def needs() -> Callable[[Sequence[str]], None]:
    """Skips the test when something is missing, or fails it under KEQI_REQUIRE_CLIENTS=1."""

    def check(missing: Sequence[str]) -> None:
        if missing:
            told = f"not installed: {', '.join(missing)} (.ci/clients.sh installs them)"
            (pytest.fail if REQUIRED else pytest.skip)(told)

    return check
