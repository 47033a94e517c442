#!/usr/bin/env python3
"""Holds the house to its plan: floors, banned functions, sizes, one file a third-party
header, and every tool's --help, SYNOPSIS and manual to each other.

Usage: lint.py BUILD_FOLDER    (from the project's root; exit 1 when anything is said)
"""
import glob
import os
import re
import subprocess
import sys

# Rooms of lib/unify whose files still open the run's own struct (unify/merge/state.h).
OPEN_MERGE = ("unify/evidence", "unify/measure")
FILE_MAX, FUNCTION_MAX, PAGE_MAX = 1500, 64, 700
BANNED = (r"\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|atol|atof|gmtime|localtime|setlocale|"
          r"rand|srand|tmpnam|mktemp|alloca)\s*\(")
LIBRARY_MAY_NOT = r"\b(exit|_exit|perror|getenv|printf|puts)\s*\(|\bstderr\b|\bstdout\b|\btime\s*\(\s*(NULL|0)"
OURS_MAY_NOT = r"^(?:static )?[a-z][\w ]*[ *](csv_\w+|json_\w+)\("
THIRD = r"#\s*include\s*<(csv|jansson|zlib|zstd|lbfgs|xxhash|utf8proc|maxminddb|pcre2|yaml|libpsl|openssl/\w+|sqlite3|libpq-fe|curl/curl|cblas|xgboost/c_api|xlsxwriter)\.h>"

problems = []


def say(place, text):
    problems.append(f"{place}: {text}")


def without_comments(text):
    """Comments and literals blanked, lines kept."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0))
    return re.sub(r"""/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", blank, text, flags=re.S)


def condition(code, at):
    """What stands in the parentheses that open before AT."""
    depth, end = 1, at
    while depth and end < len(code):
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        end += 1
    return code[at:end - 1]


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def functions(text):
    """(name, first line, lines) of each function whose brace stands in column 0."""
    lines, start, name = text.split("\n"), None, None
    for i, line in enumerate(lines):
        if line.startswith("{") and start is None:
            j = i - 1
            while j > 0 and lines[j].startswith(("\t", " ")):
                j -= 1
            m = re.search(r"(\w+)\s*\(", lines[j])
            if m:
                start, name = i, m.group(1)
        elif line.startswith("}") and start is not None:
            yield name, start + 1, i - start + 1
            start = None


def rooms():
    """The rooms of lib/ in their order, as lib/README.md lists them."""
    table = open("lib/README.md", encoding="utf-8").read()
    return re.findall(r"^\| `([a-z/]+)` \|", table, flags=re.M)


ROOMS = rooms()


def may_include(room, other):
    """Is OTHER an earlier room, and not of another wing?"""
    if other not in ROOMS or ROOMS.index(other) >= ROOMS.index(room):
        return room in OPEN_MERGE and other == "unify/merge"
    return "/" not in other or other.split("/")[0] == room.split("/")[0]


def check_floor(path, text):
    if not path.startswith("lib/"):
        return
    room = os.path.dirname(path)[len("lib/"):]
    if room not in ROOMS:
        say(path, "a room that lib/README.md does not list")
        return
    for m in re.finditer(r'#\s*include\s*"([\w/]+)/\w+\.h"', text):
        if m.group(1) != room and not may_include(room, m.group(1)):
            say(f"{path}:{line_of(text, m.start())}", f"includes {m.group(1)}/, which is not below {room}/")


