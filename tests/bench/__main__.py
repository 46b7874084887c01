"""`make bench`: every benchmark in turn, or those named (`make bench ARGS="import trail"`); they measure and never fail."""

import importlib
import pkgutil
import sys
import traceback

import tests.bench

PREFIX = "bench_"


def main() -> None:
    modules = sorted(info.name for info in pkgutil.iter_modules(tests.bench.__path__))
    names = [name.removeprefix(PREFIX) for name in modules if name.startswith(PREFIX)]
    wanted = sys.argv[1:] or names
    if unknown := [name for name in wanted if name not in names]:
        sys.exit(f"没有名为{'、'.join(unknown)}的性能测量；有：{'、'.join(names)}。")
    for name in wanted:
        print(f"\n== {name}", flush=True)
        try:
            importlib.import_module(f"tests.bench.{PREFIX}{name}").main()
        except Exception:  # a benchmark that breaks is reported and the others go on
            traceback.print_exc()


if __name__ == "__main__":
    main()
