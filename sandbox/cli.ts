import { parseArgs } from 'node:util';

import { startSandbox, type Ports, type Sandbox } from './sandbox';

const HELP = `Kaspi and amoCRM on loopback: stateful, and misbehaving on demand.

  npm run sandbox                       start and print the addresses
  npm run sandbox -- --json             print one line of JSON when everything listens
  npm run sandbox -- --empty            start without orders and deals
  npm run sandbox -- --port-base 5100   control 5100, Kaspi 5101, amoCRM 5103, messenger 5105 (default 4100)
  npm run sandbox -- --seed 7           invent another world
  npm run sandbox -- --help

The panel is the control address in a browser; sandbox/README.md lists every control call.
`;

const LARGEST_BASE = 65_530;

function wholeNumber(name: string, text: string, largest: number): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 0 || value > largest) {
		throw new TypeError(`--${name} needs a whole number from 0 to ${largest}, not '${text}'`);
	}
	return value;
}

/** The places of Ozon (+2) and Bitrix24 (+4) stay free. */
function portsFrom(base: number): Ports {
	return { control: base, kaspi: base + 1, amocrm: base + 3, messenger: base + 5 };
}

function describe(sandbox: Sandbox): string {
	const { control, kaspi, amocrm, messenger } = sandbox.credentials();
	const rows = [
		['Panel and control', control],
		['Kaspi Shop API', kaspi.baseUrl],
		['  X-Auth-Token', kaspi.token],
		['  X-Merchant-Uid', kaspi.shopId],
		['amoCRM', amocrm.baseUrl],
		['  long-lived token', amocrm.longLivedToken],
		['  client id', amocrm.clientId],
		['  client secret', amocrm.clientSecret],
		['Messenger', messenger.baseUrl],
		['  bot token', messenger.token],
		['  chat id', messenger.chatId],
	];
	return rows.map(([name = '', value = '']) => `${name.padEnd(20)}${value}`).join('\n');
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			json: { type: 'boolean', default: false },
			empty: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
			'port-base': { type: 'string', default: '4100' },
			seed: { type: 'string', default: '1' },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return;
	}
	const sandbox = await startSandbox({
		seed: wholeNumber('seed', values.seed, 2 ** 31),
		empty: values.empty,
		ports: portsFrom(wholeNumber('port-base', values['port-base'], LARGEST_BASE)),
		onBusyPort: (server, port) =>
			process.stderr.write(`Port ${port} for ${server} is taken by another program; a free port is used instead.\n`),
	});
	const stop = () => {
		void sandbox.close().then(() => process.exit(0));
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	const text = values.json ? JSON.stringify(sandbox.credentials()) : `${describe(sandbox)}\n\nCtrl+C ends it.`;
	process.stdout.write(`${text}\n`);
}

main().catch((failure: unknown) => {
	process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\nTry: npm run sandbox -- --help\n`);
	process.exit(1);
});