def check_source(path, third):
    text = open(path, encoding="utf-8").read()
    code = without_comments(text)
    check_floor(path, text)
    for m in re.finditer(THIRD, text):
        third.setdefault(m.group(1), []).append(path)
    for m in re.finditer(BANNED, code):
        say(f"{path}:{line_of(code, m.start())}", f"{m.group(1)}() is banned")
    for m in re.finditer(r"\bif \(", code):
        if re.search(r"(?<![=!<>])=(?!=)", condition(code, m.end())):
            say(f"{path}:{line_of(code, m.start())}", "assignment inside an if")
    if path.startswith("lib/"):
        for m in re.finditer(LIBRARY_MAY_NOT, code):
            say(f"{path}:{line_of(code, m.start())}", f"'{m.group(0).strip()}' in a library")
    for m in re.finditer(OURS_MAY_NOT, code, flags=re.M):
        say(f"{path}:{line_of(code, m.start())}", f"{m.group(1)} is in another library's name space")
    if text.count("\n") > FILE_MAX:
        say(path, f"{text.count(chr(10))} lines: is it two modules?")
    for name, line, size in functions(code):
        if size > FUNCTION_MAX:
            say(f"{path}:{line}", f"{name}() is {size} lines: which part has a name of its own?")
    if path.endswith(".h") and not path.startswith("tests/") and "/*" not in text:
        say(path, "a header without its manual")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def mdoc_text(path):
    """The page as text, without overstrikes and hyphenation."""
    out = run("mandoc", "-T", "utf8", "-O", "width=1000", path).stdout
    return re.sub(r".\x08", "", out).replace("\u2010", "-").replace("\u2212", "-")


def check_parts(tool, page, manual, common):
    """Parts with options of their own (cdp-churn survival): each has a section of its name in the manual."""
    for part in run(tool, "--list-words").stdout.split():
        listed = run(tool, part, "--list-options")
        if listed.returncode:
            continue
        longs = {l.split("\t")[0] for l in listed.stdout.splitlines()}
        section = re.search(rf"^{part.upper()}\n(.*?)^[A-Z]", manual, flags=re.S | re.M)
        text = section.group(1) if section else ""
        said = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", text))
        for missing in sorted(longs - common - said):
            say(page, f"{missing} of {part} --help is not in {part.upper()}")
        entries = set(re.findall(r"^ {5,10}(?:-\w(?: \w+)?, )?(--[a-z][\w-]*)", text, flags=re.M))
        for extra in sorted(entries - longs):
            say(page, f"{extra} is not an option of {part}")


def check_tool(tool):
    name = os.path.basename(tool)
    page = f"man/{name}.1"
    if not os.path.isfile(page):
        say(page, "missing")
        return
    listed = [l.split("\t") for l in run(tool, "--list-options").stdout.splitlines()]
    longs = {l[0] for l in listed}
    manual = mdoc_text(page)
    options = re.search(r"^OPTIONS\n(.*?)^[A-Z]", manual, flags=re.S | re.M)
    said = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", options.group(1) if options else ""))
    for missing in sorted(longs - said):
        say(page, f"{missing} of --help is not in OPTIONS")
    entries = set(re.findall(r"^ {5,10}(?:-\w(?: \w+)?, )?(--[a-z][\w-]*)", options.group(1) if options else "", flags=re.M))
    for extra in sorted(entries - longs):
        say(page, f"{extra} is not an option of {name}")
    help_text = run(tool, "--help").stdout
    if help_text.count("\n  # ") < 2:
        say(name, "--help shows fewer than two examples")
    check_parts(tool, page, manual, longs)
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "DIAGNOSTICS", "SEE ALSO"):
        if not re.search(rf"^{section}$", manual, flags=re.M):
            say(page, f"no section {section}")


CALLABLE = set("Ar Cm Dq Em Ev Fl Fn Ic Li Nm No Ns Op Pa Po Pq Ql Qq Sq Sx Sy Va Xr Ta Pc Aq Bq".split())
QUOTING = {"Ql", "Dq", "Qq", "Sq"}


def macro_fault(macro, words):
    """What is wrong with WORDS behind MACRO, up to the next macro that is called; or None."""
    plain = [w for w in words if not w.startswith('"')]
    if any(re.fullmatch(r"(?!\\&).+[,;:]", w) for w in plain):
        return "punctuation glued to a word becomes part of it: a blank before it, or the text in quotes"
    if macro in QUOTING and any(w in (",", ";", ":") for w in words[:-1]):
        return "quotes all of the line as one: a line a word, or Li, which goes on behind a comma"
    if macro in ("Cm", "Ar", "Li", "Fl", "Pa") and any(w in ("and", "or") for w in plain):
        return "'and' and 'or' stand in the type of a literal: on a line of their own, or behind No"
    if macro in ("Cm", "Ar") and any("|" in w for w in plain if len(w) > 1):
        return "a bar between two words: Ns | Ns"
    if macro == "Fl" and any(len(w) > 1 and not w.startswith("-") for w in plain):
        return "gets a dash before each word: Ar or Cm before what is no flag"
    return None


