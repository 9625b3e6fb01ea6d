#!/usr/bin/env bash
# exceljs 4.4.0: what its CSV reader makes of articles, phones and codes. Seen 2026-11-27 on Node 20.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund exceljs@4.4.0 >/dev/null 2>&1
cat > look.cjs <<'JS'
const { Readable } = require('node:stream');
const { Workbook } = require('exceljs');
(async () => {
	const sheet = await new Workbook().csv.read(Readable.from(['article,phone,code\n0012,+70000000001,1E5\n']));
	const [, article, phone, code] = sheet.getRow(2).values;
	console.log('0012 ->', JSON.stringify(article), ' +70000000001 ->', JSON.stringify(phone), ' 1E5 ->', JSON.stringify(code));
	process.exit(article === 12 && phone === 70000000001 && code === 100000 ? 0 : 1);
})();
JS
node look.cjs
