"""`keqi serve`: from the command line's arguments to a server that listens."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import sys
import tempfile
from argparse import Namespace
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keqi.adapters.cli_arguments import UsageError
from keqi.adapters.pool import PolicyError
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.settings import find
from keqi.render.messages import Messages

if TYPE_CHECKING:
    from uvicorn import Config

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{8,200}")
"""What can be a header's value and a WebSocket's subprotocol alike, and is hard to guess."""
_BACKLOG = 2048


def run(options: Namespace, messages: Messages) -> int:
    """Serve until told to stop; the exit status. Raises UsageError when that cannot begin."""
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
        import websockets  # noqa: F401
    except ImportError as error:
        raise UsageError(messages.say("serve-missing", name=error.name)) from error
    config = _config(options, messages)
    listening = _listen(config, messages)
    config = replace(config, port=listening.getsockname()[1])
    if not _is_loopback(config.host) and not config.token:
        sys.stderr.write(messages.say("serve-open", host=config.host) + "\n")
    _raise_limits()
    try:
        return _serve(config, listening, messages)
    finally:
        listening.close()


def _config(options: Namespace, messages: Messages) -> ServeConfig:
    """What the options say. Raises UsageError."""
    token = options.token or os.environ.get("KEQI_TOKEN", "")
    if token and not _TOKEN.fullmatch(token):
        raise UsageError(messages.say("serve-token"))
    settings = options.config or find(Path.cwd())
    hosts = list(options.allow_host)
    if not _is_loopback(options.host):
        hosts.append(socket.gethostname())
    return ServeConfig(
        host=options.host,
        port=options.port,
        profile=options.profile or "",
        lexicon=tuple(os.path.abspath(folder) for folder in options.lexicon),  # noqa: PTH100
        settings=os.path.abspath(settings) if settings else "",  # noqa: PTH100
        hosts=tuple(hosts),
        origins=tuple(options.allow_origin),
        proxies=tuple(options.trust_proxy),
        token=token,
        workers=options.workers,
        log_level=options.log_level,
        max_body=options.max_size,
        rate=float(options.rate),
        max_sessions=options.max_sessions,
        check_seconds=float(options.timeout),
    )


def _listen(config: ServeConfig, messages: Messages) -> socket.socket:
    """A socket at the address that was asked for. Raises UsageError."""
    try:
        found = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = found[0]
        # With the protocol named, asyncio sends small answers at once; without, they may wait for 40 ms.
        made = socket.socket(family, kind, socket.IPPROTO_TCP)
        if os.name == "posix":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        said = messages.say("serve-address", host=config.host, port=config.port, reason=reason)
        raise UsageError(said) from error
    made.set_inheritable(True)
    return made


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _raise_limits() -> None:
    """As many connections as the system lets us have: every session needs an open file."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _serve(config: ServeConfig, listening: socket.socket, messages: Messages) -> int:
    from keqi.adapters.lsp import quiet
    from keqi.adapters.serve import app
    from keqi.adapters.serve.service import Service
    from keqi.adapters.serve.transport import uvicorn_config

    quiet.install(logging.getLevelNamesMapping()[config.log_level.upper()])
    try:
        if config.workers == 1:
            ready = app.create(config)
            return _alone(uvicorn_config(config, ready), config, listening, messages)
        Service(config).close()  # a mistake in the settings is told once, here
    except (ValueError, OSError, PolicyError) as error:
        raise UsageError(str(error)) from error
    return _together(config, listening, messages)


def _alone(config: Config, said: ServeConfig, listening: socket.socket, messages: Messages) -> int:
    """Serve in this process."""
    from uvicorn import Server

    class Announcing(Server):
        """Says where it is once it can be reached."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                _announce(said, messages)

    Announcing(config).run([listening])
    return 0


def _together(config: ServeConfig, listening: socket.socket, messages: Messages) -> int:
    """Serve in several processes, each of which takes its share of the connections."""
    from uvicorn.supervisors import Multiprocess

    from keqi.adapters.serve.transport import uvicorn_config

    folder = tempfile.mkdtemp(prefix="keqi-serve-")
    try:
        config = replace(config, numbers=folder)
        config.to_environment()
        listening.listen(_BACKLOG)
        _announce(config, messages)
        Multiprocess(uvicorn_config(config, "keqi.adapters.serve.app:worker"), [listening]).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _announce(config: ServeConfig, messages: Messages) -> None:
    """Print where the server is."""
    host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(config.host, config.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{config.port}"
    sys.stdout.write(messages.say("serve-ready", address=address) + "\n")
    sys.stdout.flush()
