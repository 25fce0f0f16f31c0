"""The index as a browser holds it: found by word and by meaning in a page that was opened from a disk.

Chunks, their words and their vectors enter; values that JSON can say leave, a few of them small and loaded first. No
model runs in the browser: the vector of a question is the sum of rows of a table, one for each token, that is fitted
here to this repository's own passages. Without vectors, or without the model that made them, words alone are there.
"""
