"""Secrets: text goes in, matches come out, and no match ever shows more of its secret than it must.

In: the added lines of a change, a whole file, a commit message, a file name.
Out: `SecretMatch` values with offsets; whoever asks turns them into findings.
Nothing here reads files, calls git or touches the network; `deep` alone loads detect-secrets.
"""
