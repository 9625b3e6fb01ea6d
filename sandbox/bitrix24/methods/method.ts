import type { ApiDeps } from '../../api';
import type { Access, Caller } from '../access';
import type { BitrixAccount } from '../account';
import type { Deliveries } from '../events/deliveries';
import type { Handlers } from '../events/handlers';
import type { Gate } from '../gate';
import type { Operating } from '../operating';
import type { Params } from '../php';
import type { Records } from '../records';
import type { BitrixSettings } from '../settings';
import type { Store } from '../store';
import type { Timeline } from '../timeline';

/** The parts of one simulated portal, as its methods use them. */
export interface MethodContext {
	clock: ApiDeps['clock'];
	random: ApiDeps['random'];
	settings: BitrixSettings;
	store: Store;
	records: Records;
	timeline: Timeline;
	handlers: Handlers;
	deliveries: Deliveries;
	access: Access;
	gate: Gate;
	operating: Operating;
	account: BitrixAccount;
	/** `http://host:port` of the portal. */
	origin: () => string;
}

export interface Call {
	params: Params;
	who: Caller;
}

/** What a method answers: `result`, and for lists how many there are and where the next page starts. */
export interface Answer {
	result: unknown;
	total?: number;
	next?: number;
}

export interface Method {
	/** The permission it needs; empty: none. */
	scope: '' | 'crm' | 'task' | 'user';
	/** What it costs of the operating time. */
	cost: 'read' | 'write';
	/** Only an application may call it, a webhook may not. */
	appOnly?: boolean;
	run(context: MethodContext, call: Call): Answer;
}

/** Methods by their name, as the documentation spells it. */
export type Methods = Record<string, Method>;

export function reading(run: Method['run'], scope: Method['scope'] = 'crm'): Method {
	return { scope, cost: 'read', run };
}

export function writing(run: Method['run'], scope: Method['scope'] = 'crm'): Method {
	return { scope, cost: 'write', run };
}
