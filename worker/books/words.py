"""What reading a book needs of `worker.words`."""

from worker.words import NO_TEACHING, STOP, WORD, content, sentences, teaches

__all__ = ["NO_TEACHING", "STOP", "WORD", "content", "sentences", "teaches"]
