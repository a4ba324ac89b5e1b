"""The science of training, which programs, their changes and weekly plans are made by: pure functions and tables."""
