"""`openclaw board`: one module per verb, joined in `app`."""
