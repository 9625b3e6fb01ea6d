import { Workflow } from 'n8n-workflow';
import fc from 'fast-check';
import { AmoCrmApi } from '../../credentials/AmoCrmApi.credentials';
import { AmoCrmOAuth2Api } from '../../credentials/AmoCrmOAuth2Api.credentials';
import type { Deal } from '../../core/ports';
import { accountBaseUrl, accountUrlExpression } from '../../nodes/AmoCrm/api/accountAddress';
import { writeInBatches } from '../../nodes/AmoCrm/api/batchWrites';
import { advance, isSettled, overlapSeconds, readCursor, readFrom, writeCursor } from '../../transport/changeCursor';
import { cardPayload, dealFields, findField, readField } from '../../nodes/AmoCrm/model/cardFields';
import { isHiccup, refusalText, refusedElements } from '../../nodes/AmoCrm/api/refusals';
import { customFieldSchema, leadPage, leadSchema, type Written } from '../../nodes/AmoCrm/api/schema';
import { ServiceFailure } from '../../transport/errors';
import { createEngine } from '../engine/engine';

const addresses: [string, string][] = [
	['shop', 'https://shop.amocrm.ru'],
	[' Shop ', 'https://shop.amocrm.ru'],
	['shop.amocrm.ru', 'https://shop.amocrm.ru'],
	['https://shop.kommo.com/leads/list/?x=1', 'https://shop.kommo.com'],
	['https://shop.amocrm.ru/', 'https://shop.amocrm.ru'],
	['api-b.amocrm.ru', 'https://api-b.amocrm.ru'],
	['http://127.0.0.1:4103', 'http://127.0.0.1:4103'],
	['127.0.0.1:4103/', 'http://127.0.0.1:4103'],
	['localhost:4103', 'http://localhost:4103'],
];

describe('the address of an account', () => {
	it.each(addresses)('%s', (typed, url) => {
		expect(accountBaseUrl(typed)).toBe(url);
	});

	it.each(['', 'www.amocrm.ru', 'shop.amocrm.ru.evil.test', 'http://evil.test/shop.amocrm.ru', 'shop amocrm', 'user@evil.test', 'a.b.amocrm.ru'])(
		'refuses «%s», so that no token goes to a stranger',
		(typed) => {
			expect(() => accountBaseUrl(typed)).toThrow('amoCRM account');
		},
	);

	it.each(addresses)('is read the same way by the expressions of the credentials: %s', async (typed, url) => {
		const engine = createEngine({ nodeTypes: [] });
		const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: engine.nodeTypes });
		const node = { id: '1', name: 'x', type: 'x', typeVersion: 1, position: [0, 0] satisfies [number, number], parameters: {} };
		const found = await workflow.expression.withIsolate(async () =>
			workflow.expression.getSimpleParameterValue(node, accountUrlExpression('$credentials', '/oauth2/access_token'), 'internal', {
				$credentials: { account: typed },
			}),
		);
		expect(found).toBe(`${url}/oauth2/access_token`);
	});

	it('gives OAuth2 its pages and sends id and secret in the body', async () => {
		const engine = createEngine({
			nodeTypes: [],
			credentialTypes: [AmoCrmApi, AmoCrmOAuth2Api],
			credentials: { amoCrmOAuth2Api: { account: 'shop.kommo.com', clientId: 'id', clientSecret: 'x' } },
		});
		const data = await engine.credentials.getDecrypted(engine.additionalData('internal'), { id: '1', name: 'x' }, 'amoCrmOAuth2Api', 'internal');
		expect(data).toMatchObject({
			authUrl: 'https://www.kommo.com/oauth',
			accessTokenUrl: 'https://shop.kommo.com/oauth2/access_token',
			authentication: 'body',
			grantType: 'authorizationCode',
		});
	});
});

describe('what amoCRM says when it refuses', () => {
	const body = {
		title: 'Bad Request', status: 400, detail: 'Request validation failed',
		'validation-errors': [{ request_id: '3', errors: [{ code: 'NotSupportedChoice', path: 'custom_fields_values.0.field_id', detail: 'The field does not exist.' }] }],
	};

	it('is taken apart by element', () => {
		expect(refusedElements(body)).toEqual([{ requestId: '3', issues: [{ code: 'NotSupportedChoice', path: 'custom_fields_values.0.field_id', detail: 'The field does not exist.' }] }]);
		expect(refusalText(400, body)).toBe('custom_fields_values.0.field_id: NotSupportedChoice, The field does not exist.');
	});

	it('is a hiccup only without validation errors and about the system', () => {
		expect(isHiccup(400, { title: 'Bad Request', detail: 'System error, please try again later' })).toBe(true);
		expect(isHiccup(400, body)).toBe(false);
		expect(isHiccup(400, { title: 'Bad Request', detail: 'Invalid filter for current account' })).toBe(false);
		expect(isHiccup(422, { detail: 'system' })).toBe(false);
	});

	it('is not read out of pages', () => {
		expect(refusalText(403, '<html>403 Forbidden</html>')).toBeUndefined();
		expect(refusedElements('<html></html>')).toEqual([]);
	});
});

