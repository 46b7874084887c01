"""`make bench`: every benchmark in turn; they measure and print, they never fail."""

import importlib
import pkgutil
import traceback

import tests.bench


def main() -> None:
    for module in sorted(info.name for info in pkgutil.iter_modules(tests.bench.__path__)):
        if not module.startswith("bench_"):
            continue
        print(f"\n== {module.removeprefix('bench_')}", flush=True)
        try:
            importlib.import_module(f"tests.bench.{module}").main()
        except Exception:  # a benchmark that breaks is reported and the others go on
            traceback.print_exc()


if __name__ == "__main__":
    main()
