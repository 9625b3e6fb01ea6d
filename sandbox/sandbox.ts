import { createServer, type AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { createAmoSandbox, type AmoSandbox, type AmoSettings } from './amocrm';
import type { ApiDeps, ApiSandbox } from './api';
import { createBitrixSandbox, type BitrixSandbox, type BitrixSettings } from './bitrix24';
import { CallLog } from './callLog';
import { Clock } from './clock';
import { createControl } from './control';
import { Faults } from './faults';
import { createKaspiSandbox, type KaspiSandbox, type KaspiSettings } from './kaspi';
import { createMessenger, type MessengerSandbox } from './messenger';
import { createOzonSandbox, type OzonSandbox, type OzonSettings } from './ozon';
import { Random } from './random';

/** The servers of the sandbox; `control` rules the others. */
export type ServerName = 'control' | 'kaspi' | 'ozon' | 'amocrm' | 'bitrix24' | 'messenger';
export type Ports = Record<ServerName, number>;

export interface SandboxOptions {
	/** The same seed invents the same world; default 1. */
	seed?: number;
	/** Start without orders and deals; default false. */
	empty?: boolean;
	/** `'any'` (default) takes free ports; 0, or a server left out, is a free one too. */
	ports?: Partial<Ports> | 'any';
	kaspi?: Partial<KaspiSettings>;
	ozon?: Partial<OzonSettings>;
	amocrm?: Partial<AmoSettings>;
	bitrix24?: Partial<BitrixSettings>;
	/** Called when a wished port is taken; without it a taken port is an error. A free port is used instead. */
	onBusyPort?: (server: ServerName, port: number) => void;
}

export interface SandboxCredentials {
	control: string;
	kaspi: ReturnType<KaspiSandbox['credentials']>;
	ozon: ReturnType<OzonSandbox['credentials']>;
	amocrm: ReturnType<AmoSandbox['credentials']>;
	bitrix24: ReturnType<BitrixSandbox['credentials']>;
	messenger: ReturnType<MessengerSandbox['credentials']>;
}

export interface Sandbox {
	clock: Clock;
	faults: Faults;
	kaspi: KaspiSandbox;
	ozon: OzonSandbox;
	amocrm: AmoSandbox;
	bitrix24: BitrixSandbox;
	messenger: MessengerSandbox;
	/** The calls of each API. */
	logs: Record<Exclude<ServerName, 'control'>, CallLog>;
	/** `http://127.0.0.1:<port>` of each server. */
	addresses: Record<ServerName, string>;
	credentials(): SandboxCredentials;
	/** Empties everything and, unless `empty`, fills it again. The clock keeps its time. */
	reset(empty?: boolean): void;
	close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts every simulated API and the control server on loopback. Several sandboxes live side by side in one process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const seed = options.seed ?? 1;
	const clock = new Clock();
	const faults = new Faults(clock, new Random(seed));
	const logs = { kaspi: new CallLog(), ozon: new CallLog(), amocrm: new CallLog(), bitrix24: new CallLog(), messenger: new CallLog() };
	// Each API draws its own numbers, so that calls to one do not change what another invents.
	const deps = (api: keyof typeof logs, offset: number): ApiDeps => ({
		clock,
		faults,
		log: logs[api],
		random: new Random(seed * 1000 + offset),
	});
	const kaspi = createKaspiSandbox({ ...deps('kaspi', 1), settings: options.kaspi });
	const ozon = createOzonSandbox({ ...deps('ozon', 4), settings: options.ozon });
	const amocrm = createAmoSandbox({ ...deps('amocrm', 2), settings: options.amocrm });
	const bitrix24 = createBitrixSandbox({ ...deps('bitrix24', 5), settings: options.bitrix24 });
	const messenger = createMessenger(deps('messenger', 3));
	const apis: Record<Exclude<ServerName, 'control'>, ApiSandbox> = { kaspi, ozon, amocrm, bitrix24, messenger };

	const addresses = { control: '', kaspi: '', ozon: '', amocrm: '', bitrix24: '', messenger: '' };
	const credentials = (): SandboxCredentials => ({
		control: addresses.control,
		kaspi: kaspi.credentials(addresses.kaspi),
		ozon: ozon.credentials(addresses.ozon),
		amocrm: amocrm.credentials(addresses.amocrm),
		bitrix24: bitrix24.credentials(addresses.bitrix24),
		messenger: messenger.credentials(addresses.messenger),
	});
	const fill = (empty: boolean) => {
		if (!empty) for (const api of Object.values(apis)) api.seed();
	};
	const reset = (empty = false) => {
		faults.clear();
		for (const log of Object.values(logs)) log.reset();
		for (const api of Object.values(apis)) api.reset();
		fill(empty);
	};
	const control = createControl({ clock, faults, apis, logs, reset, credentials });
	fill(options.empty ?? false);

	const servers: [ServerName, FastifyInstance][] = [
		['control', control],
		['kaspi', kaspi.service],
		['ozon', ozon.service],
		['amocrm', amocrm.service],
		['bitrix24', bitrix24.service],
		['messenger', messenger.service],
	];
	const close = async () => {
		clock.close();
		await Promise.all(servers.map(async ([, server]) => await server.close()));
		await Promise.all(Object.values(apis).map(async (api) => await api.close()));
	};
	try {
		for (const [name, server] of servers) {
			const port = options.ports === undefined || options.ports === 'any' ? 0 : (options.ports[name] ?? 0);
			addresses[name] = await listen(name, server, port, options.onBusyPort);
		}
	} catch (failure) {
		await close();
		throw failure;
	}
	return { clock, faults, kaspi, ozon, amocrm, bitrix24, messenger, logs, addresses, credentials, reset, close };
}

async function listen(
	name: ServerName,
	server: FastifyInstance,
	wished: number,
	onBusyPort: SandboxOptions['onBusyPort'],
): Promise<string> {
	// Fastify does not listen a second time after a failed attempt, so the port is tried beforehand.
	const taken = onBusyPort !== undefined && wished !== 0 && !(await isFree(wished));
	if (taken) onBusyPort(name, wished);
	await server.listen({ host: HOST, port: taken ? 0 : wished });
	return `http://${HOST}:${boundPort(server.server.address())}`;
}

async function isFree(port: number): Promise<boolean> {
	const probe = createServer();
	return await new Promise((resolve) => {
		probe.once('error', () => resolve(false));
		probe.listen(port, HOST, () => probe.close(() => resolve(true)));
	});
}

function boundPort(address: AddressInfo | string | null): number {
	if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
	return address.port;
}
