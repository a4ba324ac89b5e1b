"""What reading a book needs of `worker.words`."""

from worker.words import CODE, NO_TEACHING, STOP, WORD, content, sentences, teaches

__all__ = ["CODE", "NO_TEACHING", "STOP", "WORD", "content", "sentences", "teaches"]
