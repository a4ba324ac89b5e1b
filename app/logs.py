"""Logs: one JSON object a line, or short readable lines at a terminal.

Lines that libraries write through ``logging`` look the same. What is bound with structlog.contextvars (a request's id,
a generation with its phase) is in every line of that task.
"""

import logging
import sys
from typing import Any

import structlog

# Their servers give them handlers of their own, in another form.
SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "arq")


def configure(form: str, *, quiet: bool = False) -> None:
    """Set up structlog and logging. ``form``: json, text, or auto (text at a terminal). ``quiet``: only warnings."""
    readable = form == "text" or (form == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso"),
    ]
    # Never the values of local variables: they are what people told us.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _libraries(shared, last, readable=readable)


def _libraries(shared: list[Any], last: list[Any], *, readable: bool) -> None:
    """Warnings and worse of everybody else, as lines like ours; in JSON those of the servers, too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write down addresses, and some are secrets
    logging.getLogger("arq").setLevel(logging.WARNING)  # two lines for every ring, which says nothing of the work
    if readable:
        logging.getLogger("arq").propagate = False  # its command line gives it a handler of its own
        return
    for name in SERVERS:
        server = logging.getLogger(name)
        if server.handlers:  # none: it was told to be silent
            server.handlers.clear()
            server.propagate = True
