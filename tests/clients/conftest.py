"""Real clients are a luxury on a developer's machine and a duty in CI."""

from needed import needs

__all__ = ["needs"]
