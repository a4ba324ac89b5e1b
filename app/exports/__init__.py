"""Results as files to take away: plain functions from a document to bytes, without I/O."""
