"""Rules and harness rules: what people and agents are told, and what a machine can check of it.

In comes markdown with frontmatter (shipped, and from `.openclaw/rules/`); out go `Rule` and `HarnessRule` values, the
ones that a set of paths or a task calls for, and the text that an agent is given. Running checks over changes is not
done here.
"""
