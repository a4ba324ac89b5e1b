"""Telling people who have left that what they asked for has ended: Web Push and mail.

What is to be told is a row, written with the end itself (`outbox`), so that nothing that happens to Redis or to a
process loses it. Every worker looks for what is due (`sender`), claims it and tells it (`push`, `mail`): at least once;
what comes twice looks like one, since it has the same topic and tag.
"""
