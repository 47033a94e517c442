"""Fails the n-th call of a kind, for n = 1, 2, ... until none is left, in small commands of every tool.

Usage: nth.py LIBRARY [MOST]    (tools on PATH; LIBRARY: fail_nth.c, built; MOST: at most so many n a
command, kind and error, spread evenly; default: all)

After each run: the tool was not killed; it ended well, with the very output of a good run, or with 3,
a message that names it and what failed, each of its files as it was before, and nothing left behind.
"""
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile

KINDS = {
    "malloc": ["ENOMEM"],
    "mmap": ["ENOMEM"],
    "read": ["EIO", "EINTR"],
    "write": ["ENOSPC", "EINTR"],
    "open": ["EMFILE", "EINTR", "EIO"],
    "close": ["EIO", "ENOSPC"],
    "fsync": ["EIO"],
    "rename": ["EIO"],
}
# Files take their names one behind the other, and the ledger is written last: what fails then may
# leave a new file, whole.
LATE = {"write", "open", "close", "fsync", "rename"}

BROWSER = "Mozilla/5.0 (Windows NT 10.0; rv:109.0) Gecko/20100101 Firefox/115.0"
ORDERS = "order_id,time,user_id,email,revenue,currency\n" + "".join(
    f"A{i},2025-{i % 12 + 1:02}-{i % 28 + 1:02} 10:00,u{i % 23},u{i % 23}@example.com,{i % 90 + 5}.50,EUR\n"
    for i in range(60)) + "A99,never,u1,u1@example.com,1,EUR\n"
LOG = "".join(
    f'192.0.2.{i} - - [01/Mar/2024:09:30:{i % 60:02} +0000] "GET /p/{i} HTTP/1.1" 200 5 "https://www.google.com/" "{BROWSER}"\n'
    for i in range(20))
TEXTS = {
    "orders.csv": ORDERS, "access.log": LOG, "vip.rules": "vip = revenue >= 100\n",
    "leaving": "email=u3@example.com\n", "ids.rules": "limit email = 3\n", "key": "0123456789abcdef" * 4 + "\n",
    "ledger": "# of ours\n",
}
INGEST = "cdp-ingest -q -j 1 -s shop --map event='\"Order Completed\"' --max-rejects 5 orders.csv"

# Each: name, command; files whose name begins with "new" are outputs.
# The workbook's: libxlsxwriter and libminizip do not look whether they got memory, so their own calls for it are left alone.
COMMANDS = [
    ("ingest", INGEST + " --tz Europe/Berlin --rejects new.rejects -o new"),
    ("ingest-hide", INGEST + " --drop currency --pseudonymize email --key-file key -o new.gz"),
    ("ingest-enrich", "cdp-ingest -q -j 1 --enrich ua,bots,referrer access.log -o new"),
    ("ingest-resume", "cdp-ingest -q -j 1 --resume new.state access.log -o new.out"),
    ("merge", "cdp-merge -q -j 1 --rules ids.rules --ledger ledger --exclude leaving --excluded new.left -u new.u events -o new"),
    ("merge-both", "cdp-merge -q -j 1 --match both --model new.model events"),
    ("segment", "cdp-segment -q -j 1 -r vip.rules --rfm profiles -o new.zst"),
    ("clusters", "cdp-segment -q -j 1 --clusters auto --save-clusters new.json profiles -o new"),
    ("segment-compared", "cdp-segment -q -j 1 --lifecycle --abc --save-thresholds new.cuts --previous segmented --changes new.changes "
     "--sizes new.csv profiles -o new.zst"),
    ("churn", "cdp-churn -q -j 1 --save-model new.model profiles -o new"),
    ("offers", "cdp-recommend -q -j 1 --item order_id profiles -o new"),
    ("activate", "cdp-activate -q -j 1 --to meta --assume-consent --suppress leaving --state state --removals new.gone "
     "--held-back new.held profiles -o new"),
    ("rules", "cdp-recommend -q -j 1 --rules --support 1 --item order_id profiles"),
    ("baskets", "cdp-recommend -q -j 1 --baskets --from lines --columns user_id,revenue -o new.csv orders.csv"),
    ("forget", "cdp-forget -q -n --strict -r email=u3@example.com --through profiles --suppress-key key --certificate new.c events profiles orders.csv"),
    ("report", "cdp-report -q -j 1 --tz Europe/Berlin -t html profiles -o new"),
    ("workbook", "cdp-report -q -j 1 overview rfm profiles -o new.xlsx"),
    ("workbook-list", "cdp-report -q -j 1 list -t xlsx --columns id,email,revenue,last_seen profiles -o new.xlsx"),
    ("list", "cdp-report -q -j 1 list -t csv --sort -revenue profiles"),
]


