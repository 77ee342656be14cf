"""Plain wording as Markdown that shows it as it is.

A fix takes its wording from the reply, whose backslashes are still in it. What comes from elsewhere, such
as a standard phrase, has to be given its own.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"""
    \\ (?= [!-/:-@\[-`{-~\n] )        # would escape what follows
    | [`*]
    | (?<![^\W_]) _ | _ (?![^\W_])    # between two letters it is part of a name
    | ~ (?= ~ ) | (?<= ~ ) ~
    | (?<= \\ ) \|                      # in a cell it would count as escaped already
    | < (?= [A-Za-z/!?] )
    | & (?= \#?\w+; )
    | \[ (?= [\^!] ) | \] (?= [(\[] ) # footnotes and links; other brackets are brackets
    """,
    re.VERBOSE,
)
_OPENING = re.compile(
    r"""
    ^ ( [ \t]* (?: \d{1,9} (?= [.)] (?: \s | \Z ) ) )? )
    (?= (?<= \d ) [.)] | \#{1,6} (?: \s | \Z ) | > | [-+] (?: \s | \Z ) | =+ [ \t]* $
      | [-|:] [-|: \t]* $ | \[ [^\[\]\n]* \]: )
    """,
    re.VERBOSE | re.MULTILINE,
)
"""The place before what would begin a block at the start of a line, or make one of the line above it."""


def literal(text: str) -> str:
    """`text` with backslashes before whatever Markdown would take for markup; line ends stay."""
    return _OPENING.sub(r"\1\\", _MARKUP.sub(r"\\\g<0>", text))
