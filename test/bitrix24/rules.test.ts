import * as fc from 'fast-check';
import { parse } from 'qs';
import { dateText, encodeCommand, Reference } from '../../nodes/Bitrix24/api/command';
import { phoneVariants } from '../../nodes/Bitrix24/api/contactSearch';
import { dealOf, externalKey, keyText } from '../../nodes/Bitrix24/model/deal';
import { hintOf, itemsOf } from '../../nodes/Bitrix24/model/events';
import { waitMs, OperatingBudget } from '../../nodes/Bitrix24/api/operatingTime';
import { readPortalUrl, readWebhookUrl, withEndpoint } from '../../nodes/Bitrix24/api/portalAddress';
import { outcomeOfRefusal, readRefusal, statusOf } from '../../nodes/Bitrix24/api/refusals';
import { batchSchema, dealSchema, duplicatesSchema } from '../../nodes/Bitrix24/api/schema';
import { kindOf } from '../../nodes/Bitrix24/model/pipelineStages';
import { isSecret } from '../../transport/webhookSecret';
import { readWebhookBody } from '../../nodes/Bitrix24/trigger/webhookBody';

describe('the address of the portal', () => {
	it.each([
		['https://shop.bitrix24.kz/rest/1/abc123def456/', 'https://shop.bitrix24.kz/rest/1/abc123def456/'],
		[' https://shop.bitrix24.kz/rest/1/abc123def456 ', 'https://shop.bitrix24.kz/rest/1/abc123def456/'],
		['https://shop.bitrix24.kz/rest/1/abc123def456/profile.json', 'https://shop.bitrix24.kz/rest/1/abc123def456/'],
		['https://crm.example.kz/b24/rest/17/abc123def456/crm.deal.list', 'https://crm.example.kz/b24/rest/17/abc123def456/'],
		['http://127.0.0.1:4104/rest/1/abc123def456/', 'http://127.0.0.1:4104/rest/1/abc123def456/'],
	])('%s', (typed, restUrl) => {
		expect(readWebhookUrl(typed)).toMatchObject({ restUrl, secrets: ['abc123def456'] });
	});

	it.each(['', 'shop.bitrix24.kz', 'http://shop.bitrix24.kz/rest/1/secretcode99/', 'https://shop.bitrix24.kz/crm/', 'https://u:secretcode99@shop.bitrix24.kz/rest/1/x1x2x3x4/'])(
		'refuses «%s» without repeating it',
		(typed) => {
			expect(() => readWebhookUrl(typed)).toThrow(RangeError);
			try {
				readWebhookUrl(typed);
			} catch (error) {
				expect(String(error)).not.toContain('secretcode99');
			}
		},
	);

	it('takes the endpoint that the token server names', () => {
		const portal = readPortalUrl('shop.bitrix24.kz/crm/deal/');
		expect(portal).toMatchObject({ origin: 'https://shop.bitrix24.kz', restUrl: 'https://shop.bitrix24.kz/rest/' });
		expect(withEndpoint(portal, 'https://new.bitrix24.kz/rest').restUrl).toBe('https://new.bitrix24.kz/rest/');
		expect(() => withEndpoint(portal, 'http://evil.example/rest/')).toThrow(RangeError);
	});
});

describe('commands', () => {
	it('are written as PHP reads them, whatever the text', () => {
		fc.assert(
			fc.property(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (title, list) => {
				fc.pre(!title.includes('$result[') && !list.some((text) => text.includes('$result[')));
				const encoded = encodeCommand({ method: 'crm.item.add', params: { entityTypeId: 2, fields: { title, list, none: undefined } } }, 0);
				const [method, query = ''] = encoded.split('?');
				expect(method).toBe('crm.item.add');
				expect(parse(query)).toEqual({ entityTypeId: '2', fields: { title, list } });
			}),
		);
	});

	it('refer to earlier commands by their keys, and texts cannot', () => {
		const encoded = encodeCommand({ method: 'm', params: { ownerId: new Reference(1, ['item', 'id']), name: '$result[c0][x]' } }, 3);
		expect(parse(encoded.slice(2))).toEqual({ ownerId: '$result[c2][item][id]', name: '$result [c0][x]' });
	});

	it('write dates with an offset and without fractions', () => {
		expect(dateText(Date.UTC(2026, 10, 22, 1, 2, 3, 456))).toBe('2026-11-22T01:02:03+00:00');
	});
});

