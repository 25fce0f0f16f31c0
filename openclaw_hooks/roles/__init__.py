"""Roles: who does a piece of work, with what duties, boundaries and outputs, and who is asked when it goes wrong.

In comes YAML (shipped, and from `.openclaw/roles/`); out go `Role` values, the ones that fit a scope, and the text that
an agent is given. Checking changes against a role is not done here.
"""
