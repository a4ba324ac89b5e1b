"""Reading what `/metrics` says."""

from prometheus_client.parser import text_string_to_metric_families


class Scrape(dict[tuple[str, frozenset[tuple[str, str]]], float]):
    """``(sample name without the prefix, labels) -> value``."""

    def __init__(self, text: str) -> None:
        self.kinds: dict[str, str] = {}
        super().__init__()
        for family in text_string_to_metric_families(text):
            self.kinds[family.name.removeprefix("unfold_")] = family.type
            for sample in family.samples:
                key = sample.name.removeprefix("unfold_"), frozenset(sample.labels.items())
                assert key not in self, f"{key} is there twice"
                self[key] = sample.value

    def value(self, name: str, **labels: str) -> float:
        """Of one series; 0 when it is not there."""
        return self.get((name, frozenset(labels.items())), 0.0)

    def total(self, name: str, **labels: str) -> float:
        """Of all series that have at least these labels."""
        return sum(
            value for (its, theirs), value in self.items() if its == name and labels.items() <= dict(theirs).items()
        )

    @property
    def sums(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        """What may never go down."""
        return {key: value for key, value in self.items() if key[0].endswith(("_total", "_bucket", "_sum", "_count"))}
