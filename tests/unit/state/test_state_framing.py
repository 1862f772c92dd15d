"""Journal lines: what is a cut-off write, and what is damage."""

from __future__ import annotations

import random

import pytest

from vbrprov.state.framing import START_HASH, DamagedLineError, frame, scan

SECTOR = 512


def lines_of(
    payloads: list[bytes], batches: list[int] | None = None, first: int = 0
) -> list[bytes]:
    """A journal's lines; ``batches[i]`` is the first record not on disk when line i was written."""
    lines, prev = [], START_HASH.encode()
    for index, payload in enumerate(payloads):
        seq = first + index
        line, prev = frame(seq, batches[index] if batches else seq, prev, payload)
        lines.append(line)
    return lines


PAYLOADS = [b'{"header":1}', b'{"a":1}', b'{"b":"' + b"x" * 60 + b'"}', b'{"c":3}']


def test_reads_what_was_framed() -> None:
    found = scan(b"".join(lines_of(PAYLOADS, first=40)))
    assert found.payloads == PAYLOADS
    assert found.first == 40
    assert found.lost == 0
    assert found.ends_with_newline


def test_empty() -> None:
    assert scan(b"").payloads == []
    assert scan(b"\0" * 4096).payloads == []


def test_reserved_space_is_no_data() -> None:
    raw = b"".join(lines_of(PAYLOADS))
    found = scan(raw + b"\0" * 10_000)
    assert found.payloads == PAYLOADS
    assert found.length == len(raw)
    assert found.lost == 0


@pytest.mark.parametrize("tail", [b"", b"\0" * 700])
def test_cut_at_every_byte_of_the_last_line(tail: bytes) -> None:
    lines = lines_of(PAYLOADS)
    before = b"".join(lines[:-1])
    for kept in range(len(lines[-1]) + 1):
        found = scan(before + lines[-1][:kept] + tail)
        whole = kept >= len(lines[-1]) - 1
        assert found.payloads == (PAYLOADS if whole else PAYLOADS[:-1])
        assert found.lost == (0 if whole else kept)
        assert found.length == len(before) + (kept if whole else 0)
        assert found.ends_with_newline == (kept != len(lines[-1]) - 1)


def test_every_flip_is_found_or_harmless() -> None:
    raw = b"".join(lines_of(PAYLOADS))
    for position in range(len(raw)):
        for flip in (0x01, 0x20, 0x80, raw[position], raw[position] ^ 0x0A):
            if not flip:
                continue
            damaged = bytearray(raw)
            damaged[position] ^= flip
            try:
                found = scan(bytes(damaged))
            except DamagedLineError:
                continue
            assert found.payloads == PAYLOADS, (position, flip)


def test_lost_doubled_and_moved_lines_are_found() -> None:
    a, b, c, d = lines_of(PAYLOADS)
    for wrong in ([a, c, d], [a, b, b, c, d], [a, c, b, d], [b, c, d, a], [a, b, d]):
        with pytest.raises(DamagedLineError):
            scan(b"".join(wrong))


def test_a_torn_batch_is_cut_even_when_its_later_half_reached_the_disk() -> None:
    payloads = [b'{"header":1}', b'{"a":1}', *[b'{"b":"%d%s"}' % (i, b"x" * 400) for i in range(9)]]
    # Records 2 to 10 went out in one write: record 2 was the first not on disk.
    raw = b"".join(lines_of(payloads, [0, 1, *[2] * 9]))
    for sector in range(1, len(raw) // SECTOR):
        torn = bytearray(raw)
        torn[sector * SECTOR : (sector + 1) * SECTOR] = bytes(SECTOR)
        found = scan(bytes(torn))
        assert 2 <= len(found.payloads) < len(payloads)
        assert found.payloads == payloads[: len(found.payloads)]
        assert found.lost > 0


def test_a_hole_in_records_that_were_on_disk_is_damage() -> None:
    payloads = [b'{"header":1}', *[b'{"b":"%d%s"}' % (i, b"x" * 700) for i in range(5)]]
    raw = b"".join(lines_of(payloads))
    for sector in range(1, len(raw) // SECTOR - 2):
        torn = bytearray(raw)
        torn[sector * SECTOR : (sector + 1) * SECTOR] = bytes(SECTOR)
        with pytest.raises(DamagedLineError, match="more follow"):
            scan(bytes(torn))


def test_random_garbage_is_never_taken_for_records() -> None:
    source = random.Random(7)
    good = b"".join(lines_of(PAYLOADS))
    for _ in range(300):
        noise = source.randbytes(source.randrange(1, 400))
        try:
            found = scan(good + noise)
        except DamagedLineError:
            continue
        assert found.payloads == PAYLOADS
