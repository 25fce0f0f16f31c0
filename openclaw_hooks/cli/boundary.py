"""The one place where the command line catches: an exception becomes one clear line and an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from openclaw_hooks.cli.output import printable_text
from openclaw_hooks.errors import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_OK, OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable


def run_guarded(command: Callable[[], Any]) -> int:
    """The exit code of `command`; what went wrong is on stderr, without a traceback."""
    try:
        code = command()
        sys.stdout.flush()
    except OpenclawError as error:
        print(f"openclaw: {printable_text(str(error))}", file=sys.stderr)
        return error.exit_code
    except typer.TyperException as error:
        return _show_usage(error)
    except (KeyboardInterrupt, typer.Abort):
        print("openclaw: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return _end_quietly()
    except Exception as error:
        from openclaw_hooks.crash import write_crash_log

        print(f"openclaw: internal error: {error!r}; see {write_crash_log(error)}", file=sys.stderr)
        return EXIT_INTERNAL
    return code if isinstance(code, int) else EXIT_OK


def _show_usage(error: typer.TyperException) -> int:
    show = getattr(error, "show", None)  # usage errors have it; their class is private to Typer
    if show is None:
        print(f"openclaw: {error}", file=sys.stderr)
    else:
        show()
    return error.exit_code


def _end_quietly() -> int:
    """The reader of our output (`| head`) is gone: nothing more may be written, also not at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_OK
