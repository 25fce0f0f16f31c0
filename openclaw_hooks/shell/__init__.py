"""The command-line reader: which programs, with which words, a bash command line runs, as far as can be known.

In: the text of a command line, and the git aliases in force. Out: a `Reading`. Nothing is ever run, no file is
looked at. What cannot be known is said to be unknown; judging is the business of `checks`.
"""
