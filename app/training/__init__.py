"""What people log of their programs: sessions as they were done, and how their weeks went."""
