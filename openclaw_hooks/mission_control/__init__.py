"""Mission Control: what a repository's policy and state look like as pages and data; nothing here knows a site generator.

Facts are read at the edge (`reading/`), views are values made of facts (`views/`), `build` turns them into files.
"""
