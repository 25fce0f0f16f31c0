"""`openclaw`: one file per command; arguments enter, text or JSON leaves, exit codes as in `errors`."""