describe('refusals', () => {
	it.each([
		[{ error: 'QUERY_LIMIT_EXCEEDED' }, 503, 429],
		[{ error: 'OPERATION_TIME_LIMIT' }, 429, 429],
		[{ error: 'expired_token' }, 401, 401],
		[{ error: 'OVERLOAD_LIMIT' }, 503, 403],
		[{ error: 'insufficient_scope' }, 200, 403],
		[{ error: '', error_description: '' }, 400, 400],
		[{ error: 0, error_description: 'Free text' }, 200, 400],
		[{ error: 'SOMETHING_NEW' }, 500, 500],
	])('%j with HTTP %d counts as %d', (body, status, counted) => {
		const refusal = readRefusal(body);
		expect(refusal && statusOf(refusal, status)).toBe(counted);
	});

	it('leave a create in doubt when the server broke off, and nothing else', () => {
		const broken = { code: 'INTERNAL_SERVER_ERROR', text: 'x' };
		expect(outcomeOfRefusal(broken, 'once').outcome).toBe('unknown');
		expect(outcomeOfRefusal(broken, 'repeatable')).toMatchObject({ outcome: 'rejected', permanent: false });
		expect(outcomeOfRefusal({ code: '100', text: 'Bad' }, 'once')).toMatchObject({ outcome: 'rejected', permanent: true });
		expect(outcomeOfRefusal({ code: 'OPERATION_TIME_LIMIT', text: '' }, 'once', 77)).toMatchObject({ permanent: false, retryAt: 77 });
	});
});

describe('answers', () => {
	it('are read with lists where PHP had nothing to write', () => {
		expect(batchSchema.parse({ result: { result: [], result_error: [], result_time: [] } }).result).toMatchObject({ result: {}, result_error: {} });
		expect(duplicatesSchema.parse([])).toEqual([]);
		expect(duplicatesSchema.parse({ CONTACT: [1, '2'] })).toEqual([1, 2]);
		expect(duplicatesSchema.parse({ LEAD: [1] })).toEqual([]);
	});

	it('tell stages apart by what they mean', () => {
		const status = { ID: 1, ENTITY_ID: 'DEAL_STAGE', STATUS_ID: 'X', NAME: 'Победа', SORT: 1 };
		expect(kindOf({ ...status, SEMANTICS: 'S' })).toBe('won');
		expect(kindOf({ ...status, SEMANTICS: 'F' })).toBe('lost');
		expect(kindOf({ ...status, SEMANTICS: null, EXTRA: { SEMANTICS: 'apology' } })).toBe('lost');
		expect(kindOf({ ...status, SEMANTICS: null, EXTRA: [] })).toBe('open');
	});

	it('carry the order key in the origin fields, colons and all', () => {
		const card = { orderKey: 'kaspi:30000001:a:b', orderId: 'a:b' };
		expect(externalKey(card)).toEqual({ originatorId: 'kaspi:30000001', originId: 'a:b' });
		expect(keyText(externalKey(card))).toBe(card.orderKey);
		const item = dealSchema.parse({ id: '7', categoryId: 1, stageId: 'C1:NEW', originatorId: null, originId: 'x', contactId: 0 });
		expect(dealOf(item, {})).toMatchObject({ id: '7', orderKey: undefined, contactIds: [] });
	});
});

