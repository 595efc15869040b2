"""Archives of articles to shards of labelled segments, exactly once."""