def check_macros(page, text):
    """Calls of mdoc that mandoc takes for good and that print something else than was meant."""
    literal = False
    for number, line in enumerate(text.split("\n"), 1):
        literal = line.startswith(".Bd -literal") or literal and line != ".Ed"
        words = re.findall(r'"[^"]*"|\S+', line[1:])
        if literal or not line.startswith(".") or not words or words[0] not in CALLABLE | {"It"}:
            continue
        macro, behind = words[0], []
        for word in words[1:] + ["Ns"]:
            if word not in CALLABLE:
                behind.append(word)
                continue
            fault = macro in CALLABLE - {"No", "Em", "Sy", "Nm", "Pq", "Po", "Ta"} and macro_fault(macro, behind)
            if fault:
                say(f"{page}:{number}", f".{macro} {' '.join(behind)}: {fault}")
            macro, behind = word, []
    for quoted in re.findall("\u2018[^\u2019\n]*\u2018[^\u2019\n]*\u2019?", mdoc_text(page)):
        say(page, f"a quote inside a quote: {quoted}")


def check_page(page):
    """What mandoc warns of; links to sections and pages that are not there; pages too long to be read."""
    for line in run("mandoc", "-T", "lint", "-W", "warning", page).stdout.splitlines():
        say("mandoc", line)
    text = open(page, encoding="utf-8").read()
    check_macros(page, text)
    sections = {s.strip('"') for s in re.findall(r"^\.S[hs] (.*)$", text, flags=re.M)}
    for link in re.findall(r"^\.(?:Pq (?:see )?)?Sx (.*?)(?: [.,;:)]| No .*)*$", text, flags=re.M):
        if link.strip('"') not in sections:
            say(page, f"no section '{link}' in this page")
    for name, section in re.findall(r"\bXr (cdp\S*) (\d)", text):
        if not os.path.isfile(f"man/{name}.{section}"):
            say(page, f"no page {name}({section})")
    if page.endswith(".1") and text.count("\n") > PAGE_MAX:
        say(page, f"{text.count(chr(10))} lines: which part is a page of its own?")


def check_formats():
    """Each built-in format has its section in the manual, made from its head."""
    for line in run("python3", "man/formats.py", "--check").stdout.splitlines():
        say("make man", line)
    page = "man/cdp-formats.5"
    heads = " , ".join(re.findall(r"^\.Ss (.*)$", open(page, encoding="utf-8").read(), flags=re.M)).split(" , ")
    for path in sorted(glob.glob("lib/collect/formats/*.map")):
        if os.path.basename(path)[:-4] not in heads:
            say(page, f"no section on the format of {path}")


# The top folder: what a stranger sees first.
TOP = {"cmd", "lib", "tests", "testdata", "man", "Makefile", "README.md", "LICENSE"}


def check_top():
    """Nothing but these and dot files is tracked there, such as what somebody tried."""
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True).stdout.split("\n")
    for name in sorted({p.split("/")[0] for p in tracked if p and p[0] != "."} - TOP):
        say(name, "does not belong into the top folder")


def main():
    build = sys.argv[1]
    check_top()
    third = {}
    paths = [p for d in ("cmd", "lib", "tests") for e in ("c", "h")
             for p in glob.glob(f"{d}/**/*.{e}", recursive=True)]
    for path in sorted(paths):
        check_source(path, third)
    for header, users in sorted(third.items()):
        outside = [p for p in users if not p.startswith("tests/")]
        if len(outside) > 1:
            say(outside[1], f"<{header}.h> is already included by {outside[0]}")
    for page in sorted(glob.glob("man/*.[157]")):
        check_page(page)
    check_formats()
    for tool in sorted(glob.glob(f"{build}/cdp-*")):
        if os.access(tool, os.X_OK) and not tool.endswith((".o", ".d")):
            check_tool(tool)
    print("\n".join(problems))
    sys.exit(bool(problems))


main()
