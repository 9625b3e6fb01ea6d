import type { ApiDeps } from '../api';
import { Access } from './access';
import { AmoAccount } from './account';
import { Announcer } from './announcer';
import { Contacts } from './contacts';
import { furnish } from './furnish';
import { Gate } from './gate';
import { History } from './history';
import { Leads } from './leads';
import { SearchIndex } from './searchIndex';
import { DEFAULT_SETTINGS, type AmoSettings } from './settings';
import { Store } from './store';
import { Deliveries } from './webhooks/deliveries';
import { Subscriptions } from './webhooks/subscriptions';

/** The parts of one simulated account, as its routes use them. */
export type AmoContext = ReturnType<typeof createContext>;

export function createContext({ clock, random }: ApiDeps, initial: Partial<AmoSettings> = {}) {
	const settings: AmoSettings = { ...DEFAULT_SETTINGS, ...initial };
	const store = new Store(clock);
	furnish(store);
	const history = new History(store, random);
	const subscriptions = new Subscriptions(store);
	const deliveries = new Deliveries(clock, random, settings, store, subscriptions);
	const announcer = new Announcer(store, history, deliveries);
	const leads = new Leads(store, new SearchIndex(clock, settings), announcer);
	const contacts = new Contacts(store, new SearchIndex(clock, settings), announcer, leads);
	const account = new AmoAccount(store, leads, contacts, announcer, subscriptions);
	const access = new Access(clock, random, settings, store);
	const gate = new Gate(clock, settings);

	/** As at the start: data, counters and settings. The long-lived token stays the same and is good again. */
	const reset = (): void => {
		Object.assign(settings, { ...DEFAULT_SETTINGS, ...initial });
		for (const part of [store, history, subscriptions, deliveries, leads.search, contacts.search]) part.clear();
		furnish(store);
		access.reset();
		gate.reset();
	};

	return {
		random,
		settings,
		store,
		history,
		subscriptions,
		deliveries,
		announcer,
		leads,
		contacts,
		account,
		access,
		gate,
		reset,
	};
}
