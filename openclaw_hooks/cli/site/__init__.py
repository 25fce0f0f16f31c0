"""`openclaw site`: Mission Control built, served and handed to other site generators."""
