import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchContacts } from './contacts';
import { measurePair, measuredSchema, type Measured } from './measure';
import { benchMemory, memoryLimitMb } from './n8nMemory';
import { pairs, type Pair } from './pairs';
import { lineText, summaryText } from './table';
import { benchWebhooks } from './webhooks';

const help = `Counts API calls, seconds and memory of Order Sync against the sandbox.

  npm run bench                            all four pairs, 1,000 orders each
  npm run bench -- --pair kaspi-bitrix24   one of ${pairs.map(({ name }) => name).join(', ')}
  npm run bench -- --orders 200            fewer orders (the targets hold for 1,000)
  npm run bench -- --contacts              the contact rules and the identity index instead
  npm run bench -- --webhooks              how fast a real n8n answers the triggers' webhooks instead
  npm run bench -- --webhooks --n8n-env N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=false   the same with other settings of n8n
  npm run bench -- --memory                what many new orders do to the memory of a real n8n
  npm run bench -- --json                  one line of JSON
`;

interface Result {
	pair: Pair;
	lines: Measured[];
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			pair: { type: 'string', default: 'all' },
			orders: { type: 'string', default: '1000' },
			contacts: { type: 'boolean', default: false },
			memory: { type: 'boolean', default: false },
			webhooks: { type: 'boolean', default: false },
			'n8n-env': { type: 'string', multiple: true, default: [] },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return void process.stdout.write(help);
	const say = values.json ? () => undefined : (line: string) => console.log(line);
	if (values.contacts) {
		const measured = await benchContacts(say);
		if (values.json) console.log(JSON.stringify(measured));
		return;
	}
	if (values.webhooks) {
		const measured = await benchWebhooks(say, environmentOf(values['n8n-env']));
		if (values.json) console.log(JSON.stringify({ webhooks: measured }));
		return;
	}
	const orders = Number(values.orders);
	if (!Number.isInteger(orders) || orders < 1) throw new RangeError(`--orders needs a whole number, not '${values.orders}'`);
	if (values.memory) {
		const measured = await benchMemory(say, values.pair === 'all' ? 'kaspi-amocrm' : values.pair, orders);
		if (values.json) console.log(JSON.stringify(measured));
		if (measured.afterMb - measured.beforeMb >= memoryLimitMb) process.exitCode = 1;
		return;
	}
	const chosen = pairs.filter(({ name }) => values.pair === 'all' || name === values.pair);
	if (chosen.length === 0) throw new RangeError(`There is no pair '${values.pair}': choose all, ${pairs.map(({ name }) => name).join(', ')}`);

	const results: Result[] = [];
	for (const pair of chosen) {
		say(`\n== ${pair.market.name} → ${pair.crm.name} ==\n`);
		// Each in a process of its own: memory that one pair has taken is not there for the next one to grow into.
		results.push({ pair, lines: process.send === undefined ? await inChild(pair, orders, say) : await measured(pair, orders) });
	}
	if (process.send !== undefined) return;
	if (values.json) console.log(JSON.stringify({ orders, pairs: Object.fromEntries(results.map(({ pair, lines }) => [pair.name, lines])) }));
	else say(`\n${summaryText(results)}`);
	if (results.some(({ lines }) => lines.some(({ targets }) => targets.some(({ isMet }) => !isMet)))) process.exitCode = 1;
}

/** `NAME=value`, any number of them. */
const environmentOf = (settings: readonly string[]): Record<string, string> =>
	Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s, 2)));

/** In the child: tells its parent of each line. */
async function measured(pair: Pair, orders: number): Promise<Measured[]> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	try {
		return await measurePair(pair, folder, orders, (line) => process.send?.(line));
	} finally {
		rmSync(folder, { recursive: true, force: true });
		process.disconnect();
	}
}

/** In the parent: what the child has measured. */
async function inChild(pair: Pair, orders: number, say: (line: string) => void): Promise<Measured[]> {
	const lines: Measured[] = [];
	// The parent's standard output is for the tables, or for one line of JSON.
	const child = fork(__filename, ['--pair', pair.name, '--orders', String(orders), '--json'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	child.on('message', (message) => {
		const line = measuredSchema.parse(message);
		lines.push(line);
		say(lineText(pair, line));
	});
	const code = await new Promise<number | null>((done) => child.once('exit', done));
	if (code !== 0) throw new Error(`the bench of ${pair.name} ended with code ${code}`);
	return lines;
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
});
