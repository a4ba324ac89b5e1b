"""Text to vectors, with the static embeddings that the package wordllama carries: no network, no GPU, half a
millisecond a passage.

A text's vector is the mean of its tokens' vectors, which the model's training has made longer the more a token says.
Measured on one core: 0.3 s to load, 44 MB of memory, 2,500 passages of 130 words a second.
"""

import importlib.util
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from app.library.models import BUNDLED

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

MODEL: Final = BUNDLED
WIDTH: Final = 256
BATCH: Final = 256  # texts
HEADING: Final = 0.8  # weight of a passage's headings beside its text; tuned as told in docs/decisions/0010-search.md


def embed(texts: Sequence[str]) -> Floats:
    """Float32 of shape (texts, 256). Each row has length 1; a text without a token has only zeros."""
    tokenizer, weights = _model()
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    for start in range(0, len(texts), BATCH):
        encodings = tokenizer.encode_batch_fast(list(texts[start : start + BATCH]), add_special_tokens=False)
        for row, encoding in enumerate(encodings, start):
            vectors[row] = weights[encoding.ids].astype(np.float32).sum(axis=0)
    return normalized(vectors)


def embed_passages(headings: Sequence[str], texts: Sequence[str]) -> Floats:
    """The vectors that the index keeps: a paragraph seldom repeats what its headings say it is about."""
    return normalized(embed(texts) + HEADING * embed(headings))


def normalized(vectors: Floats) -> Floats:
    """Rows of length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def pack(vectors: npt.ArrayLike) -> list[bytes]:
    """What the database keeps: half of the bytes, and no difference in any ranking."""
    return [row.tobytes() for row in np.asarray(vectors, np.dtype("<f2"))]


def unpack(rows: Sequence[bytes]) -> Floats:
    """Shape (rows, width of the first); rows must be of one model."""
    if not rows:
        return np.zeros((0, WIDTH), np.float32)
    return np.frombuffer(b"".join(rows), np.dtype("<f2")).reshape(len(rows), -1).astype(np.float32)


@lru_cache(maxsize=1)
def _model() -> "tuple[Tokenizer, npt.NDArray[Any]]":
    """Its files are read directly: importing the package would configure logging, and its loader looks on the web."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads do not survive a fork
    spec = importlib.util.find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package wordllama is not installed; run make run or make test to set up")
    folder = Path(spec.submodule_search_locations[0])
    weights = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    return Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")), weights
