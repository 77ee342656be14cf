"""What the team server is told at its start, in a form that its worker processes can inherit."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

_VARIABLE = "KEQI_SERVE"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
EXTENSIONS = ("chrome-extension://*", "moz-extension://*", "safari-web-extension://*")
"""Origins of browser extensions: people install those themselves, web pages cannot pose as one."""


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """The options of `keqi serve`. Limits hold for each process of its own."""

    host: str = "127.0.0.1"
    port: int = 8765
    profile: str = ""
    """The profile of requests that name none; empty: the settings decide."""
    lexicon: tuple[str, ...] = ()
    settings: str = ""
    """Path of a settings file; empty: none."""
    hosts: tuple[str, ...] = ()
    """Names besides the loopback's under which clients may call the server; globs."""
    origins: tuple[str, ...] = ()
    """Origins of pages, besides the server's own, that may call it; globs."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks of reverse proxies that are believed about whose requests they pass on."""
    token: str = ""
    """What clients must show; empty: nobody is asked."""
    workers: int = 1
    log_level: str = "warning"
    numbers: str = ""
    """Folder in which the processes tell each other their counts; empty: there is one process."""
    max_body: int = 4 << 20
    """Bytes of a request's body, or of a WebSocket's message."""
    max_text: int = 200_000
    """Code points of one reply."""
    max_replies: int = 2_000
    """Replies in one request."""
    rate: float = 100.0
    """Requests a second that one address may make on average; 0: as many as it likes."""
    burst: int = 1_000
    """Requests that one address may make at once: an office behind one address opens its consoles."""
    max_sessions: int = 1_000
    """WebSocket sessions of one process at a time."""
    max_documents: int = 20
    """Documents that one session may have open."""
    message_rate: float = 50.0
    """Messages a second that one session may send on average; faster ones wait."""
    message_burst: int = 200
    """Messages that one session may send at once."""
    check_seconds: float = 5.0
    """How long one request's checks may take."""
    head_seconds: float = 10.0
    """How long a client may take to send the head of a request."""
    body_seconds: float = 10.0
    """How long a client may take to send the body of a request."""
    send_seconds: float = 30.0
    """How long a client may take to receive an answer."""
    idle_seconds: float = 3600.0
    """How long a session may say nothing."""
    stop_seconds: int = 10
    """How long answers under way may take once the server is to stop."""
    threads: int = 2
    """Long checks that one process makes at a time."""

    def to_environment(self) -> None:
        """Leave the configuration where worker processes find it."""
        os.environ[_VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The configuration that the parent process left; the defaults where there is none."""
        said: dict[str, Any] = json.loads(environ.get(_VARIABLE, "{}"))
        values: Any = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
        return cls(**values)
