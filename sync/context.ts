import type { NameConflict, SeveralContacts } from '../core/contact/contactChoice';
import type { CommandName } from '../core/order/order';
import type { PhoneRegion } from '../core/contact/phone';
import type { Crm, Marketplace, MarketplaceRules } from '../core/ports';
import type { Policies } from '../core/reconcile/reconcile';
import type { StageMap } from '../core/order/stage';
import type { ContactSearch } from '../contacts/search';
import type { Journal, PairId } from '../journal/journal';

/** What the analyst has chosen in the node's options. */
export interface SyncSettings {
	policies: Policies;
	region: PhoneRegion;
	severalContacts: SeveralContacts;
	/** When a buyer's phone or e-mail belongs to somebody of another name. */
	nameConflict: NameConflict;
	/** Commands that the sync may send to the marketplace by itself. */
	commands: readonly CommandName[];
	/** The reason given to the marketplace when a deal is lost in the CRM. */
	cancelReason: string;
	/** Packages of an order when the deal's card does not say. */
	packages: number;
	/** `{number}` stands for the order's number. */
	dealName: string;
	responsibleId?: string;
	/** A command that must not be sent twice and shows no effect for so long is a person's business. Milliseconds. */
	commandGivesUpMs: number;
	/** First wait after a look that did not come to an end, and the longest one. Milliseconds. */
	retryFirstMs: number;
	retryMaxMs: number;
}

/** One shop and one CRM account, with everything that a look at an order needs. */
export interface SyncContext {
	pair: PairId;
	marketplace: Marketplace;
	crm: Crm;
	/** How buyers are looked for; absent: the CRM's own search. */
	search?: ContactSearch;
	journal: Journal;
	/** The marketplace's rules, less the commands that the analyst has switched off. */
	rules: MarketplaceRules;
	map: StageMap;
	settings: SyncSettings;
	/** Who holds the leases: unique per execution. */
	owner: string;
	now(): number;
	random(): number;
	/** The journal's own mark, for the cards of the deals that it makes. */
	mark?: string;
	/** Runs something whose calls are about the orders with these numbers, for the log. */
	concerning?<T>(orderNumbers: readonly string[], run: () => Promise<T>): Promise<T>;
}

export const about = <T>({ concerning }: SyncContext, orderNumbers: readonly string[], run: () => Promise<T>): Promise<T> =>
	concerning === undefined ? run() : concerning(orderNumbers, run);

export const pairId = (marketplace: Pick<Marketplace, 'name' | 'shop'>, crm: Pick<Crm, 'name' | 'account'>): PairId =>
	`${marketplace.name}:${marketplace.shop}|${crm.name}:${crm.account}`;

/** The marketplace's rules as far as the analyst lets the sync act: a command that is switched off is a person's to send. */
export function rulesWithin(rules: MarketplaceRules, commands: readonly CommandName[]): MarketplaceRules {
	return {
		statusText: (order) => rules.statusText(order),
		route(order, to) {
			const route = rules.route(order, to);
			if (route.kind !== 'command' || commands.includes(route.command)) return route;
			return { kind: 'refused', why: `команда «${commandNamesForPeople[route.command]}» выключена в узле Order Sync: отправьте её вручную` };
		},
	};
}

/** For notes and tasks. */
export const commandNamesForPeople: Record<CommandName, string> = {
	accept: 'принять',
	markArrived: 'товар прибыл',
	assemble: 'собрать',
	setTracking: 'трек-номер',
	ship: 'отправить',
	deliver: 'доставлено',
	cancel: 'отменить',
	issue: 'выдать',
	acceptReturn: 'возврат принят',
};

/** How the node is set up, as far as it may decide about an order that waits for a person. */
export const setupOf = ({ map, settings }: SyncContext): string => JSON.stringify([map.text, settings]);

/** Work that waits for a person is looked at again after this time: whatever its cause was, it may be gone without an event. */
export const attentionLooksEveryMs = 60 * 60_000;

/** Leases outlive any look; a process that died gives them up sooner (journal/owner.ts). */
export const leaseMs = 5 * 60_000;

/** After this time a write whose outcome is unknown has either arrived or never will: the services end a request within a minute. */
export const unknownSettlesMs = 60_000;

/** Waits grow twofold with each look in a row that came to nothing, with jitter so that a crowd does not come back at once. */
export function retryAt(context: SyncContext, attempts: number): number {
	const { retryFirstMs, retryMaxMs } = context.settings;
	const wait = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(attempts, 20));
	return context.now() + wait * (0.5 + context.random() / 2);
}

/** When a service that answers too many calls with a pause may be asked again, epoch ms: nothing is wrong then, and the work waits. */
export function pauseEnd(error: unknown, now: number): number | undefined {
	if (!(error instanceof Error) || !('kind' in error) || error.kind !== 'rate_limited') return undefined;
	return 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? now + error.retryAfterMs : undefined;
}
