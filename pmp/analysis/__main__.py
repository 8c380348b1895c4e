"""`python -m pmp.analysis xmr|displacement|triggers …`: the commands without Django."""

import sys

from pmp.analysis.commands import main

if __name__ == "__main__":
    try:
        status = main(sys.argv[1:], print, lambda text: print(text, file=sys.stderr))
    except BrokenPipeError:
        # The reader (head, less) has seen enough; there is nobody left to tell.
        sys.stderr.close()
        status = 0
    sys.exit(status)
