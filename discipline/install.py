"""What supervision hangs into the kernel: navigation and to-dos."""


def install() -> None:
    """One line per capability."""
