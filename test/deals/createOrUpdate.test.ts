import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { openJournal } from '../../journal/open';
import type { FaultRule } from '../../sandbox/faults';
import { openNodeBench as openAmoCrm } from '../amocrm/nodeBench';
import { byId, openNodeBench as openBitrix24 } from '../bitrix24/nodeBench';

interface Side {
	node: string;
	/** An upsert of `{ key, name, price }`. */
	upsert: INodeParameters;
	/** A POST that creates deals. */
	create: FaultRule;
	run: Awaited<ReturnType<typeof openAmoCrm>>['run'];
	faults: { set(rule: FaultRule): string; clear(): void };
	deals(): (readonly [string, number])[];
	close(): Promise<void>;
}

async function amocrm(): Promise<Side> {
	const bench = await openAmoCrm();
	await bench.crm.prepare('Заказы');
	return {
		node: 'amoCRM',
		upsert: {
			resource: 'deal', operation: 'upsert', matchField: '', matchValue: '={{ $json.key }}', name: '={{ $json.name }}', stage: '',
			additionalFields: { price: '={{ $json.price }}' },
		},
		create: { api: 'amocrm', kind: '500', method: 'POST', pathIncludes: '/leads' },
		run: bench.run,
		faults: bench.sandbox.faults,
		deals: () => bench.sandbox.amocrm.state().leads.map(({ name, price }) => [name, price] as const),
		close: () => bench.close(),
	};
}

async function bitrix24(): Promise<Side> {
	const bench = await openBitrix24();
	await bench.crm.prepare('Заказы');
	return {
		node: 'Bitrix24',
		upsert: {
			resource: 'deal', operation: 'upsert', externalSystem: 'kaspi:1', externalId: '={{ $json.key }}', title: '={{ $json.name }}', stage: '',
			contactId: byId(''), additionalFields: { amount: '={{ $json.price }}' }, dealFields: { mappingMode: 'defineBelow', value: null },
		},
		// The search before it is the first POST.
		create: { api: 'bitrix24', kind: '500', method: 'POST', skip: 1 },
		run: bench.run,
		faults: bench.sandbox.faults,
		deals: () => bench.sandbox.bitrix24.state().deals.map(({ title, opportunity }) => [title, opportunity] as const),
		close: () => bench.close(),
	};
}

describe.each([['amoCRM', amocrm], ['Bitrix24', bitrix24]] as const)('Create or Update of deals: %s', (_name, open) => {
	let side: Side;
	beforeEach(async () => {
		process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'deals-'));
		side = await open();
	});
	afterEach(async () => {
		await (await openJournal()).close();
		await side.close();
	});
	const outputs = async (input: IDataObject[]) => {
		const run = await side.run(side.upsert, input);
		if (run.error) throw run.error;
		return (run.outputs(side.node)[0] ?? []).map(({ json }) => json);
	};

	it('makes one deal of one key in ten executions at once, and every one of them names it', async () => {
		const results = await Promise.all(Array.from({ length: 10 }, (_, index) => outputs([{ key: 'a', name: `A${index}`, price: index }, { key: `own ${index}`, name: 'B', price: 1 }])));
		expect(side.deals()).toHaveLength(11);
		expect(new Set(results.map(([first]) => first?.id)).size).toBe(1);
		expect(results.filter(([first]) => first?.created === true)).toHaveLength(1);
	}, 60_000);

	it('sends a batch again that met an HTTP 500, after it has looked', async () => {
		side.faults.set({ ...side.create, next: 2 });
		const results = await outputs([{ key: 'a', name: 'A', price: 1 }, { key: 'b', name: 'B', price: 2 }, { key: 'a', name: 'A2', price: 3 }]);
		expect(results.map(({ created }) => created)).toEqual([true, true, false]);
		expect(side.deals()).toEqual([['A2', 3], ['B', 2]]);
	}, 60_000);

	it.each(['timeout-after-apply', '500-after-apply'] as const)('takes what was made after all: %s', async (kind) => {
		side.faults.set({ ...side.create, kind, holdMs: 100, next: 1 });
		expect((await outputs([{ key: 'a', name: 'A', price: 1 }])).map(({ created }) => created)).toEqual([true]);
		expect(side.deals()).toEqual([['A', 1]]);
	}, 60_000);

	it('gives up after some tries with nothing doubled, and the next run makes it', async () => {
		side.faults.set({ ...side.create });
		const run = await side.run(side.upsert, [{ key: 'a', name: 'A', price: 1 }], 'continueErrorOutput');
		expect(run.outputs(side.node)[1]?.[0]?.json).toMatchObject({ key: 'a' });
		side.faults.clear();
		expect((await outputs([{ key: 'a', name: 'A', price: 1 }])).map(({ created }) => created)).toEqual([true]);
		expect(side.deals()).toHaveLength(1);
	}, 90_000);
});
