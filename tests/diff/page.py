"""The page in headless Chromium: page.sh says what is asked of it."""
import html
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

TOOLS, AXE = sys.argv[1:]

# Runs in each frame: what axe finds, what runs over the side, which figures stand on two lines.
PROBE = """
function broken() {
  var found = [];
  document.querySelectorAll('tbody .n,dd.n,.num,.heat td').forEach(function (e) {
    var r = document.createRange(), end = 0, lines = 0;
    r.selectNodeContents(e);
    Array.from(r.getClientRects()).forEach(function (b) { if (b.width > 1 && b.top >= end - 2) { lines++; end = b.bottom; } });
    if (lines > 1) found.push(e.textContent);
  });
  return found;
}
window.addEventListener('load', function () {
  document.querySelectorAll('details').forEach(function (d) { d.open = true; });
  axe.run(document, {resultTypes: ['violations']}).then(function (r) {
    parent.postMessage(JSON.stringify({frame: location.search, over: document.documentElement.scrollWidth - innerWidth,
      broken: broken(), dark: matchMedia('(prefers-color-scheme:dark)').matches, charts: document.querySelectorAll('svg[role=img]').length,
      findings: r.violations.map(function (v) { return [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)]; })}), '*');
  });
});
"""

WRAPPER = """<!DOCTYPE html><meta charset="utf-8"><pre id="out"></pre>
<script>addEventListener('message', function (e) { document.getElementById('out').textContent += e.data + '\\n'; });</script>
%s"""


def make_profiles(path):
    """A shop of two years: a name without a break, long numbers, a segment of markup, and a source that fell silent."""
    draw = random.Random(15)
    with open(path, "w") as out:
        for i in range(400):
            events, revenue = [], 0
            first = draw.randrange(0, 700)
            for day in sorted(draw.sample(range(first, 730), min(730 - first, draw.randrange(1, 6)))):
                cents = draw.randrange(100, 9000000)
                revenue += cents
                time = f"20{24 + day // 365:02d}-{day % 365 // 31 + 1:02d}-{day % 28 + 1:02d}T10:00:00.000Z"
                events.append({"type": "track", "id": f"e{i}-{day}", "time": time, "source": "shop", "event": "Order Completed",
                               "props": {"order_id": f"o{i}-{day}", "revenue": cents / 100, "currency": "EUR"}})
            events.sort(key=lambda e: e["time"])
            segments = sorted({"a" * 48, "<b>bold</b>", f"segment_{i % 30}"})
            profile = {"type": "profile", "id": f"c{i}", "as_of": "2026-01-15T12:00:00.000Z",
                       "ids": {"email": [f"person{i}@example.com"]}, "sources": ["shop"],
                       "first_seen": events[0]["time"], "last_seen": events[-1]["time"],
                       "orders": {"count": len(events), "revenue": revenue / 100, "currency": "EUR", "refunds": 0, "refunded": 0},
                       "segments": segments, "events": events}
            out.write(json.dumps(profile, separators=(",", ":")) + "\n")


def chromium(*arguments):
    done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *arguments],
                          capture_output=True, text=True, timeout=120)
    return done.stdout


def probe(folder, dark, widths):
    """What the page says of itself in frames of these widths."""
    frames = "".join(f'<iframe src="probe.html?{w}" width="{w}" height="1200"></iframe>' for w in widths)
    wrapper = os.path.join(folder, "wrapper.html")
    with open(wrapper, "w") as out:
        out.write(WRAPPER % frames)
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    dom = chromium("--virtual-time-budget=60000", "--window-size=2000,1300", *scheme, "--dump-dom", "file://" + wrapper)
    text = re.search(r'<pre id="out">(.*?)</pre>', dom, re.S)
    return [json.loads(line) for line in html.unescape(text.group(1)).splitlines()] if text else []


def check_screen(folder, page):
    with open(os.path.join(folder, "probe.html"), "w") as out:
        # The policy forbids any script: it has to go first.
        out.write(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page))
        out.write("<script>%s</script><script>%s</script>" % (open(AXE).read(), PROBE))
    bad = []
    for dark, widths in ((False, (360, 400, 1600)), (True, (360, 1600))):
        seen = probe(folder, dark, widths)
        if len(seen) != len(widths):
            bad.append(f"{len(seen)} of {len(widths)} frames answered")
        for frame in seen:
            name = f"{frame['frame'][1:]} px{', dark' if dark else ''}"
            bad += [f"{name}: {f}" for f in frame["findings"] if f[0] in ("serious", "critical")]
            bad += [f"{name}: '{figure}' breaks in two" for figure in frame["broken"][:3]]
            if frame["over"] > 0:
                bad.append(f"{name}: {frame['over']} px over the side")
            if frame["dark"] != dark:
                bad.append(f"{name}: the browser took the other colours")
            if not frame["charts"]:
                bad.append(f"{name}: no chart")
    return bad


def check_paper(folder, page):
    """Every figure of every table, folded or not, is on the paper."""
    if not shutil.which("pdftotext"):
        return []
    pdf = os.path.join(folder, "page.pdf")
    chromium("--no-pdf-header-footer", "--print-to-pdf=" + pdf, "file://" + os.path.join(folder, "page.html"))
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True).stdout.split()
    cells = [html.unescape(c) for c in re.findall(r'<td class="n">([^<]*)</td>', page)]
    lost = [c for c in cells if c.strip() and c.split()[0] not in text]
    return [f"on paper there is no {c}" for c in lost[:5]]


def main():
    folder = tempfile.mkdtemp()
    try:
        profiles, page = os.path.join(folder, "profiles"), os.path.join(folder, "page.html")
        make_profiles(profiles)
        subprocess.run([os.path.join(TOOLS, "cdp-report"), "-q", "-o", page, profiles], check=True)
        text = open(page).read()
        bad = check_screen(folder, text) + check_paper(folder, text)
        if len(text) > 150000:
            bad.append(f"{len(text)} bytes")
    finally:
        shutil.rmtree(folder)
    print("\n".join(bad) or "page: nothing serious")
    return bool(bad)


sys.exit(main())
