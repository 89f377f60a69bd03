"""What the worker does for the wire: it watches the folder for copy."""

from delivery.worker import every
from wire.folder import Watcher

watcher = Watcher()


@every(2, beside=True)
def watch_folder():
    """Make drafts of the copy that lies in DATA_DIR/wire/in."""
    watcher.turn()
