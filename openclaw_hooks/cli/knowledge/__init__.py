"""`openclaw knowledge`: one module per verb, joined in `app`."""
