"""客气 keqi: a politeness linter for Chinese customer-service replies."""

from keqi.api import LexiconError, Linter, check_lexicon
from keqi.findings import Edit, Finding, Fix
from keqi.problems import Problem
from keqi.text import Span

__version__ = "0.1.0"

__all__ = ["Edit", "Finding", "Fix", "LexiconError", "Linter", "Problem", "Span", "check_lexicon"]
