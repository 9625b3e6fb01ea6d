import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { countValue } from '../../../shared/parameterValues';
import { isDone } from '../../api/sendCommands';
import { refuseUnlessOffered, sendAndConfirm, Unsettled } from '../../api/commandConfirmation';
import { isSuperseded } from '../../model/postingSplit';
import { packInto, type Package } from '../../model/packages';
import { manyPostings } from '../../api/postingLists';
import type { OzonPosting } from '../../api/schema';
import { shipPosting } from '../../api/postingWrites';
import { postingField, simplifyField } from '../parameters';
import type { Item, Operation, Produced } from '../operation';

const packing: INodeProperties = {
	displayName: 'Packing',
	name: 'packing',
	type: 'options',
	options: [
		{ name: 'Everything in One Package', value: 'one' },
		{ name: 'Packages as Listed', value: 'listed' },
		{ name: 'Spread over a Number of Packages', value: 'spread' },
	],
	default: 'one',
	description: 'How the goods were packed; each package becomes a posting of its own',
};

const count: INodeProperties = {
	displayName: 'Number of Packages',
	name: 'packages',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 2,
	description: 'The pieces are spread over the packages in the order of the lines',
	displayOptions: { show: { packing: ['spread'] } },
};

const list: INodeProperties = {
	displayName: 'Packages',
	name: 'packageList',
	type: 'json',
	default: '[[{ "sku": "", "quantity": 1 }]]',
	description: 'A list of packages, each a list of Ozon SKUs with their number of pieces',
	displayOptions: { show: { packing: ['listed'] } },
};

const listed = z
	.preprocess(
		(value) => (typeof value === 'string' ? parsedOr(value) : value),
		z
			.array(
				z
					.array(
						z.object({
							sku: z.union([z.string().trim().regex(/^\d+$/, 'an Ozon SKU is a number'), z.number().transform(String)]),
							quantity: z.coerce.number().int().min(1),
						}),
					)
					.min(1, 'a package is empty'),
			)
			.min(1, 'no package is listed'),
	);

function parsedOr(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

/** Assembly is asynchronous and may fail after it was taken (ozon.md §7 `ship_failed`). */
export const ship: Operation = {
	value: 'ship',
	name: 'Ship (Assemble)',
	action: 'Assemble a posting',
	description: 'Say that a posting is packed; several packages split it into several postings, which come as an item each',
	properties: [postingField, packing, count, list, simplifyField],
	atOnce: 10,
	async run(item) {
		const posting = await item.posting();
		const { number } = posting;
		if (item.work.assembling.has(number)) {
			throw new Unsettled(`Posting ${number} is named twice in this run`, 'It was assembled for the first of the items.');
		}
		item.work.assembling.add(number);
		if (isDone({ name: 'assemble' }, posting)) return await present(item, posting, []);
		refuseUnlessOffered(posting, ['ship', 'ship_async', 'ship_async_retry'], 'the assembly');

		const packages = packagesOf(item, posting);
		let made: string[] = [];
		const assembled = await sendAndConfirm(item.client, number, {
			onceOnly: true,
			what: 'Ship',
			send: async () => {
				made = await shipPosting(item.client, number, packages);
			},
			isDone: (now) => isDone({ name: 'assemble' }, now) && !now.actions.includes('ship_async_in_process'),
			isLost: (now) =>
				now.substatus === 'ship_failed' && !now.actions.includes('ship_async_in_process')
					? new Unsettled(
							`Ozon could not assemble posting ${number}, although it had taken the call (ship_failed)`,
							'Run Ship once more; if it fails again, look at the posting in the seller cabinet.',
						)
					: undefined,
			waitMs: 60_000,
		});
		return await present(item, assembled, made);
	},
};

function packagesOf(item: Item, posting: OzonPosting): Package[] {
	switch (item.get('packing', z.enum(['one', 'listed', 'spread']))) {
		case 'one':
			return packInto(posting, 1);
		case 'spread':
			return packInto(posting, item.get('packages', countValue));
		case 'listed':
			return item.get('packageList', listed);
	}
}

/** A posting that was split is shown as what became of it. */
async function present(item: Item, posting: OzonPosting, made: readonly string[]): Promise<Produced[]> {
	if (!isSuperseded(posting)) return [{ json: item.present(posting) }];
	const numbers = made.length > 0 ? made : posting.related;
	const found = await manyPostings(item.client, numbers, Date.now());
	return numbers.flatMap((number) => {
		const child = found.get(number);
		return child === undefined ? [] : [{ json: item.presentListed(child) }];
	});
}
