"""`keqi serve` with settings that no option has: `python launched.py '{"head_seconds": 0.2}'`."""

import json
import sys

from keqi.adapters.serve import main
from keqi.adapters.serve.config import ServeConfig
from keqi.render.messages import Messages

said = json.loads(sys.argv[1])
config = ServeConfig(**{"port": 0, "log_level": "debug", **said})
listening = main._listen(config, Messages())
main._serve(main.replace(config, port=listening.getsockname()[1]), listening, Messages())
