# cdp-churn on data that say next to nothing: every run ends with a clear sentence, and no figure is nan or inf.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/fault/degenerate.py "$B"
