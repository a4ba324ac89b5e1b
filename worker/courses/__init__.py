"""The maker of courses: composed from the passages of a library, each sentence with the passage that says it."""