describe('the operating time', () => {
	const at = 1_000_000;
	it.each([
		['plenty left', { seconds: 300, lastCost: 10, resetAt: at + 60_000 }, 0],
		['over the time', { seconds: 500, lastCost: 10, resetAt: at - 1 }, 0],
		['no room for another call', { seconds: 470, lastCost: 10, resetAt: at + 60_000 }, 60_000],
		['used up', { seconds: 480, lastCost: 0, resetAt: at + 60_000 }, 60_000],
		['room for small calls', { seconds: 432, lastCost: 1, resetAt: at + 60_000 }, 2_500],
	])('%s', (_name, used, ms) => {
		expect(waitMs(used, at)).toBe(ms);
	});

	it('slows a method down more and more from four fifths on, and never others', () => {
		const wait = (seconds: number): number => waitMs({ seconds, lastCost: 5, resetAt: at + 60_000 }, at);
		expect(wait(390)).toBeGreaterThan(0);
		expect(wait(440)).toBeGreaterThan(wait(390));
		const budget = new OperatingBudget();
		budget.note('crm.item.add', { operating: 481, operating_reset_at: at / 1000 + 100 }, at);
		expect(budget.waitMs(['crm.item.add', 'crm.item.list'], at)).toBe(100_000);
		expect(budget.waitMs(['crm.item.list'], at)).toBe(0);
		// The portal's clock is an hour ahead.
		budget.note('crm.item.list', { operating: 481, operating_reset_at: at / 1000 + 3_640, finish: at / 1000 + 3_600 }, at);
		expect(budget.waitMs(['crm.item.list'], at)).toBe(40_000);
		expect(budget.exhausted('crm.item.update', at)).toBe(at + 60_000);
	});
});

describe('phones to search for', () => {
	it('are few enough for four buyers a search, and several ways of writing the same', () => {
		expect(phoneVariants('+77015550123')).toEqual([
			'+77015550123',
			'77015550123',
			'87015550123',
			'7015550123',
			'+7 (701) 555-01-23',
			'8 (701) 555-01-23',
			'+7 701 555 01 23',
			'8 701 555 01 23',
			'+7 701 555-01-23',
			'8-701-555-01-23',
		]);
		expect(phoneVariants('+998901234567')).toEqual(['+998901234567', '998901234567']);
	});
});

describe('events', () => {
	const body = (more: string): string => `event=ONCRMDEALUPDATE&event_handler_id=5&data%5BFIELDS%5D%5BID%5D=11&ts=1790000000&${more}`;
	it('give ids only', () => {
		const read = readWebhookBody(body('auth[application_token]=t&auth[domain]=shop.bitrix24.kz&auth[access_token]=x&data[FIELDS][TITLE]=Иван'));
		expect(read).toEqual({
			sender: { token: 't', memberId: undefined, domain: 'shop.bitrix24.kz' },
			hint: { entity: 'deal', id: 11, event: 'dealUpdated', at: 1_790_000_000_000 },
		});
	});

	it('survive hostile keys', () => {
		expect(readWebhookBody('{"a":1}')).toBeUndefined();
		expect(readWebhookBody(`event[]=x&${'a[b]'.repeat(300)}=1`)).toBeUndefined();
		expect(readWebhookBody('event=ONCRMDEALADD&data[FIELDS][__proto__][x]=1&data[FIELDS][ID]=1e9')?.hint).toBeUndefined();
		expect(Reflect.get({}, 'x')).toBeUndefined();
	});

	it('of one deal become one item that says where it stood last', () => {
		const record = { ID: 1, TYPE_ID: 1, OWNER_ID: 5, CREATED_TIME: 1000, CATEGORY_ID: 1, STAGE_ID: 'C1:NEW' };
		const hints = [record, { ...record, ID: 2, TYPE_ID: 2, STAGE_ID: 'C1:MP' }].flatMap((each) => hintOf(each) ?? []);
		expect(itemsOf(hints, 'poll')).toMatchObject([{ entity: 'deal', id: 5, event: 'dealAdded', events: ['dealAdded', 'dealStageChanged'], pipelineId: '1', statusId: 'C1:MP' }]);
	});

	it('compares tokens as a whole', () => {
		expect(isSecret('abc', 'abc')).toBe(true);
		expect([isSecret('ab', 'abc'), isSecret(['abc'], 'abc'), isSecret('', ''), isSecret(undefined, 'abc')]).toEqual([false, false, false, false]);
	});
});
