"""The library: books, their chapters and passages, and searching them."""
