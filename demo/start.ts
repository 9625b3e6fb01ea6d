import { installN8n, type InstalledN8n } from './install';
import { N8n } from './n8n';
import { N8nApi, type Login } from './n8nApi';
import type { Narrator } from './narrator';
import { installPack } from './pack';
import type { Pair } from './pairs';
import { choosePorts } from './ports';
import { provision, type Provisioned } from './provision';
import { Sandbox } from './sandbox';
import { scaleTime } from './troubles';

export interface Installed {
	n8n: InstalledN8n;
	/** The pack, as n8n keeps community nodes. */
	nodesFolder: string;
}

/** An empty sandbox and a fresh n8n with the pack. */
export interface Services {
	sandbox: Sandbox;
	n8n: N8n;
	api: N8nApi;
	login: Login;
}

export interface Running extends Services {
	pair: Pair;
	provisioned: Provisioned;
}

export interface StartOptions {
	/** First of a hundred ports; undefined: the usual ones. */
	portBase: number | undefined;
	seed: number;
	/** Slow things are made quicker. */
	check: boolean;
	/** More variables for n8n, or other values. */
	n8nEnvironment?: Readonly<Record<string, string>>;
}

export const install = async (narrator: Narrator): Promise<Installed> => ({
	n8n: await installN8n(narrator),
	nodesFolder: await installPack(narrator),
});

/** Each pair gets a world of its own: an empty sandbox, a fresh n8n and with it a fresh journal, the templates published. */
export async function start(pair: Pair, installed: Installed, options: StartOptions, narrator: Narrator): Promise<Running> {
	narrator.line(`\n${pair.market.name} and ${pair.crm.name}:`);
	const services = await startServices(installed, options, narrator);
	const { sandbox, n8n, api } = services;
	if (options.check) await scaleTime(pair, sandbox, narrator);
	const provisioned = await provision(pair, api, sandbox, n8n.address, narrator);
	return { ...services, pair, provisioned };
}

export async function startServices(installed: Installed, options: StartOptions, narrator: Narrator): Promise<Services> {
	const base = options.portBase;
	const wishes = [
		{ name: 'the sandbox', first: base ?? 4100, count: 6 },
		{ name: 'n8n', first: base === undefined ? 5678 : base + 50, count: 1 },
		{ name: "n8n's task broker", first: base === undefined ? 5679 : base + 51, count: 1 },
	];
	const [port = 0, web = 0, broker = 0] = await choosePorts(wishes, (line) => narrator.line(`  ${line}`));
	const n8n = new N8n(installed.n8n, { web, broker }, options.n8nEnvironment);
	n8n.prepareHome(installed.nodesFolder);
	const sandbox = await narrator.step('Starting the sandbox', async () => await Sandbox.start({ port, seed: options.seed }));
	await narrator.step('Starting n8n', async () => await n8n.start());
	const api = new N8nApi(n8n.address);
	const login = await narrator.step('Creating the owner of n8n', async () => await api.createOwner());
	return { sandbox, n8n, api, login };
}
