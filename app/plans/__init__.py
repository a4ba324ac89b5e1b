"""The living week: which plan is followed, what was done of it, and what the scale says."""
