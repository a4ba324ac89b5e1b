"""Changes of finished programs: by what was logged, or by what the person asks for. Pure functions, and a pipeline."""
