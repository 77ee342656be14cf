"""`python -m keqi`: the same as the command `keqi`."""

import sys

from keqi.adapters.cli import main

if __name__ == "__main__":
    sys.exit(main())
