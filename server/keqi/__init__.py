"""客气 keqi: a politeness linter for Chinese customer-service replies."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keqi.api import LexiconError, Linter, check_lexicon
    from keqi.findings import Edit, Finding, Fix
    from keqi.problems import Problem
    from keqi.text import Span

__version__ = "0.1.0"

__all__ = ["Edit", "Finding", "Fix", "LexiconError", "Linter", "Problem", "Span", "check_lexicon"]

_HOMES = {
    "Edit": "findings",
    "Finding": "findings",
    "Fix": "findings",
    "LexiconError": "api",
    "Linter": "api",
    "Problem": "problems",
    "Span": "text",
    "check_lexicon": "api",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for: the language server answers before it lints."""
    if name not in _HOMES:
        raise AttributeError(f"module 'keqi' has no attribute {name!r}")
    value = getattr(import_module(f"keqi.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
