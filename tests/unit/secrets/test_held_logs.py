"""Logs of a call whose answer holds secrets wait until these are known."""

from __future__ import annotations

import io
import logging
import threading

from vbrprov.secrets import Redactor


def logger(redactor: Redactor, stream: io.StringIO) -> logging.Logger:
    made = logging.Logger("canary")  # one that no other test sees
    handler = logging.StreamHandler(stream)
    handler.addFilter(redactor.filter(handler))
    made.addHandler(handler)
    return made


def test_what_is_learned_in_the_block_is_masked_in_its_logs() -> None:
    redactor, stream = Redactor(), io.StringIO()
    log = logger(redactor, stream)
    with redactor.holding():
        log.warning("answer: %s", "canaryAnswer")
        assert stream.getvalue() == ""
        redactor.add("canaryAnswer")
    log.warning("after")
    assert stream.getvalue() == "answer: (sensitive)\nafter\n"


def test_other_threads_log_at_once_and_errors_lose_nothing() -> None:
    redactor, stream = Redactor(), io.StringIO()
    log = logger(redactor, stream)
    try:
        with redactor.holding():
            log.warning("first")
            other = threading.Thread(target=log.warning, args=("second",))
            other.start()
            other.join()
            assert stream.getvalue() == "second\n"
            raise ValueError
    except ValueError:
        assert stream.getvalue() == "second\nfirst\n"
