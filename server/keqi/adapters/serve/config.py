"""What the team server is told at its start, in a form that its worker processes can inherit."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

_VARIABLE = "KEQI_SERVE"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """The options of `keqi serve`."""

    host: str = "127.0.0.1"
    port: int = 8765
    profile: str = "general"
    """The profile of requests that name none."""
    lexicon: tuple[str, ...] = ()
    settings: str = ""
    """Path of a settings file; empty: none."""
    hosts: tuple[str, ...] = ()
    """Names besides the loopback's under which clients may call the server."""
    origins: tuple[str, ...] = ()
    """Origins of pages, besides the server's own, that may call it; globs."""
    token: str = ""
    """What clients must show; empty: nobody is asked."""
    max_body: int = 4 << 20
    """Bytes of a request's body."""
    max_text: int = 200_000
    """Code points of one reply."""
    max_replies: int = 2_000
    """Replies in one request."""
    rate: float = 50.0
    """Requests a second that one address may make on average; 0: as many as it likes."""
    burst: int = 200
    """Requests that one address may make at once."""
    max_sessions: int = 1_000
    """WebSocket sessions of one process at a time."""
    check_seconds: float = 5.0
    """How long one request's checks may take."""
    body_seconds: float = 10.0
    """How long a client may take to send its request."""
    threads: int = 2
    """Checks that one process makes at a time."""

    def to_environment(self) -> None:
        """Leave the configuration where worker processes find it."""
        os.environ[_VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The configuration that the parent process left; the defaults where there is none."""
        said: dict[str, Any] = json.loads(environ.get(_VARIABLE, "{}"))
        values: Any = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
        return cls(**values)
