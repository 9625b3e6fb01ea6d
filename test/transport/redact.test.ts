import { redact, redactBody } from '../../transport/redact';

describe('redact', () => {
	it.each([
		['Authorization: Bearer abcdefghij', 'abcdefghij'],
		['got "access_token":"abcdef123456" back', 'abcdef123456'],
		['X-Auth-Token: QUJDREVGR0g=', 'QUJDREVGR0g='],
		['https://x.example/?token=abcdef123&page=1', 'abcdef123'],
		['key eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl is bad', 'eyJhbGciOiJSUzI1NiJ9'],
		['bare AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQ= token', 'AbCdEfGhIjKl'],
		['write to buyer.name@example.com', 'buyer.name@example.com'],
		['call +7 (701) 000-00-01 now', '000-00-01'],
		['call 87010000001 now', '87010000001'],
		['call 8 701 000 00 01 now', '000 00 01'],
	])('hides the secret in %p', (text, secret) => {
		expect(redact(text)).not.toContain(secret);
		expect(redact(text)).toContain('***');
	});

	it.each([
		'order 912345678 is not in state ACCEPTED_BY_MERCHANT (HTTP 400)',
		'custom_fields_values.0.field_id: NotSupportedChoice',
		'filter[orders][creationDate][$ge]=1700000000000',
		'Security code is not valid. And the order cannot be completed without it',
		'token is invalid',
		'T3JkZXI5MTIzNDU2Nzg',
	])('leaves %p as it is', (text) => {
		expect(redact(text)).toBe(text);
	});
});

describe('redactBody', () => {
	it('keeps the shape, the codes and the ids, and hides people and secrets', () => {
		const body = {
			data: [{ id: 'b3JkZXI', attributes: { code: '912345678', customer: { firstName: 'Имя', cellPhone: '7010000001' }, status: 'NEW' } }],
			'validation-errors': [{ request_id: '0', errors: [{ code: 'InvalidType', path: 'name', detail: 'phone +77010000001 is wrong' }] }],
			contact: { name: 'Имя Фамилия', phone: '7010000001' },
			pipeline: { name: 'Kaspi', id: 5 },
			token: 'abc',
			nothing: null,
		};
		expect(redactBody(body)).toEqual({
			data: [{ id: 'b3JkZXI', attributes: { code: '912345678', customer: '***', status: 'NEW' } }],
			'validation-errors': [{ request_id: '0', errors: [{ code: 'InvalidType', path: 'name', detail: 'phone *** is wrong' }] }],
			contact: { name: '***', phone: '***' },
			pipeline: { name: 'Kaspi', id: 5 },
			token: '***',
			nothing: null,
		});
	});

	it('survives what is no JSON', () => {
		const cycle: Record<string, unknown> = {};
		cycle.self = cycle;
		expect(JSON.stringify(redactBody(cycle))).toContain('***');
		expect(redactBody(Buffer.from('%PDF'))).toBe('4 bytes');
		expect([redactBody(undefined), redactBody(5), redactBody('+77010000001')]).toEqual([undefined, 5, '***']);
	});
});
