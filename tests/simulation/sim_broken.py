"""What a simulation finds: a promise that was broken, and which one."""


class Broken(Exception):
    """`promise`: duplicate, lost, cents, rest (it does not come to rest) or rule (any other invariant)."""

    def __init__(self, promise: str, text: str) -> None:
        super().__init__(f"{promise}: {text}")
        self.promise = promise
        self.text = text
