"""How the properties are tried: with the same examples every time, or with new ones."""

import os

from hypothesis import settings

# A suite that gates a merge must say the same twice. `KEQI_EXPLORE=1` looks for examples nobody has
# tried yet; what it finds becomes a case of its own.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("explore" if os.environ.get("KEQI_EXPLORE") else "steady")
