"""What a command line may not do: one file per kind of harm. Each rule looks at one run and returns findings.

In: runs as `shell` reads them, and facts that are asked for only when a rule needs them. Out: findings with the rule,
the word that it stumbled over, and the way that is accepted instead.
"""
