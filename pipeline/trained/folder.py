"""Where the weights of trained models lie."""

import os
from pathlib import Path


def models_folder() -> Path:
    """Give the folder all models lie in, whether it exists or not: DAILIES_MODELS, else one of this user's."""
    named = os.environ.get("DAILIES_MODELS")
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "dailies" / "models"
