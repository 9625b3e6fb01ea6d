import { labelTask, messagePage, pushUrls, rolesAnswer } from '../../nodes/Ozon/api/accountSchema';
import { requestPage, returnPage, rfbsDetails, rfbsPage } from '../../nodes/Ozon/api/returnSchema';
import { isFromOzon } from '../../nodes/Ozon/trigger/sourceNetworks';
import { orderFromOzon } from '../../nodes/Ozon/model/order';
import { hintOf, pushId, readPush } from '../../nodes/Ozon/trigger/push';
import { derivedToken } from '../../nodes/Ozon/trigger/pushAddress';
import { isSecret } from '../../transport/webhookSecret';
import { pushTypes, registrableOf } from '../../nodes/Ozon/trigger/pushTypes';
import { isBreaker, listedPosting, postingPage, readOzonFailure, statusAnswer } from '../../nodes/Ozon/api/schema';
import { ozonPosting, sent } from './postings';
import { pushExamples } from './pushExamples';

describe('postings as Ozon really sends them (ozon.md §14)', () => {
	it('reads prices as objects, as text and as numbers', () => {
		const prices = [{ amount: '1530.00', currency: 'RUB' }, '1530.0000', 1530];
		for (const price of prices) {
			const posting = ozonPosting({ products: [{ sku: '11', name: 'x', quantity: '2', price, currency_code: 'RUB' }] });
			expect(orderFromOzon(posting, '1').money).toEqual({ amount: 3060, currency: 'RUB' });
		}
	});

	it('takes null for absent wherever it may come', () => {
		const nulls = Object.fromEntries(
			['parent_posting_number', 'substatus', 'in_process_at', 'delivering_date', 'customer', 'addressee', 'analytics_data', 'cancellation', 'available_actions', 'tracking_number', 'is_express', 'order_id'].map((name) => [name, null]),
		);
		expect(orderFromOzon(ozonPosting(nulls), '1')).toMatchObject({ stage: 'new', allowed: [], buyer: { name: '' } });
	});

	it('reads 64-bit numbers from numbers and from text', () => {
		for (const sku of [1904686181, '1904686181']) expect(ozonPosting({ products: [{ sku, quantity: 1, price: '1' }] }).products[0]?.sku).toBe('1904686181');
	});

	it('adds kopecks without drift, and keeps the buyer without the substitute phone', () => {
		const posting = ozonPosting({
			products: [{ sku: 1, quantity: 3, price: { amount: '0.10', currency: 'RUB' } }],
			customer: { customer_id: 77, name: 'Иван П.', phone: '+7(958)555-00-01', customer_email: null, address: { city: 'Москва', address_tail: 'ул. Мира, 1' } },
			addressee: { name: 'Пётр', phone: '+7(958)555-00-01', pin: '1234' },
		});
		const { buyer, money, delivery } = orderFromOzon(posting, '1');
		expect(money.amount).toBe(0.3);
		expect(buyer).toEqual({ name: 'Иван П.', phone: undefined, email: undefined, customerId: '77' });
		expect(delivery).toMatchObject({ city: 'Москва', address: 'Москва, ул. Мира, 1' });
	});

	it('a broken element does not take its neighbours with it, and says which field it is', () => {
		const page = postingPage.parse({ postings: [sent, { ...sent, posting_number: '1-1-2', status: null }], has_next: 'true', cursor: 'c' });
		expect(page.has_next).toBe(true);
		const [good, bad] = page.postings.map((raw) => listedPosting(raw, 'seller'));
		expect(good).toHaveProperty('posting');
		expect(bad).toMatchObject({ unreadable: { number: '1-1-2', why: expect.stringContaining('status') } });
	});

	it('reads results with error as text, as a list, as nothing', () => {
		const { result } = statusAnswer.parse({
			result: [
				{ posting_number: 'a', result: true, error: [] },
				{ posting_number: 'b', result: 'true', error: '' },
				{ posting_number: 'c', result: false, error: 'TRANSITION_IS_NOT_POSSIBLE' },
				{ posting_number: 'd', result: false, error: null },
			],
		});
		expect(result.map(({ error }) => error)).toEqual([undefined, undefined, 'TRANSITION_IS_NOT_POSSIBLE', undefined]);
	});

	it('reads returns with ids as text, rFBS requests as an object and actions in both shapes', () => {
		expect(returnPage.parse({ returns: [{ id: '1000015552', company_id: '3058', schema: 'Fbs', visual: null }], has_next: false }).returns[0]).toMatchObject({ id: '1000015552', schema: 'FBS', state: 'Unknown' });
		expect(rfbsPage.parse({ returns: { return_id: 8000123456, state: { group_state: 'New' } } }).returns[0]).toMatchObject({ id: '8000123456', group: 'New' });
		for (const action of [{ action: { id: -1, name: 'x' } }, { id: '-1', name: 'x' }]) {
			expect(rfbsDetails.parse({ returns: { available_actions: [action] } }).returns.available_actions[0]?.id).toBe(-1);
		}
		expect(requestPage.parse({ result: null }).result).toEqual([]);
	});

	it('reads chats, roles, labels and addresses', () => {
		const { messages, has_next: hasNext } = messagePage.parse({ has_next: 'false', messages: [{ message_id: '3000000000817031942', user: { id: '1', type: 'Сustomer' }, data: ['x'] }] });
		expect(hasNext).toBe(false);
		expect(messages[0]).toMatchObject({ id: '3000000000817031942', from: 'Customer' });
		expect(rolesAnswer.parse({ expires_at: '2026-12-18T09:54:23.296Z', roles: [{ name: 'Admin', methods: ['/v1/roles'] }] }).expiresAt).toBe(Date.parse('2026-12-18T09:54:23.296Z'));
		expect(labelTask.parse({ status: 'pending', error: null, file_url: '' })).toMatchObject({ file_url: undefined, status: { code: 'pending' } });
		expect(pushUrls.parse({ urls: [{ id: '7', url: 'https://x', enable: true, types: [{ type: 'TYPE_NEW_POSTING' }] }], total_count: 1 }).urls[0]?.types).toEqual(['TYPE_NEW_POSTING']);
	});

	it('takes "Circle is open" for a hiccup, as text and as JSON, and reads Ozon\'s own words', () => {
		expect(isBreaker(503, 'Circle is open')).toBe(true);
		expect(isBreaker(500, { code: 14, message: 'circle is open' })).toBe(true);
		expect(isBreaker(429, 'Circle is open')).toBe(false);
		expect(isBreaker(400, { message: 'HAS_INCORRECT_STATUS' })).toBe(false);
		expect(readOzonFailure(400, { code: 9, message: 'HAS_INCORRECT_STATUS', details: [] })).toBe('HAS_INCORRECT_STATUS');
	});
});

