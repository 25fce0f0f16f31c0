"""`openclaw task`: one file per verb or family of verbs, joined in `app`."""
