import { parseArgs } from 'node:util';

import { startSandbox, type Ports, type Sandbox } from './sandbox';

const HELP = `Kaspi, Ozon, amoCRM and Bitrix24 on loopback: stateful, and misbehaving on demand.

  npm run sandbox                       start and print the addresses
  npm run sandbox -- --json             print one line of JSON when everything listens
  npm run sandbox -- --empty            start without orders and deals
  npm run sandbox -- --port-base 5100   control 5100, Kaspi 5101, Ozon 5102, amoCRM 5103, Bitrix24 5104, messenger 5105 (default 4100)
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

/** One block of ports, the control server first. */
function portsFrom(base: number): Ports {
	return { control: base, kaspi: base + 1, ozon: base + 2, amocrm: base + 3, bitrix24: base + 4, messenger: base + 5 };
}

function describe(sandbox: Sandbox): string {
	const { control, kaspi, ozon, amocrm, bitrix24, messenger } = sandbox.credentials();
	const rows = [
		['Panel and control', control],
		['Kaspi Shop API', kaspi.baseUrl],
		['  X-Auth-Token', kaspi.token],
		['  X-Merchant-Uid', kaspi.shopId],
		['Ozon Seller API', ozon.baseUrl],
		['  Client-Id', ozon.clientId],
		['  Api-Key', ozon.apiKey],
		['amoCRM', amocrm.baseUrl],
		['  long-lived token', amocrm.longLivedToken],
		['  client id', amocrm.clientId],
		['  client secret', amocrm.clientSecret],
		['Bitrix24 webhook', bitrix24.webhookUrl],
		['  client id', bitrix24.clientId],
		['  client secret', bitrix24.clientSecret],
		['  application token', bitrix24.applicationToken],
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
