import numpy as np

from pipeline.media.loudness import loudness, samples
from pipeline.media.synth import synth_bed, synth_bell


def test_the_bed_is_as_long_as_asked_soft_and_the_same_every_time(tmp_path):
    synth_bed(tmp_path / "a.wav", 5.5)
    synth_bed(tmp_path / "b.wav", 5.5)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    sound = samples(tmp_path / "a.wav")
    assert len(sound) == 264_000
    assert np.abs(sound).max() < 0.5
    assert -35 < loudness(tmp_path / "a.wav").integrated < -18
    spectrum = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    assert spectrum[int(2000 * 5.5) :].sum() < 0.02 * spectrum.sum()


def test_the_bell_strikes_at_once_and_dies_away(tmp_path):
    synth_bell(tmp_path / "a.wav")
    level = np.abs(samples(tmp_path / "a.wav")[:, 0])
    assert level[:4800].max() > 0.2
    assert level[:4800].max() > 5 * level[2 * 48_000 : 2 * 48_000 + 4800].max()
    assert level[-10:].max() < 1e-3
