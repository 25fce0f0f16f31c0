"""The buckets as one node knows them: read whole and followed, written by compare-and-swap, led by one node at a time."""
