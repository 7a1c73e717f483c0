"""Models that finish takes, tiny and with random weights, in a models folder as `dailies models pull` leaves it."""

from pathlib import Path

from pipeline.trained.libraries import mended

ENLARGER, RIFE = "tiny-x2", "rife-v4.6"


def enlarger(seed=0):
    """Give the tensors of a network that enlarges twice: a plain enlargement with a little of its own invention."""
    torch = mended()
    from spandrel.architectures.Compact import Compact

    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        net = Compact(num_feat=8, num_conv=2, upscale=2)
        return {name: one * 0.2 for name, one in net.state_dict().items()}


def rife():
    """Give weights of RIFE under which nothing moves: it then blends."""
    from tests.finishers.rife_weights import zeros

    return zeros()


def models_folder(folder: Path) -> Path:
    """Lay both into a new models folder."""
    torch = mended()
    for name, state in ((ENLARGER, enlarger()), (RIFE, rife())):
        (folder / name).mkdir(parents=True)
        torch.save({"params_ema": state}, folder / name / "ours.pth")
    return folder
