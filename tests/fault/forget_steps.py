#!/usr/bin/env python3
"""Kills cdp-forget before each of its steps in turn, lets each of them fail, and changes files meanwhile.

Usage: forget_steps.py LIBRARY    (cdp-forget on PATH; LIBRARY: kill_at.c, built)
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

library = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp()
os.chdir(work)
FILES = ["customers", "e.events", "log", "orders.csv"]
NEVER = 200


def event(number, email):
    return json.dumps({"type": "track", "id": f"e{number}", "source": "shop", "event": "x", "ids": {"email": email}}) + "\n"


def put(name, text):
    with open(name, "w") as f:
        f.write(text)


def contents():
    return {n: open(n, "rb").read() for n in FILES}


def command(names):
    return ["cdp-forget", "-q", "-r", "phone=+12025550143", "--through", "customers", "--suppress-key", "../key", "--suppress", "forgotten",
            "--certificate", "certificate", *names]


def environment(**steps):
    env = dict(os.environ, LD_PRELOAD=library, ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
    env.update({k: str(v) for k, v in steps.items()})
    return env


def run(**steps):
    return subprocess.run(command(FILES), env=environment(**steps), capture_output=True, text=True)


def trial(what, step, named):
    """Did the run end before that step?"""
    shutil.rmtree("../try", ignore_errors=True)
    shutil.copytree("../begin", "../try")
    os.chdir("../try")
    p = run(**{what: step, "NO_TMPFILE": named})
    where = f"{what}={step} NO_TMPFILE={named}: exit {p.returncode}: {p.stdout}{p.stderr}"
    if p.returncode not in (0, 1, 3, -signal.SIGKILL):
        sys.exit(where)
    now = contents()
    if any(now[n] not in (before[n], wanted[n]) for n in FILES):
        sys.exit(f"{where}: neither old nor new")
    if now["customers"] == wanted["customers"] != before["customers"] and now != wanted and p.returncode not in (1, 3):
        sys.exit(f"{where}: the profiles went before other files")
    if p.returncode == 0 and now != wanted:
        sys.exit(f"{where}: ended well, and something is left")
    if p.returncode in (1, 3) and any(n.startswith(".") for n in os.listdir(".")):
        sys.exit(f"{where}: left behind: {os.listdir('.')}")
    if now["customers"] == before["customers"]:
        again = run(NO_TMPFILE=named)
        if again.returncode or contents() != wanted:
            sys.exit(f"{where}: then {again.returncode} {again.stderr}")
        if any(n.startswith(".") for n in os.listdir(".")):
            sys.exit(f"{where}: still there: {os.listdir('.')}")
    if len(set(open("forgotten").read().split("\n"))) < 4:
        sys.exit(f"{where}: forgotten, and not suppressed")
    return p.returncode == 0


def meanwhile(change, named=1):
    """The file is changed by CHANGE between the search and the copy."""
    shutil.rmtree("../try", ignore_errors=True)
    shutil.copytree("../begin", "../try", copy_function=shutil.copy2)
    os.chdir("../try")
    put("log", "ann@example.com\njane@example.com\n")
    p = subprocess.Popen(["cdp-forget", "-q", "-r", "email=jane@example.com", "log"], env=environment(STOP_AT=1, NO_TMPFILE=named),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.waitpid(p.pid, os.WUNTRACED)
    change()
    changed = open("log").read()
    p.send_signal(signal.SIGCONT)
    out, err = p.communicate()
    if p.returncode != 1 or "changed while it was read" not in err or open("log").read() != changed:
        sys.exit(f"{change.__name__}: exit {p.returncode}: {out}{err}")


def append():
    with open("log", "a") as f:
        f.write("bob@example.com\n")


def rewrite():
    """As many bytes, and the time as it was: only the content tells."""
    st = os.stat("log")
    with open("log", "r+") as f:
        f.write("bob")
    os.utime("log", ns=(st.st_atime_ns, st.st_mtime_ns))


def rotate():
    os.rename("log", "log.1")
    put("log", "ann@example.com\njane@example.com\n")


os.mkdir("begin")
with open("key", "w") as f:
    f.write("0123456789abcdef0123456789abcdef\n")
os.chmod("key", 0o600)
os.chdir("begin")
profile = {"type": "profile", "id": "0d64d4c520156f05be1cb06af3220872", "ids": {"email": ["jane@example.com"], "phone": ["+12025550143"]}}
other = {"type": "profile", "id": "1d64d4c520156f05be1cb06af3220872", "ids": {"email": ["ann@example.com"]}}
put("customers", "".join(json.dumps(p) + "\n" for p in (profile, other)))
put("e.events", event(1, "jane@example.com") + event(2, "ann@example.com"))
put("log", "jane@example.com\nann@example.com\n")
put("orders.csv", "id,email\n1,ann@example.com\n2,jane@example.com\n")
before = contents()
shutil.copytree("../begin", "../good")
os.chdir("../good")
p = run()
wanted = contents()
assert p.returncode == 0 and all(wanted[n] != before[n] for n in FILES), p.stderr
for named in 0, 1:
    for what in "KILL_AT", "FAIL_AT":
        for step in range(1, NEVER):
            if trial(what, step, named) and step > 40:
                break
for change in append, rewrite, rotate:
    meanwhile(change)
os.chdir("/")
shutil.rmtree(work)
