"""Approvals of tasks and plans, bound to their content, signed where the policy asks for it."""
