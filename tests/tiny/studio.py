"""A models folder in which every model of the catalog is there, tiny and with random weights."""

from pathlib import Path

import yaml

from pipeline.generators import catalog
from pipeline.trained.libraries import mended
from tests import tiny

OTHER_NAMES = {
    "wan2.1-flf2v": "wan2.1-flf",
    "cogvideox-2b": "cogvideox",
    "cogvideox-5b": "cogvideox",
    "cogvideox1.5-5b": "cogvideox1.5",
    "svd-xt": "svd",
    "ltx-video": "ltx",
    "sd1.5": "sd",
}
"""The catalog's names whose tiny pipeline is called otherwise."""

SIZE, OF_ONE_SIZE = "64x64", {"cogvideox-5b-i2v": "96x64"}
SHORTER = {"cogvideox-5b-i2v": [17]}
"""The only length of a model that is made for one, where the real one takes a processor too long."""

STEPS = 4


def models_folder(folder: Path, *names: str) -> Path:
    """Save tiny pipelines under the catalog's names (all, unless some are named), and a catalog of their sizes."""
    mended()
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for logging in (of_diffusers, of_transformers):
        logging.set_verbosity_error()
        logging.disable_progress_bar()
    data = yaml.safe_load(Path(catalog.__file__).with_suffix(".yaml").read_text("utf-8"))
    entries = {name: _tiny(name, one) for name, one in data["models"].items() if not names or name in names}
    for name, entry in entries.items():
        place = tiny.save(OTHER_NAMES.get(name, name), folder / name)
        if "references" in entry:
            from tests.tiny.extras import save_ip_adapter

            save_ip_adapter(place / entry["references"]["folder"], place)
    (folder / "catalog.yaml").write_text(yaml.safe_dump({"models": entries}, sort_keys=False), "utf-8")
    return folder


def _tiny(name, entry):
    """Give a catalog's entry with sizes and steps that a processor makes in a moment; all else as it is."""
    size = OF_ONE_SIZE.get(name, SIZE)
    changed = {
        "sizes": [size],
        "multiple": 32,
        "memory": {size: 0.1},
        "asks": entry["asks"] | {"num_inference_steps": STEPS},
    }
    changed |= {"frames": SHORTER[name]} if name in SHORTER else {}
    if "references" in entry:
        from tests.tiny.extras import IP_SUBFOLDER, IP_WEIGHTS

        changed["references"] = {"folder": "ip_adapter", "subfolder": IP_SUBFOLDER, "weights": IP_WEIGHTS}
    return entry | changed
