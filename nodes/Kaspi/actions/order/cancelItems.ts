import { sleep, type INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { amountValue } from '../../../shared/parameterValues';
import { ServiceFailure } from '../../../../transport/errors';
import { longestComment } from '../../api/sendCommand';
import { Unsettled } from '../../api/commandConfirmation';
import type { KaspiClient, LineCut } from '../../api/client';
import { cancelReasons } from '../../model/rules';
import type { KaspiEntry, KaspiOrder } from '../../api/schema';
import { commentField, entryField, orderField, reasonFields, simplifyField } from '../parameters';
import { lineOf } from '../orderLine';
import type { Operation } from '../operation';

const linesField: INodeProperties = {
	displayName: 'Lines',
	name: 'lines',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: false },
	placeholder: 'Add Line',
	default: {},
	required: true,
	description: 'The lines to be lowered or taken out',
	options: [
		{
			displayName: 'Line',
			name: 'line',
			values: [
				entryField,
				{
					displayName: 'Pieces That Stay',
					name: 'remainedQuantity',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 0,
					description: 'How many pieces stay in the order; 0 takes the line out',
				},
			],
		},
	],
};

const cutLines = z.object({
	line: z
		.array(z.object({ line: z.coerce.string().trim().min(1), remainedQuantity: amountValue.pipe(z.number().int().min(0)) }))
		.min(1, 'no line was named'),
});

const readEveryMs = 2_500;
const waitMs = 30_000;
/** So long, when nobody knows whether it was taken. */
const unansweredWaitMs = 7_500;
const sendsAtMost = 3;

export const cancelItems: Operation = {
	value: 'cancelItems',
	name: 'Cancel Items',
	action: 'Cancel items of an order',
	description: 'Lower the quantity of lines or take them out; Kaspi does it some seconds later',
	properties: [orderField, linesField, ...reasonFields, commentField, simplifyField],
	async run(item) {
		const { line: wanted } = item.get('lines', cutLines);
		const reason = item.get('reason', z.enum(cancelReasons));
		const notes = item.get('comment', z.string().max(longestComment)).trim() || undefined;
		const { order } = await item.order();
		const entries = await item.client.entries(order);
		const cuts = wanted.map(({ line, remainedQuantity }) => cutOf(lineOf(entries, line, order.code), remainedQuantity, order));

		const [first] = cuts;
		const send = async () =>
			first !== undefined && cuts.length === 1
				? await item.client.cancelEntry(order, first, reason, notes)
				: await item.client.cancelEntries(order, cuts, reason, notes);
		const { status, ...after } = await sendCuts(item.client, order, cuts, send);
		const now = await item.client.order(order.id, order.code);
		return [{ json: { ...item.present(now, after.entries), kaspiAnswer: status, linesChanged: after.isDone } }];
	},
};

function cutOf(entry: KaspiEntry, remainedQuantity: number, { code }: KaspiOrder): LineCut {
	if (remainedQuantity < entry.quantity) return { entryId: entry.id, remainedQuantity };
	throw new Unsettled(
		`Line ${entry.sku ?? entry.id} of order ${code} has ${entry.quantity} pieces, so ${remainedQuantity} would take nothing away`,
		'Name fewer pieces, or leave the line out.',
	);
}

/** How many pieces stay is an absolute number: what nobody has word of and the lines do not show is sent again. */
async function sendCuts(
	client: KaspiClient,
	order: KaspiOrder,
	cuts: readonly LineCut[],
	send: () => Promise<string>,
	sends = 1,
): Promise<{ status: string; entries: KaspiEntry[]; isDone: boolean }> {
	const sent = await send().catch((failure: unknown) => {
		if (failure instanceof ServiceFailure && failure.mayBeApplied) return failure;
		throw failure;
	});
	if (typeof sent === 'string') return { status: sent, ...(await entriesAfter(client, order, cuts, waitMs)) };
	const after = await entriesAfter(client, order, cuts, unansweredWaitMs);
	if (after.isDone) return { status: 'SUCCESSFUL', ...after };
	if (sends < sendsAtMost) return await sendCuts(client, order, cuts, send, sends + 1);
	throw sent;
}

/** The change comes later (kaspi.md §4.1): reads the lines until they show it. */
async function entriesAfter(
	client: KaspiClient,
	order: KaspiOrder,
	cuts: readonly LineCut[],
	longestMs: number,
): Promise<{ entries: KaspiEntry[]; isDone: boolean }> {
	for (let waited = 0; ; waited += readEveryMs) {
		const entries = await client.entries(order);
		const isDone = cuts.every(
			({ entryId, remainedQuantity }) => (entries.find(({ id }) => id === entryId)?.quantity ?? 0) <= remainedQuantity,
		);
		if (isDone || waited >= longestMs) return { entries, isDone };
		await sleep(readEveryMs);
	}
}
