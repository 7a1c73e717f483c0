"""Pictures in parts: every pixel once, and no seams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.finishers.tiles import Part, enlarged, parts
from tests.finishers.rife_weights import one_thread

torch = pytest.importorskip("torch")
SIDES = {"side": st.integers(1, 700), "tile": st.integers(1, 300), "pad": st.integers(0, 70)}


@pytest.fixture(autouse=True)
def alone():
    with one_thread(), torch.inference_mode():
        yield


@given(**SIDES, align=st.sampled_from([1, 2, 4, 16, 48]))
def test_every_pixel_is_kept_once_and_sees_far_enough(side, tile, pad, align):
    length, found = parts(side, tile, pad, align)
    assert [one.begin for one in found] == [0, *(one.end for one in found[:-1])]
    assert found[-1].end == side
    for one in found:
        assert one.begin < one.end
        assert 0 <= one.start <= one.begin
        assert one.end <= one.start + length <= side
        assert one.start == 0 or one.begin - one.start >= pad
        assert one.start + length == side or one.start + length - one.end >= pad


@given(**SIDES, align=st.sampled_from([1, 2, 4, 16, 48]))
def test_places_and_lengths_are_aligned_where_the_side_is(side, tile, pad, align):
    length, found = parts(side * align, tile, pad, align)
    places = [length, *(place for one in found for place in (one.start, one.begin, one.end))]
    assert all(place % align == 0 for place in places)


@given(**SIDES, align=st.sampled_from([1, 4, 16]))
def test_parts_are_no_longer_than_was_asked(side, tile, pad, align):
    length, found = parts(side, tile, pad, align)
    assert length <= tile + 2 * (pad + -pad % align) + align - 1 or len(found) == 1
    assert length == side if len(found) == 1 else len(found) <= -(-side // tile)


def test_a_part_at_the_edge_keeps_what_it_need_not_see_around_it():
    assert parts(100, 100, 10) == (100, [Part(0, 0, 100)])
    assert parts(100, 80, 10) == (100, [Part(0, 0, 100)])  # with its pads one part may be as long
    length, (first, second) = parts(100, 50, 10)
    assert (length, first.end, second.start) == (60, 50, 40)
    length, found = parts(300, 100, 18)
    assert length == 124  # not 136
    assert [(one.start, one.begin, one.end) for one in found] == [(0, 0, 106), (88, 106, 194), (176, 194, 300)]


def inside(made, margins, scale):
    top, below, left, right = (one * scale for one in margins)
    return made[..., top : made.shape[-2] - below, left : made.shape[-1] - right]


def cutting(net, scale):
    return lambda given, margins: inside(net(given), margins, scale)


def network(scale, convolutions, seed=0):
    """Convolutions, then larger, then one more: exact with a pad of one pixel a convolution."""
    torch.manual_seed(seed)
    layers = [torch.nn.Conv2d(3 if k == 0 else 5, 5, 3, 1, 1) for k in range(convolutions)]
    return torch.nn.Sequential(*layers, torch.nn.Upsample(scale_factor=scale), torch.nn.Conv2d(5, 3, 3, 1, 1)).eval()


@pytest.mark.parametrize(("height", "width"), [(37, 61), (64, 64), (1, 90), (90, 7), (5, 5)])
@pytest.mark.parametrize(("tile", "batch"), [(16, 1), (13, 4), (33, 3), (200, 2)])
def test_parts_make_the_whole_picture(height, width, tile, batch):
    net, picture = network(3, 2), torch.rand(1, 3, height, width)
    made = enlarged(cutting(net, 3), picture, 3, tile, 3, batch=batch)
    assert made.shape == (1, 3, height * 3, width * 3)
    assert float((made - net(picture)).abs().max()) <= 1e-6


def test_too_little_pad_would_be_seen():
    net, picture = network(3, 2), torch.rand(1, 3, 64, 64)
    assert float((enlarged(cutting(net, 3), picture, 3, 16, 1) - net(picture)).abs().max()) > 1e-4


@pytest.mark.parametrize(("height", "width"), [(37, 61), (9, 90), (2, 70)])
def test_a_network_that_folds_pixels_gets_sides_that_it_can_fold(height, width):
    """The result is that of the picture mirrored to a multiple, cut back; a small one's edge is repeated."""
    seen = []

    class Folding(torch.nn.Module):
        def forward(self, given):
            seen.append(given.shape)
            return fold(torch.nn.functional.pixel_unshuffle(given, 4))

    fold = torch.nn.Sequential(torch.nn.Conv2d(48, 48, 3, 1, 1), torch.nn.PixelShuffle(4))
    picture = torch.rand(1, 3, height, width)
    made = enlarged(cutting(Folding(), 1), picture, 1, 16, 4, 4)
    assert made.shape == picture.shape
    assert all(side % 4 == 0 for shape in seen for side in shape[2:])
    down, right = -height % 4, -width % 4
    mode = "reflect" if height > down else "replicate"
    wider = torch.nn.functional.pad(picture, (0, right, 0, down), mode=mode)
    assert float((made - Folding()(wider)[..., :height, :width]).abs().max()) <= 1e-6


def test_a_network_is_told_what_nobody_keeps():
    told = []

    def net(given, margins):
        told.append(margins)
        return inside(given, margins, 1)

    picture = torch.rand(1, 3, 30, 100)
    assert torch.equal(enlarged(net, picture, 1, 30, 5), picture)
    assert told == [(0, 0, 0, 5), (0, 0, 5, 5), (0, 0, 5, 0)]
    told.clear()
    assert torch.equal(enlarged(net, picture, 1, 30, 5, batch=3), picture)
    assert told == [(0, 0, 0, 0)]  # of all together, nothing


def test_parts_go_through_in_batches_of_one_shape():
    shapes = []

    def net(given, margins):
        shapes.append(tuple(given.shape))
        return inside(given, margins, 1)

    picture = torch.rand(1, 3, 50, 70)
    assert torch.equal(enlarged(net, picture, 1, 20, 2, batch=4), picture)
    assert [shape[0] for shape in shapes] == [4, 4, 4]
    assert len({shape[1:] for shape in shapes}) == 1
