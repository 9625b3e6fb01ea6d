#!/usr/bin/env bash
# pg 8.23.1: how a JavaScript array travels to a jsonb column. Needs no server: what is sent is decided by the client.
# With a PostgreSQL at hand (PGHOST or a local socket), the stored value is read back too. Seen 2026-11-27 with PostgreSQL 15.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund pg@8.23.1 >/dev/null 2>&1
cat > look.cjs <<'JS'
const { prepareValue } = require('pg/lib/utils');
const { Client } = require('pg');
(async () => {
	const sent = [prepareValue([]), prepareValue([1, 2]), prepareValue({ list: [] })];
	console.log('sent for [], [1, 2] and { list: [] }:', sent.join('  '));
	let same = sent[0] === '{}' && sent[1] === '{"1","2"}' && sent[2] === '{"list":[]}';
	const client = new Client({ host: process.env.PGHOST ?? '127.0.0.1', user: process.env.PGUSER ?? 'postgres', database: process.env.PGDATABASE ?? 'postgres', connectionTimeoutMillis: 2000 });
	try {
		await client.connect();
	} catch {
		console.log('no PostgreSQL here: what is stored was not looked at');
		process.exit(same ? 0 : 1);
	}
	await client.query('create temporary table looks (value jsonb)');
	await client.query('insert into looks values ($1)', [[]]);
	const { rows } = await client.query('select value::text as text, jsonb_typeof(value) as type from looks');
	console.log(`stored for []: ${rows[0].text}, of type ${rows[0].type}`);
	same = same && rows[0].type === 'object';
	await client.end();
	process.exit(same ? 0 : 1);
})();
JS
node look.cjs
