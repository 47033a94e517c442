#!/usr/bin/env python3
"""Runs the examples of README.md, the manual pages and --help: see docs.sh.

A block is a list of commands, each a line "$ ..." (a final backslash continues it) followed by
the output that it must print; a block line "..." stands for any lines.  A command
without output below it only has to succeed.  Usage: docs.py BUILD_FOLDER
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

build = os.path.abspath(sys.argv[1])
failed = ran = 0


def environment():
    env = dict(os.environ, PATH=build + ":" + os.environ["PATH"], LC_ALL="C.UTF-8", TZ="UTC", MANPATH=os.path.abspath("man"))
    env.pop("NO_COLOR", None)
    return env


def run(command, folder):
    global ran
    ran += 1
    return subprocess.run(["bash", "-c", "set -o pipefail; " + command], cwd=folder, env=environment(),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def complain(where, command, text):
    global failed
    failed += 1
    print(f"{where}: {command}\n{text}")


def matches(wanted, got):
    """Line by line; "..." takes any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if l.strip() == "..." else re.escape(l.rstrip()) + r"[ ]*\n" for l in wanted)
    return re.fullmatch(pattern, "".join(l.rstrip() + "\n" for l in got.splitlines())) is not None


def check(where, command, wanted, folder):
    if command.startswith("#") or re.match(r"(sudo|make|git|man|crontab)\b", command):
        return
    r = run(command, folder)
    # Of cdp-forget: a search that finds somebody.
    rejects = r.returncode == 1 and re.search(r"rejected|[1-9]\d* left$", r.stderr, flags=re.M)
    if r.returncode and not rejects:
        complain(where, command, f"exit {r.returncode}\n{r.stderr[-2000:]}")
    elif wanted and not matches(wanted, r.stdout) and not matches(wanted, r.stderr + r.stdout):
        complain(where, command, "wanted:\n" + "\n".join(wanted) + "\ngot:\n" + r.stdout[-3000:] + r.stderr[-1000:])


def session(where, lines, folder):
    command, wanted = None, []
    for line in lines + ["$ "]:
        if command is not None and command.endswith("\\") and not wanted:
            command = command[:-1] + line.lstrip("> ").strip()
        elif line.startswith("$ "):
            if command:
                check(where, command, wanted, folder)
            command, wanted = line[2:].strip(), []
        elif command is not None:
            wanted.append(line)
            while wanted and not wanted[0].strip():
                wanted.pop(0)


def fresh():
    """A copy of the demo with what its first steps make: the names that examples may use."""
    folder = tempfile.mkdtemp()
    shutil.copytree("testdata/demo", folder, dirs_exist_ok=True)
    for command in ("cdp-ingest -q -m shop.map --max-rejects 1% orders.csv -o shop.events",
                    "cdp-ingest -q -m newsletter.map newsletter.csv -o newsletter.events",
                    "cdp-ingest -q -m crm.map crm.json -o crm.events",
                    "cdp-merge -q *.events -o customers",
                    "cdp-segment -q --rfm -r segments.rules customers | cdp-churn -q -o scored",
                    "cp scored customers.ndjson"):
        check("setting up", command, [], folder)
    return folder


def readme():
    folder = fresh()
    for m in re.finditer(r"^```console\n(.*?)^```", open("README.md").read(), flags=re.S | re.M):
        session("README.md", m.group(1).rstrip("\n").split("\n"), folder)
    shutil.rmtree(folder)


def unroff(line):
    return line.replace("\\e", "\\").replace("\\&", "").replace("\\-", "-").replace("\\(dq", '"')


def manual(page):
    """Literal displays whose first line is a "$ " command."""
    folder = fresh()
    text = open(page).read()
    for m in re.finditer(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, flags=re.S | re.M):
        lines = [unroff(l) for l in m.group(1).rstrip("\n").split("\n")]
        if lines[0].startswith("$ "):
            session(page, lines, folder)
    for m in re.finditer(r"^\.Dl \$ (.*)$", text, flags=re.M):
        session(page, ["$ " + unroff(m.group(1)).replace("\\(-", "-")], folder)
    shutil.rmtree(folder)


def tool_help(tool, *part):
    folder = fresh()
    text = subprocess.run([tool, *part, "--help"], capture_output=True, text=True).stdout
    examples = re.findall(r"^  # .*\n  (.*)$", text, flags=re.M)
    for command in examples:
        check(os.path.basename(tool) + " --help", command, [], folder)
    if len(examples) < 2:
        complain(tool, "--help", "fewer than two examples")
    shutil.rmtree(folder)


readme()
for page in sorted(glob.glob("man/*.[157]")):
    manual(page)
for tool in sorted(glob.glob(build + "/cdp-*")):
    if os.access(tool, os.X_OK) and "." not in os.path.basename(tool):
        tool_help(tool)
        for part in subprocess.run([tool, "--list-words"], capture_output=True, text=True).stdout.split():
            if not subprocess.run([tool, part, "--list-options"], capture_output=True).returncode:
                tool_help(tool, part)
print(f"{ran} examples run, {failed} failed")
sys.exit(failed != 0)
