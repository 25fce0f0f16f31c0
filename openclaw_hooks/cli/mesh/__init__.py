"""`openclaw mesh`: one module per verb, joined in `app`."""
