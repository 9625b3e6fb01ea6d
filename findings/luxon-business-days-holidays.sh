#!/usr/bin/env bash
# luxon-business-days 3.0.1: knows American holidays unless told otherwise, and isBusinessDay() ignores holidays.
# Seen 2026-11-27 on Node 20 with luxon 3.7.2.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund luxon@3.7.2 luxon-business-days@3.0.1 >/dev/null 2>&1
cat > look.cjs <<'JS'
const { DateTime } = require('luxon-business-days');
const seen = [
	// Thanksgiving of 2026 and Memorial Day: nobody outside of the USA has set anything up.
	['2026-11-26 isHoliday', DateTime.fromISO('2026-11-26').isHoliday(), true],
	['2026-05-25 isHoliday', DateTime.fromISO('2026-05-25').isHoliday(), true],
	['2026-11-26 isBusinessDay', DateTime.fromISO('2026-11-26').isBusinessDay(), true],
	['Wednesday 25 November + 1 business day', DateTime.fromISO('2026-11-25').plusBusiness({ days: 1 }).toISODate(), '2026-11-27'],
];
for (const [what, now] of seen) console.log(`${what}: ${now}`);
process.exit(seen.every(([, now, then]) => now === then) ? 0 : 1);
JS
node look.cjs