describe('schema', () => {
	it('understands nulls, numbers as text and additions', () => {
		const lead = leadSchema.parse({
			id: '7', name: null, price: '15', status_id: 142, pipeline_id: '3', created_at: 1, updated_at: '2', custom_fields_values: null, novelty: { a: 1 },
		});
		expect(lead).toMatchObject({ id: 7, name: '', price: 15, pipeline_id: 3, custom_fields_values: [], novelty: { a: 1 }, is_deleted: false });
	});

	it('takes nothing for an empty list, and only the query of the next page', () => {
		const leads = leadPage;
		expect(leads.parse(undefined)).toEqual({ items: [], next: undefined });
		const page = leads.parse({ _links: { next: { href: 'https://api-b.amocrm.ru/api/v4/leads?page=2&filter%5Bid%5D%5B%5D=1' } }, _embedded: { leads: [] } });
		expect(page.next).toEqual([['page', '2'], ['filter[id][]', '1']]);
		expect(leads.safeParse({ _embedded: {} }).success).toBe(false);
	});
});

describe('fields of the card', () => {
	const field = (id: number, name: string, code: string | null, type = 'text') => customFieldSchema.parse({ id, name, code, type });

	it('are found by code, else by name and type', () => {
		const fields = [field(1, 'Номер заказа', null), field(2, 'Order', 'MARKETPLACE_ORDER_NUMBER'), field(3, 'трек-номер', null), field(4, 'Магазин', null, 'select')];
		expect(findField(fields, dealFields.orderNumber)?.id).toBe(2);
		expect(findField(fields, dealFields.tracking)?.id).toBe(3);
		expect(findField(fields, dealFields.shop)).toBeUndefined();
	});

	it('leave out what the order does not say and shorten what would have the deal refused', () => {
		const card = {
			orderKey: 'kaspi:1:a', marketplace: 'Kaspi', shop: '1', orderId: 'a', orderNumber: '5', status: 'я'.repeat(300), deliveryKind: '', exactAmount: '10',
			assembleBy: 1_790_000_000_999,
		};
		const payload = cardPayload(card, { orderKey: 1, status: 2, deliveryKind: 3, tracking: 4, assembleBy: 5 });
		expect(payload.map(({ field_id, values }) => [field_id, values[0]?.value])).toEqual([
			[1, 'kaspi:1:a'], [2, `${'я'.repeat(255)}…`], [5, 1_790_000_000],
		]);
	});

	it('are read by code or name', () => {
		const { custom_fields_values: values } = leadSchema.parse({
			id: 1, status_id: 1, pipeline_id: 1, created_at: 1, updated_at: 1,
			custom_fields_values: [{ field_id: 9, field_name: 'Мест', field_code: null, values: [{ value: '3' }] }],
		});
		expect(readField(values, dealFields.packages)).toBe('3');
		expect(readField(values, dealFields.orderKey)).toBeUndefined();
	});
});

