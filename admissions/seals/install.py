"""What seals hang into the kernel."""


def install() -> None:
    """One line per capability."""
