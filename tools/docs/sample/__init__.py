"""A sample repository: an invented project with months of tasks, plans, policy and memory, the same each time it is made."""

from tools.docs.sample.make import LABEL, make_sample

__all__ = ["LABEL", "make_sample"]
