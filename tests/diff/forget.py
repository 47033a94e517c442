"""Random files of every kind in which people stand in every spelling: one is forgotten, then all bytes are
searched by a search of its own, and all other lines are compared with what was there.

Usage: forget.py PROGRAM   (SEED names the worlds)
"""
import base64
import gzip
import hashlib
import html
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

program = os.path.abspath(sys.argv[1])
seed = int(os.environ.get("SEED", "11"))


def fail(text):
    print(f"FAIL (SEED={seed}): {text}")
    sys.exit(1)


class Person:
    def __init__(self, rng, number):
        name = "".join(rng.choice("abcdefghjk") for _ in range(rng.randint(3, 7)))
        self.email = f"{name}.{number}@{rng.choice(['example.com', 'mail.example.org', 'gmail.com'])}"
        self.phone = f"+1202555{number:04d}"
        self.shop = str(number)
        self.cookie = "".join(rng.choice("0123456789abcdef") for _ in range(20))
        self.customer = hashlib.sha256(self.email.encode()).hexdigest()[:32]

    def profile(self):
        return {"type": "profile", "id": self.customer,
                "ids": {"email": [self.email], "phone": [self.phone], "shop_id": [self.shop], "anonymous_id": [self.cookie]},
                "traits": {}, "consent": {}, "sources": ["shop"], "orders": {"count": 0}, "events": []}

    def strong(self):
        return [self.email, self.phone, self.cookie, self.customer]


def gmail(address):
    name, domain = address.split("@")
    return name.replace(".", "") + "@" + domain if domain == "gmail.com" else address


def forms(p):
    return [p.email, gmail(p.email), p.phone, p.phone[1:], p.cookie]


# ---- how people and machines write a value ----

def capitals(rng, v):
    return "".join(c.upper() if rng.random() < 0.3 else c for c in v)


def percent(rng, v, most=1):
    for _ in range(rng.randint(1, most)):
        v = "".join(f"%{ord(c):02{rng.choice('xX')}}" if c in "@+%" or rng.random() < 0.2 else c for c in v)
    return v


def phone(rng, v):
    d = v[2:]
    return rng.choice([v, v[1:], "00" + v[1:], f"+1 ({d[:3]}) {d[3:6]}-{d[6:]}", f"1-{d[:3]}-{d[3:6]}-{d[6:]}",
                       f"+1 {d[:3]} {d[3:6]} {d[6:8]} {d[8:]}", f"+1.{d[:3]}.{d[3:6]}.{d[6:]}"])


def digest(rng, p):
    v = rng.choice(forms(p)).encode()
    h = rng.choice([hashlib.sha256, hashlib.md5])(v).hexdigest()
    return h.upper() if rng.random() < 0.3 else h


