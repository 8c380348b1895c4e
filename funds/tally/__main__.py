"""`python -m funds.tally FILE.pb`: the count on the command line."""

import argparse
import sys

from .command import add_arguments, run


def main() -> int:
    """Count the file named on the command line; 0 when counted, 2 when it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m funds.tally", description="Count a .pb election file.")
    add_arguments(parser)

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    return run(parser.parse_args(), write=print, tell=tell)


if __name__ == "__main__":
    sys.exit(main())
