"""A model of four dimensions with a vocabulary of its own, as the teacher of a table for questions."""

from __future__ import annotations

import pytest

from openclaw_hooks.knowledge.browser.teaching import Teacher, make_teacher
from tests.knowledge.test_search import TOPICS, TopicEmbedder

_WORDS = [
    *TOPICS,
    "sleeps",
    "sails",
    "baked",
    "sea",
    "pets",
    "food",
    "nothing",
    "note",
    *"abcdefghijklmnopqrstuvwxyz0123456789",
]


@pytest.fixture
def teacher() -> Teacher:
    """The teacher: words of its topics, letters, and endings of one letter."""
    tokens = ["[UNK]", "[CLS]", "[SEP]", *_WORDS, *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    return make_teacher(TopicEmbedder(), vocabulary)
