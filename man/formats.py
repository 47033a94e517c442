#!/usr/bin/env python3
"""Writes the sections of man/cdp-formats.5 on the built-in formats from the heads of their .map files.

Usage: formats.py [--check]    (from the project's root; `make man`)

A head is the comment that a .map begins with: a title, a blank comment line, and paragraphs.  `name` is a
literal, "name" a quoted one, page(5) a manual page, a line that begins with two blanks and holds "->" a row
of a table.  It says what is recognised ("Recognised by ...") and what becomes of it.
"""
import glob
import os
import re
import sys

PAGE = "man/cdp-formats.5"
BEGIN, END = '.\\" The heads of lib/collect/formats/*.map: make man\n', '.\\" End of the heads.\n'
MAPS = sorted(glob.glob("lib/collect/formats/*.map"), key=lambda path: path.removesuffix(".map"))
TOKEN = re.compile(r"""(\(?)(?:`([^`]*)`|"([^"]*)"|(cdp[\w-]*)\((\d)\))((?:[.,;:)]+)?)(\S*)""")


def head(path):
    """The title and the blocks of the comment that PATH begins with."""
    lines = []
    for line in open(path, encoding="utf-8"):
        if not line.startswith("#"):
            break
        lines.append(line[1:].rstrip("\n").removeprefix(" "))
    blocks = [b.split("\n") for b in "\n".join(lines).split("\n\n")]
    return blocks[0][0], blocks[1:]


def call(m):
    """The macro call of a token, with its punctuation as mdoc wants it."""
    opening, literal, quoted, page, section, closing, rest = m.groups()
    words = [opening] if opening else []
    name = "Li" if literal is not None else "Ql" if quoted is not None else "Xr"
    words += [literal if literal is not None else quoted if quoted is not None else f"{page} {section}"]
    words += list(closing)
    return " ".join([name] + words) + (f" Ns {rest}" if rest else "")


def text_lines(text):
    """TEXT as lines of mdoc: a line a call, the words between wrapped, a sentence a line."""
    at = 0
    for m in TOKEN.finditer(text):
        yield from plain_lines(text[at:m.start()])
        yield "." + call(m)
        at = m.end()
    yield from plain_lines(text[at:])


def plain_lines(text):
    line = ""
    for word in text.split():
        if line and (len(line) + 1 + len(word) > 79 or re.search(r"[a-z)][.]$", line)):
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


def cell(text):
    """A cell of a table: calls, and No before the words between."""
    out, at = [], 0
    for m in TOKEN.finditer(text):
        out += ["No " + re.sub(r"([,;:])(?= |$)", r" \1", text[at:m.start()].strip())] if text[at:m.start()].strip() else []
        out.append(call(m))
        at = m.end()
    rest = text[at:].strip()
    return " ".join(out + (["No " + rest] if rest and out else [rest] if rest else []))


def table(rows):
    yield '.Bl -column "domain_userid, else client_session" "goes to"'
    yield ".It Sy field Ta Sy goes to"
    for row in rows:
        left, right = row.split(" -> ", 1)
        yield f".It {cell(left.strip())} Ta {cell(right)}"
    yield ".El"


def section(path):
    title, blocks = head(path)
    yield ".Ss " + os.path.basename(path)[:-len(".map")]
    yield from plain_lines(title.removesuffix(" ...").rstrip(".") + ".")
    for block in blocks:
        if all(line.startswith("  ") for line in block):
            yield from table(block)
            continue
        yield ".Pp"
        yield from text_lines(" ".join(block))


def sections():
    lines = []
    for path in MAPS:
        lines += section(path)
    return "\n".join(lines) + "\n"


def main():
    page = open(PAGE, encoding="utf-8").read()
    before, _, rest = page.partition(BEGIN)
    new = before + BEGIN + sections() + END + rest.partition(END)[2]
    if "--check" in sys.argv:
        for path in MAPS:
            if not any("Recognised by" in line for block in head(path)[1] for line in block):
                print(f"{path}: its head does not say what it is recognised by")
        if new != page:
            print(f"{PAGE}: is not what the heads of the .map files say: run make man")
    elif new != page:
        open(PAGE, "w", encoding="utf-8").write(new)


main()
