"""Kinds of matchers: each a small frozen value that finds its matches in a reply."""

from keqi.matchers.absence import Absence
from keqi.matchers.base import Match, Matcher
from keqi.matchers.count import Count
from keqi.matchers.find import Find, Variant
from keqi.matchers.tone import Tone

__all__ = ["Absence", "Count", "Find", "Match", "Matcher", "Tone", "Variant"]
