import { ServiceFailure } from '../../transport/errors';
import type { List } from '../../nodes/Bitrix24/api/client';
import { linkedDeals, type LinkedDeal } from '../../nodes/Bitrix24/api/contactMerger';
import { patientList } from '../../nodes/Bitrix24/api/longList';

const deal = (id: number): LinkedDeal => ({ id, contactIds: [], stageSemanticId: 'P' });
const limited = new ServiceFailure({ api: 'Bitrix24', kind: 'rate_limited', retryAfterMs: 439_000, message: 'no more operating time', advice: 'later' });
const down = new ServiceFailure({ api: 'Bitrix24', kind: 'rejected', message: 'no', advice: 'no' });

/** A portal with five pages of one deal that says no in front of the third, so often. */
function portal(failure: ServiceFailure, times: number) {
	let now = 0;
	let left = times;
	const asked: number[] = [];
	return {
		asked,
		slept: () => now,
		client: {
			now: () => now,
			async *list<T>(list: List<T>, after = 0): AsyncGenerator<T[], void> {
				asked.push(after);
				for (let id = after + 1; id <= 5; id++) {
					if (id === 3 && left-- > 0) throw failure;
					yield [list.element.parse(deal(id))];
				}
			},
		},
		patience: (isStopped = () => false) => ({ say: () => undefined, isStopped, sleep: async (ms: number) => void (now += ms) }),
	};
}

async function ids(pages: AsyncGenerator<LinkedDeal[], void>): Promise<number[]> {
	const found: number[] = [];
	for await (const page of pages) found.push(...page.map(({ id }) => id));
	return found;
}

describe('a long list of Bitrix24', () => {
	it('rests when there is no more operating time, and goes on behind the last element', async () => {
		const { client, patience, asked, slept } = portal(limited, 2);
		expect(await ids(patientList(client, linkedDeals(), patience()))).toEqual([1, 2, 3, 4, 5]);
		expect(asked).toEqual([0, 2, 2]);
		expect(slept()).toBe(2 * 439_000);
	});

	it('can be stopped while it rests', async () => {
		const { client, patience, slept } = portal(limited, 2);
		await expect(ids(patientList(client, linkedDeals(), patience(() => true)))).rejects.toThrow('no more operating time');
		expect(slept()).toBe(0);
	});

	it('does not wait for what waiting does not help', async () => {
		const { client, patience, slept } = portal(down, 1);
		await expect(ids(patientList(client, linkedDeals(), patience()))).rejects.toThrow('no');
		expect(slept()).toBe(0);
	});
});
