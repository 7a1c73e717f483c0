"""Other people's shot lists (JSON storyboards, tables) read into a storyboard."""

from pipeline.importing.ids import Ids
from pipeline.importing.lists import Imported, imported
from pipeline.importing.wording import clean, said
from pipeline.importing.writing import value

__all__ = ["Ids", "Imported", "clean", "imported", "said", "value"]
