"""Makes compound files (OLE), the form of .msg and of locked spreadsheets, from names and contents of streams."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF

Contents = Mapping[str, "bytes | Contents"]
"""Streams and storages by name."""


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = _NONE
    right: int = _NONE
    start: int = _END
    children: list[int] = field(default_factory=list)


def compound(contents: Contents) -> bytes:
    """The bytes of a compound file."""
    entries = [_Entry("Root Entry", 5)]
    _collect(entries, 0, contents)
    small, small_fat = b"", list[int]()
    for entry in entries[1:]:
        if entry.kind == 2 and 0 < len(entry.data) < _CUTOFF:
            entry.start = len(small_fat)
            count = -(-len(entry.data) // _SMALL)
            small_fat += [*range(entry.start + 1, entry.start + count), _END]
            small += entry.data.ljust(count * _SMALL, b"\0")
    sectors, fat = list[bytes](), list[int]()

    def place(data: bytes) -> int:
        count = -(-len(data) // _SECTOR)
        first = len(fat)
        fat.extend([*range(first + 1, first + count), _END] if count else [])
        sectors.extend(data[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0") for n in range(count))
        return first if count else _END

    entries[0].data, entries[0].start = small, place(small)
    for entry in entries[1:]:
        if entry.kind == 2 and len(entry.data) >= _CUTOFF:
            entry.start = place(entry.data)
    directory = place(b"".join(map(_packed, entries)))
    table = place(struct.pack(f"<{len(small_fat)}I", *small_fat).ljust(-(-len(small_fat) * 4 // _SECTOR) * _SECTOR, b"\xff"))
    count = 1
    while (len(fat) + count) * 4 > count * _SECTOR:
        count += 1
    first = len(fat)
    fat += [_FAT] * count
    fat += [_FREE] * (count * _SECTOR // 4 - len(fat))
    sectors += [struct.pack("<128I", *fat[n * 128 : (n + 1) * 128]) for n in range(count)]
    places = [*range(first, first + count), *[_FREE] * (109 - count)]
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, _CUTOFF, table, len(small_fat) and -(-len(small_fat) * 4 // _SECTOR), _END, 0)
    return header + struct.pack("<109I", *places) + b"".join(sectors)


def _collect(entries: list[_Entry], at: int, contents: Contents) -> None:
    for name in sorted(contents, key=lambda one: (len(one), one.upper())):
        value = contents[name]
        entries.append(_Entry(name, 2, value) if isinstance(value, bytes) else _Entry(name, 1))
        number = len(entries) - 1
        if entries[at].children:
            entries[entries[at].children[-1]].right = number
        else:
            entries[at].child = number
        entries[at].children.append(number)
        if not isinstance(value, bytes):
            _collect(entries, number, value)


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xII4x", name, len(name), entry.kind, 1, _NONE, entry.right, entry.child, entry.start & 0xFFFFFFFF, len(entry.data))


def outlook_message(subject: str, plain: str = "", page: bytes = b"", attachments: Mapping[str, bytes | Contents] | None = None) -> Contents:
    """The streams of a message as Outlook saves it; an attachment of streams is a message itself."""
    found: dict[str, bytes | Contents] = {"__properties_version1.0": bytes(32), "__substg1.0_0037001F": subject.encode("utf-16-le")}
    if plain:
        found["__substg1.0_1000001F"] = plain.encode("utf-16-le")
    if page:
        found["__substg1.0_10130102"] = page
    for number, (name, content) in enumerate((attachments or {}).items()):
        kind = "0102" if isinstance(content, bytes) else "000D"
        found[f"__attach_version1.0_#{number:08X}"] = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le"), f"__substg1.0_3701{kind}": content}
    return found
