import { z } from 'zod/v4';

import { amocrm } from '../crms/amocrm';
import { bitrix24 } from '../crms/bitrix24';
import { kaspi } from '../markets/kaspi';
import { ozon } from '../markets/ozon';
import type { Sandbox } from '../sandbox';
import type { CrmSide, MarketSide, OrderSpec } from '../sides';

/** Something that people did in a service, and which items of its trigger tell of it: one of these is enough. */
export interface Happening {
	/** For people. */
	what: string;
	toldBy: RegExp;
}

/** A trigger of the pack, watched in a workflow of its own. */
export interface WatchedTrigger {
	side: MarketSide | CrmSide;
	/** Without the name of the pack. */
	type: string;
	version: number;
	parameters: Record<string, unknown>;
	/** Something new comes, and what came in the round before moves on. */
	happen(sandbox: Sandbox, round: number): Promise<Happening[]>;
	/** What an item tells of, by way of what: the same text twice means that it was told twice. */
	tellingsOf(item: unknown): string[];
}

export const TRIGGERS: readonly WatchedTrigger[] = [
	{
		side: kaspi,
		type: 'kaspiTrigger',
		version: 1,
		parameters: { events: ['newOrder', 'stageChanged'] },
		happen: rounds({
			come: async (sandbox, round) => await kaspi.order(sandbox, orderSpec('kaspi-delivery', round)),
			move: async (sandbox, number) => await kaspi.act(sandbox, number, 'accept-in-cabinet'),
			came: (number) => new RegExp(`^newOrder ${number}$`),
			// What came and was moved before anybody looked is new, and stands where it was moved to.
			moved: (number) => new RegExp(`^(stageChanged ${number} accepted|newOrder ${number} in accepted)$`),
		}),
		tellingsOf: (item) => {
			const { event, number, stage } = z.object({ event: z.string(), number: z.string(), stage: z.string() }).parse(item);
			return event === 'newOrder' ? [`newOrder ${number}`, `newOrder ${number} in ${stage}`] : [`${event} ${number} ${stage}`];
		},
	},
	{
		side: ozon,
		type: 'ozonTrigger',
		version: 1.1,
		parameters: { events: ['TYPE_NEW_POSTING', 'TYPE_STATE_CHANGED'] },
		happen: rounds({
			come: async (sandbox, round) => await ozon.order(sandbox, orderSpec('fbs', round)),
			move: async (sandbox, number) => await ozon.act(sandbox, number, 'assemble-in-cabinet'),
			came: (number) => new RegExp(`^(TYPE_NEW_POSTING|posting_seen) ${number}$`),
			moved: (number) => new RegExp(`^(TYPE_STATE_CHANGED|posting_changed) ${number} `),
		}),
		tellingsOf: (item) => {
			const schema = z.object({ event: z.string(), postingNumber: z.string(), newState: z.string().optional(), ozonStatus: z.string().optional() });
			const { event, postingNumber, newState, ozonStatus } = schema.parse(item);
			const isNew = event === 'TYPE_NEW_POSTING' || event === 'posting_seen';
			return [isNew ? `${event} ${postingNumber}` : `${event} ${postingNumber} ${newState ?? ozonStatus ?? ''}`];
		},
	},
	{
		side: amocrm,
		type: 'amoCrmTrigger',
		version: 1.1,
		parameters: { events: ['dealAdded', 'dealStatusChanged'] },
		happen: rounds({
			come: async (sandbox, round) => idOf(await sandbox.call('POST', '/amocrm/leads', { name: `Сделка ${round}` })),
			move: async (sandbox, id) => await sandbox.call('POST', `/amocrm/leads/${id}/move`, { status: 'Переговоры' }),
			came: (id) => new RegExp(`^\\w+ dealAdded ${id}$`),
			// An update may be all that is heard of it.
			moved: (id) => new RegExp(`^\\w+ (dealStatusChanged|dealUpdated) ${id}$`),
		}),
		tellingsOf: tellingsOfDeal,
	},
	{
		side: bitrix24,
		type: 'bitrix24Trigger',
		version: 1.1,
		parameters: { events: ['dealAdded', 'dealStageChanged'] },
		happen: rounds({
			come: async (sandbox, round) => idOf(await sandbox.call('POST', '/bitrix24/deals', { title: `Сделка ${round}` })),
			move: async (sandbox, id) => await sandbox.call('POST', `/bitrix24/deals/${id}/move`, { stage: 'PREPARATION' }),
			came: (id) => new RegExp(`^\\w+ dealAdded ${id}$`),
			moved: (id) => new RegExp(`^\\w+ (dealStageChanged|dealUpdated) ${id}$`),
		}),
		tellingsOf: tellingsOfDeal,
	},
];

interface Rounds {
	come(sandbox: Sandbox, round: number): Promise<string>;
	move(sandbox: Sandbox, id: string): Promise<unknown>;
	came(id: string): RegExp;
	moved(id: string): RegExp;
}

function rounds({ come, move, came, moved }: Rounds): WatchedTrigger['happen'] {
	let earlier: string | undefined;
	return async (sandbox, round) => {
		const happenings: Happening[] = [];
		if (earlier !== undefined) {
			await move(sandbox, earlier);
			happenings.push({ what: `${earlier} was moved in round ${round}`, toldBy: moved(earlier) });
		}
		const id = await come(sandbox, round);
		earlier = id;
		return [...happenings, { what: `${id} came in round ${round}`, toldBy: came(id) }];
	};
}

/** A webhook tells at once and the poll, as the safety net, once more: twice is what one of them tells twice. */
function tellingsOfDeal(item: unknown): string[] {
	const schema = z.object({ entity: z.literal('deal'), id: z.number(), events: z.array(z.string()), source: z.enum(['webhook', 'poll']) });
	const { id, events, source } = schema.parse(item);
	return events.map((event) => `${source} ${event} ${id}`);
}

const idOf = (answer: unknown): string => String(z.object({ id: z.number() }).parse(answer).id);

const orderSpec = (kind: string, round: number): OrderSpec => ({
	kind,
	autoAccept: false,
	preOrder: false,
	signature: false,
	buyer: { key: `buyer-${round}`, firstName: 'Асель', lastName: 'Касымова', phone: `70155${String(20_000 + round)}`, masked: true },
});
