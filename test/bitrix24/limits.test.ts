import { z } from 'zod/v4';
import type { Outcome } from '../../core/ports';
import { addItem } from '../../nodes/Bitrix24/api/items';
import { savedSchema } from '../../nodes/Bitrix24/api/schema';
import { paceFor } from '../../transport/pace';
import { openBench, type Bench } from './bench';

let bench: Bench;

afterEach(() => bench.close());

const state = () => bench.sandbox.bitrix24.state();
const deals = (count: number) => Array.from({ length: count }, (_, index) => addItem('deal', { title: `D${index}` }));
const kinds = (outcomes: readonly Outcome<unknown>[]): string[] => [...new Set(outcomes.map(({ outcome }) => outcome))];

describe('the leaky bucket', () => {
	it('never overflows at the pace of the nodes, which uses its room for bursts', async () => {
		bench = await openBench({ requestsPerSecond: 20, bucketSize: 50 });
		const pace = paceFor(`test ${bench.baseUrl}`, 20, 50);
		const started = Date.now();
		const at: number[] = [];
		await Promise.all(
			Array.from({ length: 100 }, async () => {
				await pace.ready();
				at.push(Date.now() - started);
				await bench.client.call('profile', {}, 'read', z.unknown());
			}),
		);
		expect(state().portal.refusedCalls).toBe(0);
		// Two dozen go at once; a hundred calls at twenty a second take no longer than the portal asks for.
		expect(at.filter((ms) => ms < 500).length).toBeGreaterThanOrEqual(20);
		expect(Math.max(...at)).toBeLessThan(7_000);
	});

	it.each([
		['JSON', 0],
		['a page', 1],
	])('says "later" and not "unknown" when a create is turned away by it in %s', async (_name, htmlBodyShare) => {
		bench = await openBench({ requestsPerSecond: 0.001, bucketSize: 1, htmlBodyShare });
		await bench.client.call('profile', {}, 'read', z.unknown()).catch(() => undefined);
		const outcomes = await bench.client.run(deals(120), 'once', savedSchema);
		const [first] = outcomes;
		expect(kinds(outcomes)).toEqual(['rejected']);
		expect(first).toMatchObject({ permanent: false });
		expect(state().deals).toHaveLength(0);
	});
});

describe('the operating time', () => {
	it('closes a method until its time comes, says when, and sends nothing meanwhile; other methods go on', async () => {
		bench = await openBench({ operatingLimitSeconds: 480, methodCostSeconds: { 'crm.item.add': 20 } });
		const outcomes = await bench.client.run(deals(60), 'once', savedSchema);
		const created = outcomes.filter(({ outcome }) => outcome === 'ok').length;
		expect(created).toBeGreaterThanOrEqual(20);
		expect(created).toBeLessThanOrEqual(25);
		expect(kinds(outcomes.slice(created))).toEqual(['rejected']);
		const late = outcomes.at(-1);
		expect(late).toMatchObject({ permanent: false });
		expect(late?.outcome === 'rejected' && (late.retryAt ?? 0) > bench.sandbox.clock.now()).toBe(true);
		expect(state().deals).toHaveLength(created);

		bench.forgetCalls();
		expect(kinds(await bench.client.run(deals(2), 'once', savedSchema))).toEqual(['rejected']);
		expect(bench.calls()).toBe(0);
		expect((await bench.crm.pipelines()).length).toBeGreaterThan(0);

		bench.sandbox.clock.advance(700_000);
		expect(kinds(await bench.client.run(deals(2), 'once', savedSchema))).toEqual(['ok']);
	});
});

describe('the portal as a whole', () => {
	it('is left alone once its support has blocked it', async () => {
		bench = await openBench({ overloaded: true });
		await expect(bench.crm.pipelines()).rejects.toMatchObject({ kind: 'forbidden', blocked: true });
		bench.forgetCalls();
		await expect(bench.crm.pipelines()).rejects.toMatchObject({ blocked: true });
		expect(bench.portalCalls()).toBe(0);
	});

	it('throws when it is out of reach before anything was written', async () => {
		bench = await openBench({ restOnPlan: false });
		await expect(bench.crm.saveDeals([{ name: 'x' }])).rejects.toMatchObject({ kind: 'forbidden' });
	});

	it('names a missing scope', async () => {
		bench = await openBench();
		bench.sandbox.bitrix24.account.setScopes(['user']);
		await expect(bench.crm.pipelines()).rejects.toThrow(/scope/i);
	});

	it('lives with an empty error code', async () => {
		bench = await openBench({ emptyErrorShare: 1 });
		const outcomes = await bench.client.run(deals(1), 'once', savedSchema);
		expect(outcomes).toMatchObject([{ outcome: 'rejected', reason: expect.stringContaining('HTTP 400') }]);
	});

	it('stops after two lost answers in a row, and leaves the rest unsent', async () => {
		bench = await openBench();
		bench.sandbox.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', method: 'POST', next: 5 });
		const outcomes = await bench.client.run(deals(200), 'once', savedSchema);
		expect(outcomes.map(({ outcome }) => outcome)).toEqual([...Array<string>(100).fill('unknown'), ...Array<string>(100).fill('rejected')]);
		expect(state().deals).toHaveLength(100);
	});
});
