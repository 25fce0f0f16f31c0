"""The errors that a user can cause and mend: message, where, and what to do next."""

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERNAL = 3
EXIT_INTERRUPTED = 130


class OpenclawError(Exception):
    """Bad input or a broken setup; `message` says what and where, `hint` what to do next."""

    exit_code = EXIT_USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """One line: the message, and the hint behind it where there is one."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class RefusedError(OpenclawError):
    """The question was well put and the answer is no."""

    exit_code = EXIT_FINDINGS
