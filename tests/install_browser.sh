#!/bin/sh
# Chromium from the distribution; tests drive it with Playwright's executable_path.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null
    exit 0
fi
echo "Browser tests need Chromium: install the package 'chromium' and run again." >&2
exit 1
