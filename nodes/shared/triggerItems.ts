import type { IDataObject, INodeExecutionData, INodeProperties, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { stringify } from 'qs';
import { secretParameter } from '../../transport/webhookSecret';

/** That something happened to something, without anybody's data: a hint to look, no fact to act on. */
export interface HintOf<Entity extends string, Stage extends IDataObject> {
	entity: Entity;
	id: number;
	event: string;
	/** Epoch ms, as the CRM says. */
	at?: number;
	/** Ids only, as they were when it happened. */
	stage?: Stage;
}

export type HintSource = 'webhook' | 'poll';

/**
 * One item per deal, contact or task: what happened to it several times is looked at once.
 * @param kinds the most telling event first: of several it names the item
 * @param stageOf the stage that a group speaks of, from its hints as they came and from the most telling one on
 */
export function itemsOf<Stage extends IDataObject, Hint extends HintOf<string, Stage>>(
	hints: readonly Hint[],
	source: HintSource,
	kinds: readonly { value: string }[],
	stageOf: (asTheyCame: readonly Hint[], byRank: readonly Hint[]) => Stage | undefined,
): IDataObject[] {
	const rank = ({ event }: Hint): number => kinds.findIndex(({ value }) => value === event);
	const groups = new Map<string, Hint[]>();
	for (const hint of hints) {
		const key = `${hint.entity} ${hint.id}`;
		groups.set(key, [...(groups.get(key) ?? []), hint]);
	}
	return [...groups.values()].flatMap((group): IDataObject[] => {
		const told = [...group].sort((a, b) => rank(a) - rank(b));
		const first = told[0];
		if (first === undefined) return [];
		const at = Math.max(...group.map((hint) => hint.at ?? 0));
		return [
			{
				entity: first.entity,
				id: first.id,
				event: first.event,
				events: [...new Set(told.map(({ event }) => event))],
				...stageOf(group, told),
				...(at > 0 ? { at: new Date(at).toISOString() } : {}),
				source,
			},
		];
	});
}

export const asItems = (hints: readonly IDataObject[]): INodeExecutionData[] => hints.map((json) => ({ json }));

/** @param items `undefined`: the call was turned away and has been answered; none: nothing in it was wanted */
export const webhookResult = (items: readonly IDataObject[] | undefined): IWebhookResponseData =>
	items === undefined ? { noWebhookResponse: true } : items.length === 0 ? {} : { workflowData: [asItems(items)] };

export const pollResult = (items: readonly IDataObject[]): INodeExecutionData[][] | null => (items.length === 0 ? null : [asItems(items)]);

/** What the address of the call has as its secret. */
export function givenSecret(context: IWebhookFunctions): unknown {
	const query = context.getQueryData();
	return typeof query === 'object' && query !== null && secretParameter in query ? query[secretParameter] : undefined;
}

/** The form of a webhook call as it came. */
export function rawFormOf(context: IWebhookFunctions): Buffer {
	const { rawBody } = context.getRequestObject();
	// n8n keeps the body as it came; a host that does not has read the form into keys and values.
	return Buffer.isBuffer(rawBody) ? rawBody : Buffer.from(stringify(context.getBodyData()));
}

export function turnAway(context: IWebhookFunctions, status: number, why: string): undefined {
	context.getResponseObject().status(status).type('text/plain').send(why);
	return undefined;
}

/** For triggers that receive by webhook as well as by a poll. */
export const gatherSecondsProperty: INodeProperties = {
	displayName: 'Start at Most Every (Seconds)',
	name: 'gatherSeconds',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 60 },
	default: 2,
	description:
		'A change starts the workflow at once; what follows within this time comes together, with the next change or the next poll. A mass edit of a thousand deals then does not start a thousand executions.',
	displayOptions: { show: { receiveBy: ['both'] } },
};
