"""How a book is read: the file into headings and blocks, these into chapters and passages, and what they are about."""
