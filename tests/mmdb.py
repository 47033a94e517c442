#!/usr/bin/env python3
"""Writes a small database in the MaxMind format 2.0 for tests.

Usage: mmdb.py NETWORKS.json OUT.mmdb

NETWORKS.json: {"type": "Test-City", "built": 1709251200, "ip_version": 6,
"networks": {"192.0.2.0/24": {"country": {"iso_code": "DE"}}, ...}}.  Later networks lie
over earlier ones.  Numbers with a point become doubles, others unsigned of 32 bits.
"""
import ipaddress
import json
import struct
import sys


def control(kind, size):
    first = bytearray()
    extra = b""
    if size < 29:
        low = size
    elif size < 285:
        low, extra = 29, bytes([size - 29])
    else:
        low, extra = 30, struct.pack(">H", size - 285)
    if kind <= 7:
        first.append(kind << 5 | low)
    else:
        first += bytes([low, kind - 7])
    return bytes(first) + extra


def encode(value):
    if isinstance(value, bool):
        return control(14, int(value))
    if isinstance(value, str):
        raw = value.encode("utf-8", "surrogateescape")
        return control(2, len(raw)) + raw
    if isinstance(value, float):
        return control(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        raw = value.to_bytes(8, "big").lstrip(b"\0")
        return control(9 if len(raw) > 4 else 6, len(raw)) + raw
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encode, value))
    return control(7, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())


class Tree:
    """Nodes are [left, right]: a node, the offset of a value, or None."""

    def __init__(self, bits):
        self.bits, self.root, self.data = bits, [None, None], bytearray()

    def put(self, network, value):
        net = ipaddress.ip_network(network)
        length, number = net.prefixlen, int(net.network_address)
        if net.version == 4 and self.bits == 128:
            length += 96
        width, node = self.bits, self.root
        at = len(self.data)
        self.data += encode(value)
        for i in range(length):
            bit = number >> (width - 1 - i) & 1
            if i == length - 1:
                node[bit] = at
                return
            if not isinstance(node[bit], list):
                node[bit] = [node[bit], node[bit]]
            node = node[bit]

    def nodes(self):
        found, queue = [], [self.root]
        while queue:
            node = queue.pop(0)
            found.append(node)
            queue += [child for child in node if isinstance(child, list)]
        return found

    def encode(self):
        nodes = self.nodes()
        number = {id(n): i for i, n in enumerate(nodes)}
        out = bytearray()
        for node in nodes:
            for child in node:
                record = (number[id(child)] if isinstance(child, list) else
                          len(nodes) if child is None else len(nodes) + 16 + child)
                out += record.to_bytes(3, "big")
        return len(nodes), bytes(out)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        wanted = json.load(f)
    version = wanted.get("ip_version", 6)
    tree = Tree(128 if version == 6 else 32)
    for network, value in wanted["networks"].items():
        tree.put(network, value)
    count, nodes = tree.encode()
    about = {
        "node_count": count, "record_size": 24, "ip_version": version,
        "database_type": wanted["type"], "languages": ["en"],
        "binary_format_major_version": 2, "binary_format_minor_version": 0,
        "build_epoch": wanted["built"], "description": {"en": "made for tests"},
    }
    # Of the sizes that the format asks for.
    sizes = {"record_size": 5, "ip_version": 5, "binary_format_major_version": 5,
             "binary_format_minor_version": 5, "build_epoch": 9, "node_count": 6}
    meta = control(7, len(about))
    for key, value in about.items():
        meta += encode(key)
        if key in sizes:
            raw = value.to_bytes(8, "big").lstrip(b"\0")
            meta += control(sizes[key], len(raw)) + raw
        else:
            meta += encode(value)
    with open(sys.argv[2], "wb") as out:
        out.write(nodes + bytes(16) + tree.data + b"\xab\xcd\xefMaxMind.com" + meta)


main()
