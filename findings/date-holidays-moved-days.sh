#!/usr/bin/env bash
# date-holidays 3.37.0: days off moved by a government are working days to it.
# Seen 2026-11-27 on Node 20. The official days: Kazakhstan kazpravda.kz 2026-02-19, taspanews.kz 2026-03-18; Russia: decree No. 1466 of 2025-09-24.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund date-holidays@3.37.0 >/dev/null 2>&1
cat > look.cjs <<'JS'
const Holidays = require('date-holidays');
const zones = { KZ: '+05:00', RU: '+03:00' };
const off = (country, day) => {
	const found = new Holidays(country).isHoliday(new Date(`${day}T12:00:00${zones[country]}`));
	return found !== false && found.some(({ type }) => type === 'public');
};
// country, day, whether it is a holiday or a day off moved there: what the library says, what the calendar of that year says (2027: by the rule)
const days = [
	['KZ', '2026-03-24', true, true],
	['KZ', '2026-03-25', false, true],
	['KZ', '2026-03-15', true, false],
	['KZ', '2027-03-24', false, true],
	['RU', '2026-01-09', false, true],
	['RU', '2026-05-11', false, true],
	['RU', '2026-12-31', false, true],
	['RU', '2026-03-09', true, true],
];
let changed = 0;
for (const [country, day, seen, official] of days) {
	const now = off(country, day);
	console.log(`${country} ${day}: holiday by the library: ${now}, by the calendar: ${official}${now === seen ? '' : '  <- has changed'}`);
	if (now !== seen) changed += 1;
}
process.exit(changed === 0 ? 0 : 1);
JS
# The machine's zone must not matter.
TZ=Asia/Almaty node look.cjs
