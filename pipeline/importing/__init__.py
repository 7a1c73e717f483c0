"""Other people's shot lists (JSON storyboards, tables) read into a storyboard."""

from pipeline.importing.ids import Ids
from pipeline.importing.lists import Imported, imported

__all__ = ["Ids", "Imported", "imported"]
