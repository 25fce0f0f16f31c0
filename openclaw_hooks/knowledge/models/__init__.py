"""Where the weights of a model come from, and where they lie once they are here.

`catalog` names the files with their hashes, `sources` gets them, `cache` keeps them; nothing is fetched unless
`openclaw knowledge setup` is asked to, and afterwards nothing needs a network.
"""
