import type { FastifyInstance } from 'fastify';

import type { CallLog } from './callLog';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Random } from './random';

/** What every simulated API is given. */
export interface ApiDeps {
	clock: Clock;
	faults: Faults;
	log: CallLog;
	random: Random;
}

/** What every simulated API gives: the sandbox is composed of these, and a further one is added the same way. */
export interface ApiSandbox {
	/** The API itself; the sandbox makes it listen. */
	service: FastifyInstance;
	/** A JSON snapshot of everything in it, for judges and the panel. */
	state(): unknown;
	/** Adds this API's routes (`/<api>/...`) to the control server. */
	registerControl(control: FastifyInstance): void;
	/** What a client needs to log in. `baseUrl` is the address the service listens on, without a trailing slash. */
	credentials(baseUrl: string): object;
	/** Fills it with a believable shop. */
	seed(): void;
	/** Empties it: data, counters and settings as at the start. */
	reset(): void;
	close(): void | Promise<void>;
}
