"""What courses are asked for by the audits, with the hours."""

from typing import Final

# About whole subjects, about one thing of them, and about what the shelf has nothing on; with the hours asked for.
BROAD: Final = {
    "Learn DCF valuation": 2, "How do I sleep better?": 1, "Python for beginners": 3, "SQL": 2, "machine learning": 3,
    "negotiation": 2, "personal finance": 2, "statistics": 3, "photography": 2, "cooking technique": 1,
    "music theory": 1.5, "first aid": 1, "gardening for beginners": 1, "astronomy": 1.5, "economics basics": 1.5,
    "introduction to philosophy": 1, "how historians work": 1, "law basics": 1, "project management": 1.5,
    "public speaking": 1, "strength training": 2, "nutrition": 2, "psychology": 2, "how to learn better": 1,
    "clear writing": 2, "physics of everyday life": 1.5, "investing for beginners": 1,
}  # fmt: skip
SPECIFIC: Final = {
    "what is WACC and how do I work it out": 0.5, "terminal value in a DCF": 0.5, "SQL window functions": 0.5,
    "joining tables in SQL": 0.5, "confidence intervals": 0.5, "hypothesis tests and p-values": 1,
    "overfitting and regularisation": 0.5, "asking for a salary increase": 0.5, "first offers and anchoring": 0.5,
    "insomnia": 0.5, "jet lag and shift work": 0.5, "protein needs for building muscle": 0.5,
    "progressive overload": 0.5, "depth of field and aperture": 0.5, "critical path method": 0.5,
    "supply and demand": 0.5, "compost and soil": 0.5, "CPR for babies": 0.5, "chord progressions": 0.5,
    "life cycle of stars": 0.5, "spaced repetition": 0.5, "contracts and breach": 0.5, "python functions": 0.5,
    "index funds": 0.5, "emergency fund and budgeting": 0.5, "logistic regression": 0.5,
}  # fmt: skip
OFF_TOPIC: Final = (
    "Repair a nuclear submarine", "Learn Japanese kanji", "beekeeping", "Kubernetes cluster administration",
    "welding stainless steel", "how to knit a sweater", "oil painting glazing", "Rust borrow checker",
    "medieval Icelandic sagas", "learn chess openings", "ballet positions", "organic chemistry reaction mechanisms",
)  # fmt: skip