class Trial:
    """A command in a folder of its own, and what a good run of it gives."""

    def __init__(self, library, name, command, inputs):
        self.library, self.name, self.command = library, name, command
        self.folder = tempfile.mkdtemp(prefix="nth-")
        self.temporary = tempfile.mkdtemp(prefix="nth-tmp-")
        self.log = tempfile.mktemp(prefix="nth-log-")
        self.inputs = inputs
        self.bad = []

    def run(self, kind="", at=0, why=0, trace=False):
        for left in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, left))
        for name, text in self.inputs.items():
            with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as f:
                f.write(text)
        if os.path.exists(self.log):
            os.unlink(self.log)
        env = dict(os.environ, LC_ALL="C", TMPDIR=self.temporary, FAIL_LOG=self.log, FAIL_CALL=kind,
                   FAIL_AT=str(at), FAIL_ERRNO=str(why))
        if self.name.startswith("workbook"):
            env["FAIL_SPARE"] = "libxlsxwriter libminizip"
        if trace:
            env["FAIL_TRACE"] = "1"
        command = f"export LD_PRELOAD={self.library}; exec {self.command}"
        ran = subprocess.run(["sh", "-c", command], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=120)
        log = open(self.log).read() if os.path.exists(self.log) else ""
        return ran.returncode, ran.stdout, ran.stderr.decode(errors="replace"), log

    def files(self):
        """Without what --resume keeps for its next run: the state, which holds inodes and times, and a finished output."""
        found = {}
        for name in os.listdir(self.folder):
            if ".state" in name:
                continue
            with open(os.path.join(self.folder, name), "rb") as f:
                found[name] = f.read()
        return found

    def start(self):
        """The good run, which says what is right."""
        self.status, self.out, self.err, _ = self.run()
        self.after = self.files()
        if self.status not in (0, 1):
            self.bad.append(f"{self.name}: exit {self.status} with nothing failing: {self.err}")

    def judge(self, kind, name, ran):
        """What is wrong with the run, or nothing."""
        status, out, err, _ = ran
        files = self.files()
        if os.listdir(self.temporary):
            return f"left in TMPDIR: {os.listdir(self.temporary)}"
        if status < 0 or "Sanitizer" in err:
            return f"killed by {signal.Signals(-status).name}" if status < 0 else "a sanitizer's report"
        if status == self.status:
            if out != self.out:
                return "another output, and an exit as if nothing had failed"
            changed = [f for f in self.after if files.get(f) != self.after[f]] + [f for f in files if f not in self.after]
            return f"other files than in a good run: {changed}" if changed else ""
        if status != 3:
            return f"exit {status}"
        words = ["memory"] if name == "ENOMEM" else [os.strerror(getattr(errno, name))]
        if not err.startswith(self.command.split()[0] + ": ") or not any(w in err for w in words):
            return "the message does not say what failed"
        for f in set(files) | set(self.inputs):
            if files.get(f) == self.inputs.get(f) or (kind in LATE and files.get(f) == self.after.get(f)):
                continue
            return f"changed or left: {f}"
        return ""

    def fail_each(self, kind, name, most):
        """Every n-th, or at most MOST of them; returns how many there were."""
        why = getattr(errno, name)
        _, _, _, log = self.run(kind)
        count = int(log or 0)
        step = max(1, -(-count // most)) if most else 1
        tried = 0
        at = 1 + (len(self.name) + len(name)) % step
        while True:
            ran = self.run(kind, at, why)
            if ran[3] != "failed\n":
                return tried
            wrong = self.judge(kind, name, ran)
            if wrong:
                self.bad.append(f"{self.name}: {kind} {at} of {count} fails with {name}: exit {ran[0]}: {wrong}\n"
                                f"    {ran[2].strip()[:300]}")
            tried += 1
            at += step

    def finish(self):
        shutil.rmtree(self.folder)
        shutil.rmtree(self.temporary)
        if os.path.exists(self.log):
            os.unlink(self.log)


def make_inputs():
    inputs = {name: text.encode() for name, text in TEXTS.items()}
    folder = tempfile.mkdtemp(prefix="nth-")
    try:
        with open(os.path.join(folder, "orders.csv"), "wb") as f:
            f.write(inputs["orders.csv"])
        inputs["events"] = subprocess.run(INGEST, shell=True, cwd=folder, check=True, capture_output=True).stdout
        inputs["profiles"] = subprocess.run(["cdp-merge", "-q"], input=inputs["events"], check=True,
                                            capture_output=True).stdout
        inputs["segmented"] = subprocess.run(["cdp-segment", "-q", "--lifecycle"], input=inputs["profiles"], check=True,
                                             capture_output=True).stdout
    finally:
        shutil.rmtree(folder)
    return inputs


def main():
    library = os.path.abspath(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    chosen = os.environ.get("NTH", "").split()
    inputs = make_inputs()
    bad = tried = 0
    for name, command in COMMANDS:
        if chosen and name not in chosen:
            continue
        trial = Trial(library, name, command, inputs)
        trial.start()
        for kind, errors in KINDS.items():
            for error in errors:
                tried += trial.fail_each(kind, error, most)
        trial.finish()
        for line in trial.bad:
            print(line)
        bad += len(trial.bad)
    print(f"{tried} calls failed, {bad} of them badly")
    if tried < 100:
        sys.exit("too few calls failed: is the library loaded?")
    sys.exit(bad != 0)


main()
