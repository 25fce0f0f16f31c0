"""Documents cut into chunks: markdown is read for its blocks, cut at headings, and packed to what a model reads.

Text enters and a `Document` leaves. Nothing is ever lost: a chunk is a stretch of the text from one offset to another,
and the stretches follow each other. `lines` knows how blocks begin, `blocks` finds them, `spans` cuts what is too large,
`document` puts it together.
"""

from openclaw_hooks.knowledge.chunks.document import chunk_document
from openclaw_hooks.knowledge.chunks.tokens import WINDOW_TOKENS, TokenCounter, estimate_tokens

__all__ = ["WINDOW_TOKENS", "TokenCounter", "chunk_document", "estimate_tokens"]