describe('writing in batches', () => {
	const failure = (kind: ServiceFailure['kind'], more: { status?: number; body?: unknown; mayBeApplied?: boolean } = {}) =>
		new ServiceFailure({ api: 'amoCRM', kind, message: kind, advice: 'x', ...more });
	const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ n: index }));

	/** Takes a batch as amoCRM does: refuses all of it when one is bad, answers in any order. */
	const server = (isBad: (n: number) => boolean, names: boolean) => {
		const applied: number[] = [];
		const sizes: number[] = [];
		const send = async (batch: readonly { n: number; request_id: string }[]): Promise<Written[]> => {
			sizes.push(batch.length);
			const bad = batch.filter(({ n }) => isBad(n));
			if (bad.length > 0) {
				const errors = bad.map(({ request_id }) => ({ request_id, errors: [{ code: 'InvalidType', path: 'price', detail: '' }] }));
				throw failure('rejected', { status: 400, body: names ? { 'validation-errors': errors } : { detail: 'no' } });
			}
			applied.push(...batch.map(({ n }) => n));
			return batch.map(({ n, request_id }) => ({ id: 1000 + n, request_id })).reverse();
		};
		return { send, applied, sizes };
	};

	it('any set of bad elements fails alone, nothing is written twice, results stand where their elements stood', async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 130 }), fc.array(fc.integer({ min: 0, max: 129 }), { maxLength: 12 }), fc.boolean(), async (count, bad, names) => {
				const { send, applied } = server((n) => bad.includes(n), names);
				const outcomes = await writeInBatches(elements(count), send);
				expect(outcomes).toHaveLength(count);
				outcomes.forEach((outcome, n) => expect(outcome).toMatchObject(bad.includes(n) ? { outcome: 'rejected', permanent: true } : { outcome: 'ok', value: 1000 + n }));
				expect([...applied].sort((a, b) => a - b)).toEqual(elements(count).map(({ n }) => n).filter((n) => !bad.includes(n)));
			}),
			{ numRuns: 60 },
		);
	});

	it('one bad element that is named costs one more call', async () => {
		const { send, sizes } = server((n) => n === 3, true);
		await writeInBatches(elements(50), send);
		expect(sizes).toEqual([50, 49]);
	});

	it('halves a repeatable batch that was too big for the server, and stays small', async () => {
		const sizes: number[] = [];
		const outcomes = await writeInBatches(elements(100), async (batch) => {
			sizes.push(batch.length);
			if (batch.length > 25) throw failure('unavailable', { status: 504, mayBeApplied: true });
			return batch.map(({ n, request_id }) => ({ id: n, request_id }));
		});
		expect(outcomes.every(({ outcome }) => outcome === 'ok')).toBe(true);
		expect(sizes).toEqual([50, 25, 25, 25, 25]);
	});

	it('does not repeat what may have been applied', async () => {
		let calls = 0;
		const outcomes = await writeInBatches(elements(60), async (batch) => {
			if (calls++ === 0) throw failure('unknown_outcome', { status: 504, mayBeApplied: true });
			return batch.map(({ n, request_id }) => ({ id: n, request_id }));
		});
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(elements(60).map(({ n }) => (n < 50 ? 'unknown' : 'ok')));
	});

	it('stops asking when the service is down, and throws only when nothing was written', async () => {
		let calls = 0;
		const down = await writeInBatches(elements(200), async () => {
			calls++;
			throw failure('unavailable');
		});
		expect(calls).toBe(1);
		expect(down.every((outcome) => outcome.outcome === 'rejected' && !outcome.permanent)).toBe(true);

		const locked = (after: number) => {
			let sent = 0;
			return writeInBatches(elements(100), async (batch) => {
				if (sent++ >= after) throw failure('unauthorized', { status: 401 });
				return batch.map(({ n, request_id }) => ({ id: n, request_id }));
			});
		};
		await expect(locked(0)).rejects.toMatchObject({ kind: 'unauthorized' });
		expect((await locked(1)).map(({ outcome }) => outcome)).toEqual(elements(100).map(({ n }) => (n < 50 ? 'ok' : 'rejected')));
	});

	it('does not take a missing answer for a yes', async () => {
		const outcomes = await writeInBatches(elements(2), async () => [{ id: 5, request_id: '0' }]);
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'unknown']);
	});
});

describe('the cursor of changed deals', () => {
	it('misses no change, whatever happens between two looks, and does not repeat settled ones for ever', () => {
		fc.assert(
			fc.property(fc.array(fc.record({ id: fc.integer({ min: 1, max: 3 }), wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 })), look: fc.boolean() }), { maxLength: 60 }), (steps) => {
				const start = 1_790_000_000;
				let now = start;
				const table = new Map<string, { version: number; updatedAt: number }>();
				const known = new Map<string, number>();
				let cursor = writeCursor({ latest: start, settled: {}, fresh: {} });
				const took = 400;
				const look = (): number => {
					const state = readCursor(cursor, now * 1000);
					const rows = [...table].filter(([, row]) => row.updatedAt >= readFrom(state)).map(([id, row]) => ({ ...row, deal: dealAt(id, row.updatedAt) }));
					const shown = rows.filter(({ deal }) => !isSettled(state, deal));
					for (const { deal, version } of shown) known.set(deal.id, version);
					cursor = writeCursor(advance(state, rows.map(({ deal }) => deal), { beganAt: now * 1000, readAt: now * 1000 + took }));
					return shown.length;
				};
				for (const { id, wait, look: looks } of steps) {
					now += wait;
					table.set(String(id), { version: (table.get(String(id))?.version ?? 0) + 1, updatedAt: now });
					if (looks) look();
				}
				look();
				now += 2;
				look();
				expect(Object.fromEntries(known)).toEqual(Object.fromEntries([...table].map(([id, { version }]) => [id, version])));
				expect(look()).toBe(0);
			}),
			{ numRuns: 1000 },
		);
	});

	const dealAt = (id: string, seconds: number): Deal => ({
		id, stage: { pipelineId: '1', statusId: '1' }, contactIds: [], amount: 0, createdAt: 0, updatedAt: seconds * 1000,
	});

	it('keeps only what the overlap needs', () => {
		const cursor = advance({ latest: 0, settled: {}, fresh: {} }, [dealAt('1', 1_000), dealAt('2', 1_000 + overlapSeconds + 1)], { beganAt: 5_000_000, readAt: 5_000_000 });
		expect(Object.keys(cursor.settled)).toEqual([]);
		expect(Object.keys(cursor.fresh)).toEqual(['2']);
	});

	it('begins anew with a cursor that it cannot read', () => {
		expect(readFrom(readCursor('nonsense', 1_790_000_000_000))).toBe(1_790_000_000 - 86_400);
	});
});
