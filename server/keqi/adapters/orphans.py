"""Processes that end with the one that started them, also when that was killed and could not say so."""

from __future__ import annotations

import os


def end_with_parent() -> None:
    """From now on, end this process at once when its parent has gone; for processes of `multiprocessing`."""
    from multiprocessing import parent_process
    from threading import Thread

    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, name="keqi-end-with-parent", daemon=True).start()
