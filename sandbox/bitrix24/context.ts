import type { ApiDeps } from '../api';
import { Access } from './access';
import { BitrixAccount } from './account';
import { Dispatcher } from './dispatcher';
import { Announcer } from './events/announcer';
import { Deliveries } from './events/deliveries';
import { Handlers, type Handler } from './events/handlers';
import { furnish } from './furnish';
import { Gate } from './gate';
import type { MethodContext } from './methods/method';
import { Operating } from './operating';
import { Records } from './records';
import { DEFAULT_SETTINGS, type BitrixSettings } from './settings';
import { Store } from './store';
import { Timeline } from './timeline';

/** One simulated portal: what its methods use, and who calls them. */
export interface BitrixContext extends MethodContext {
	dispatcher: Dispatcher;
	/** As at the start: data, counters and settings. The webhook's code stays the same and is good again. */
	reset(): void;
}

export function createContext(
	{ clock, random }: Pick<ApiDeps, 'clock' | 'random'>,
	initial: Partial<BitrixSettings>,
	origin: () => string,
): BitrixContext {
	const settings: BitrixSettings = { ...DEFAULT_SETTINGS, ...initial };
	const store = new Store(clock, settings);
	furnish(store);
	const access = new Access(clock, random, settings, origin);
	const handlers = new Handlers();
	const deliveries = new Deliveries(clock, random, settings, handlers, (handler) => authOf(access, handler));
	const records = new Records(store, settings, new Announcer(handlers, deliveries));
	const timeline = new Timeline(store);
	const gate = new Gate(clock, settings);
	const operating = new Operating(clock, settings);
	const dispatcher = new Dispatcher(() => context);
	const account = new BitrixAccount(store, records, timeline, handlers, access, random);
	const reset = (): void => {
		Object.assign(settings, { ...DEFAULT_SETTINGS, ...initial });
		for (const part of [store, handlers, deliveries]) part.clear();
		furnish(store);
		for (const part of [access, gate, operating, dispatcher]) part.reset();
	};
	const parts = { settings, store, records, timeline, handlers, deliveries, access, gate, operating, dispatcher };
	const context: BitrixContext = { clock, random, ...parts, account, origin, reset };
	return context;
}

/** The `auth` part of an event: tokens only for the application (bitrix24.md §7). */
function authOf(access: Access, { kind, applicationToken }: Handler): Record<string, string> {
	const { domain, memberId, clientEndpoint, serverEndpoint } = access.portal();
	return {
		...(kind === 'app' ? { ...access.issueForEvent(), scope: access.scope(), status: 'L' } : {}),
		domain,
		client_endpoint: clientEndpoint,
		server_endpoint: serverEndpoint,
		member_id: memberId,
		application_token: applicationToken,
	};
}