describe('pushes', () => {
	it('knows all 24 types; three of them cannot be registered through the API', () => {
		expect(pushTypes).toHaveLength(24);
		expect(registrableOf(pushTypes.map(({ value }) => value))).toHaveLength(21);
		const documented = new Set(pushExamples.map(({ message_type: type }) => type));
		expect([...documented].filter((type) => !pushTypes.some(({ value }) => value === type))).toEqual([]);
	});

	it.each(pushExamples.map((example) => [example.message_type, example]))('makes a hint of %s without a person in it', (_, example) => {
		const push = readPush(example);
		if (push === undefined) throw new Error('not read');
		const hint = hintOf(push);
		expect(hint.event).toBe(example.message_type);
		if ('posting_number' in example) expect(hint).toMatchObject({ postingNumber: example.posting_number, number: example.posting_number });
		expect(JSON.stringify(hint)).not.toContain('115568');
		expect(hint).not.toHaveProperty('data');
		expect(hint).not.toHaveProperty('orderNumber');
	});

	it('names a push by its uuid, or by its body in any order', () => {
		const named = { message_type: 'TYPE_FBO_POSTING_NEW', uuid: 'u-1', posting_number: 'a' };
		const id = (body: object) => {
			const push = readPush(body);
			if (push === undefined) throw new Error('not read');
			return pushId(push, body);
		};
		expect(id(named)).toBe(id({ ...named, posting_number: 'b' }));
		expect(id({ message_type: 'A', x: { b: 1, a: 2 } })).toBe(id({ x: { a: 2, b: 1 }, message_type: 'A' }));
		expect(id({ message_type: 'A', x: 1 })).not.toBe(id({ message_type: 'A', x: 2 }));
	});

	it('is no push without a type', () => {
		for (const body of [undefined, null, 'x', [], {}, { message_type: 7 }]) expect(readPush(body)).toBeUndefined();
	});

	it('compares tokens, and knows Ozon\'s networks', () => {
		const token = derivedToken('key', 'hook');
		expect(token.length).toBeGreaterThanOrEqual(40);
		expect(derivedToken('key', 'other')).not.toBe(token);
		expect(isSecret(token, token)).toBe(true);
		for (const wrong of [undefined, '', 'x', `${token}x`, {}]) expect(isSecret(wrong, token)).toBe(false);
		for (const inside of ['195.34.21.7', '185.73.195.255', '::ffff:91.223.93.1']) expect(isFromOzon(inside)).toBe(true);
		for (const outside of ['185.73.196.1', '10.0.0.1', '::1', undefined, 'x']) expect(isFromOzon(outside)).toBe(false);
	});
});

it.each([
	['Request validation error: invalid packages.0.products.1.product_id: expected', 'Request validation error: invalid package 1, product 2, SKU: expected'],
	['invalid PostingRequest.Packages[0].Products[2].Quantity: must be positive', 'invalid package 1, product 3, Quantity: must be positive'],
	['HAS_INCORRECT_STATUS', 'HAS_INCORRECT_STATUS'],
])('%s names what it is about', (message, words) => expect(readOzonFailure(400, { code: 3, message })).toBe(words));
