"""Asking a language model: anything that speaks OpenAI's chat completions, within limits, never waited for in vain."""