def whole(rng, p):
    """A whole value that is theirs."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice([capitals(rng, p.email), f"Some One <{p.email}>", " " + p.email])
    if kind == 1:
        return phone(rng, p.phone)
    if kind == 2:
        return digest(rng, p)
    if kind == 3:
        return "https://example.com/x?" + percent(rng, "m=" + p.email, 2) + "&a=b"
    return rng.choice([p.cookie, p.customer])


def near(rng, p):
    """A value that only looks like theirs."""
    return rng.choice(["mary" + p.email, p.email + ".au", p.phone + "7", "x" + p.cookie, p.email.replace("@", "@a."),
                       digest(rng, p) + "0", "9" + p.shop, p.shop + "0", "https://example.com/?m=z" + percent(rng, p.email)])


def escape_json(rng, text):
    """JSON of a text, with escapes that need not be."""
    if rng.random() < 0.5:
        return json.dumps(text)
    return '"' + "".join(f"\\u{ord(c):04x}" if rng.random() < 0.3 else json.dumps(c)[1:-1] for c in text) + '"'


def cell(rng, text, delimiter):
    if any(c in text for c in '"\n' + delimiter) or rng.random() < 0.3:
        return '"' + text.replace('"', '""') + '"'
    return text


# ---- files: (lines as bytes, is it theirs; or what stays of it) ----

def events(rng, people, target):
    for i in range(rng.randint(1, 120)):
        p = rng.choice(people)
        ids, mine = {}, p is target
        if rng.random() < 0.8:
            ids[rng.choice(["email", "phone", "anonymous_id", "shop_id"])] = None
        for k in ids:
            ids[k] = {"email": capitals(rng, p.email), "phone": p.phone, "anonymous_id": p.cookie, "shop_id": p.shop}[k]
        props = {"n": i, "note": "a note " * rng.randint(0, 30)}
        if not ids:
            props["who"] = whole(rng, p)
        if rng.random() < 0.3:
            props["looks"] = near(rng, target)
        if rng.random() < 0.2:
            props["target_total"] = target.shop
        body = ",".join([f'"ids":{{{",".join(f"{json.dumps(k)}:{escape_json(rng, v)}" for k, v in ids.items())}}}'] +
                        [f'"props":{{{",".join(f"{json.dumps(k)}:" + (escape_json(rng, v) if isinstance(v, str) else str(v)) for k, v in props.items())}}}'])
        yield f'{{"type":"track","id":"e{i}","source":"shop","event":"x",{body}}}\n'.encode(), mine


def table(rng, people, target):
    delimiter = rng.choice(",;\t")
    yield delimiter.join(["row", "Shop ID", "contact", "remark"]).encode() + b"\n", False
    for i in range(rng.randint(1, 80)):
        p = rng.choice(people)
        mine = p is target
        known = rng.random() < 0.5
        row = [str(i), p.shop if known else "", whole(rng, p) if not known or rng.random() < 0.5 else "",
               rng.choice(["", "5\" pipe", "two\nlines", near(rng, target), target.shop])]
        yield delimiter.join(cell(rng, c, delimiter) for c in row).encode() + rng.choice([b"\n", b"\r\n"]), mine


def log(rng, people, target):
    for i in range(rng.randint(1, 120)):
        p = rng.choice(people)
        value = whole(rng, p) if rng.random() < 0.6 else "-"
        if rng.random() < 0.2:
            value = html.escape(p.email).replace("@", "&#64;")
        mine = p is target and value != "-"
        yield f'192.0.2.{i} [{i}] "GET /x{i} {value}" "{near(rng, target)}"\n'.encode(), mine


def audience(rng, people, target):
    yield b"hash\n", False
    for p in people * 2:
        yield digest(rng, p).encode() + b"\n", p is target


def blobs(rng, people, target):
    """base64 in the middle of a line of a log."""
    for i in range(rng.randint(1, 30)):
        p = rng.choice(people)
        text = "x" * rng.randint(0, 5) + json.dumps({"m": p.email}) + "y" * rng.randint(0, 3)
        yield b"t " + base64.b64encode(text.encode()) + b" end\n", p is target


def customer(rng, p):
    return {"name": rng.choice(["A", "B"]), rng.choice(["mail", "who"]): whole(rng, p), "lists": [1, {"a": []}]}


def pages(rng, people, target):
    """Pages of customers, a page a line."""
    for i in range(rng.randint(2, 40)):
        here = [rng.choice(people) for _ in range(rng.randint(1, 4))]
        texts = [(json.dumps(customer(rng, p)), p is target) for p in here]
        comma = rng.choice([",", ", ", " ,\t"])
        page = f'{{"page":{i},"customers":[%s],"more":{{}}}}\n'
        stay = comma.join(t for t, mine in texts if not mine)
        yield (page % comma.join(t for t, _ in texts)).encode(), not stay or (page % stay).encode()


def document(rng, people, target):
    """One JSON text over many lines, with lists of people and of values."""
    here = [rng.choice(people) for _ in range(rng.randint(1, 30))]
    people_of = [json.dumps(customer(rng, p), indent=rng.choice([None, 2])) for p in here]
    values = [json.dumps(whole(rng, p)) for p in here]
    text = '{\n "made": "today",\n "customers": [\n  %s\n ],\n "list": [%s]\n}\n'
    def made(keep):
        return text % (",\n  ".join(keep(people_of)) or "", ", ".join(keep(values)))
    mine = [p is target for p in here]
    want = made(lambda all_: [t for t, m in zip(all_, mine) if not m])
    yield made(lambda all_: all_).encode(), want.encode() if any(mine) else False


KINDS = [events, table, log, audience, blobs, pages, document]


def write(rng, path, data):
    packing = rng.choice(["", ".gz", ".zst"])
    if packing == ".gz":
        data = gzip.compress(data)
    if packing == ".zst":
        data = subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout
    with open(path + packing, "wb") as f:
        f.write(data)
    return path + packing


def read(path):
    data = open(path, "rb").read()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return subprocess.run(["zstd", "-q", "-d", "-c"], input=data, capture_output=True, check=True).stdout
    return data


# ---- the search of its own ----

def undo_escapes(text):
    for _ in range(4):
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)
        text = html.unescape(urllib.parse.unquote(text))
    return text


def plain_texts(data):
    """DATA as text in small letters with its escapes undone, and the base64 in it decoded."""
    text = data.decode("utf-8", "replace")
    seen = [undo_escapes(text)]
    for word in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text):
        for skip in range(4):
            chunk = word[skip:]
            seen.append(base64.b64decode(chunk[:len(chunk) // 4 * 4] or "").decode("latin-1"))
    return [t.lower() for t in seen]


def stands(text, value, inner):
    return re.search(rf"(?<![{inner}]){re.escape(value)}(?![{inner}])", text) is not None


def search(data, p):
    for text in plain_texts(data):
        for v in [p.email, p.cookie, p.customer]:
            if re.search(rf"(?<![a-z0-9]){re.escape(v)}(?![a-z0-9]|\.[a-z])", text):
                return v
        for v in forms(p):
            for h in (hashlib.sha256, hashlib.md5):
                if stands(text, h(v.encode()).hexdigest(), "0-9a-f"):
                    return f"a digest of {v}"
        for m in re.finditer(r"[+0-9][0-9 ().-]{8,}[0-9]", text):
            if re.sub(r"\D", "", m.group(0)).lstrip("0") == p.phone[1:]:
                return p.phone
    return None


def world(rng, folder):
    people = [Person(rng, n) for n in rng.sample(range(1, 3000), rng.randint(2, 6))]
    target = people[0]
    wanted = {}
    profiles = [(json.dumps(p.profile(), separators=(",", ":")).encode() + b"\n", p is target) for p in people]
    rng.shuffle(profiles)
    files = [("customers", profiles)] + [(f"f{i}", list(rng.choice(KINDS)(rng, people, target))) for i in range(rng.randint(1, 4))]
    for name, lines in files:
        if rng.random() < 0.2:
            stay = lines[-1][1] if isinstance(lines[-1][1], bool) else lines[-1][1].rstrip(b"\r\n")
            lines[-1] = (lines[-1][0].rstrip(b"\r\n"), stay)
        path = write(rng, os.path.join(folder, name), b"".join(l for l, _ in lines))
        wanted[path] = b"".join(l if mine is False else b"" if mine is True else mine for l, mine in lines)
    through = next(p for p in wanted if os.path.basename(p).startswith("customers"))
    request = rng.choice(["email=" + capitals(rng, target.email), "phone=" + target.phone, target.customer,
                          "shop_id=" + target.shop, "anonymous_id=" + target.cookie])
    command = [program, "-q", "-r", request, "--through", through] + list(wanted)
    before = {p: open(p, "rb").read() for p in wanted}
    r = subprocess.run(command + ["--dry-run"], capture_output=True, text=True)
    if r.returncode != 1 or any(open(p, "rb").read() != before[p] for p in wanted):
        fail(f"a dry run: exit {r.returncode} {r.stderr} {command}")
    r = subprocess.run(command, capture_output=True, text=True)
    if r.returncode != 0:
        fail(f"exit {r.returncode}: {r.stdout}{r.stderr} {command}")
    if os.environ.get("KEEP"):
        subprocess.run(["cp", "-r", folder, os.environ["KEEP"]])
    for path, lines in wanted.items():
        got = read(path)
        if got != (lines or (b"\n" if got == b"\n" else b"")):
            a, b = got.split(b"\n"), lines.split(b"\n")
            diff = [(x, y) for x, y in zip(a + [b""] * len(b), b + [b""] * len(a)) if x != y][:2]
            fail(f"{path}: {diff}\n{command}\n{r.stdout}")
        left = search(got, target)
        if left:
            fail(f"{path} still has {left}")
    again = subprocess.run(command[:4] + list(wanted), capture_output=True, text=True)
    if again.returncode != 0 or any("nothing" not in l for l in again.stdout.splitlines()):
        fail(f"a second run: {again.stdout}{again.stderr}")


def main():
    rng = random.Random(seed)
    for _ in range(int(os.environ.get("WORLDS", "30"))):
        with tempfile.TemporaryDirectory() as folder:
            world(rng, folder)


main()
