import { Random } from '../../sandbox/random';
import { startAmo, type Harness } from './amocrmHarness';

/** Section 9 of amocrm.md, points 6 and 7: query, filters; and size. */

let amo: Harness;
afterEach(async () => await amo.close());

describe('6. query', () => {
	const found = async (query: string, path = '/contacts') => {
		const answer = await amo.call('GET', `${path}?query=${encodeURIComponent(query)}`);
		return answer.status === 204 ? [] : answer.numbers('id', '_embedded', path.slice(1));
	};
	const contact = (name: string, phone: string) => ({
		name,
		custom_fields_values: [{ field_code: 'PHONE', values: [{ value: phone, enum_code: 'WORK' }] }],
	});

	it('finds by a part of the digits, misses a formatted phone, and hits the wrong field too', async () => {
		amo = await startAmo();
		const [plus = 0, eight = 0, namesake = 0, longer = 0] = await amo.create('/contacts', [
			contact('Асель', '+7 (701) 555-01-23'),
			contact('Ерлан', '8 701 555 01 23'),
			{ name: 'Заказ 7015550123' },
			contact('Склад', '8702 7015550123 99'),
		]);
		amo.amo.account.flushIndex();
		expect(await found('7015550123')).toEqual([plus, eight, namesake, longer]);
		expect(await found('77015550123')).toEqual([plus]);
		expect(await found('87015550123')).toEqual([eight]);
		expect(await found('+7 (701) 555-01-23')).toEqual([]);
		expect(await found('+77015550123')).toEqual([]);
		expect(await found('асе')).toEqual([plus]);
		expect(await found('ас')).toEqual([]);
	});

	it('does not see what was written in the last two minutes, neither new nor changed', async () => {
		amo = await startAmo();
		const [id = 0] = await amo.create('/contacts', [contact('Асель', '77015550123')]);
		expect(await found('7015550123')).toEqual([]);
		expect((await amo.call('GET', `/contacts/${id}`)).status).toBe(200);
		amo.clock.advance(100_000);
		expect(await found('7015550123')).toEqual([]);
		amo.clock.advance(25_000);
		expect(await found('7015550123')).toEqual([id]);
		await amo.call('PATCH', `/contacts/${id}`, contact('Асель', '77025550199'));
		expect([await found('7015550123'), await found('7025550199')]).toEqual([[id], []]);
		amo.clock.advance(125_000);
		expect([await found('7015550123'), await found('7025550199')]).toEqual([[], [id]]);
	});

	it('finds a lead by the phone of its contact', async () => {
		amo = await startAmo({ indexLagMs: 0 });
		const [person = 0] = await amo.create('/contacts', [contact('Асель', '+7 701 555 01 23')]);
		const [id = 0] = await amo.create('/leads', [{ name: 'Заказ', _embedded: { contacts: [{ id: person }] } }]);
		expect(await found('7015550123', '/leads')).toEqual([id]);
	});
});

describe('7. filters', () => {
	it('refuses a custom-field filter unless the account has it, and ignores an unknown one', async () => {
		amo = await startAmo();
		const made = await amo.call('POST', '/leads/custom_fields', [{ name: 'Номер', type: 'text', code: 'N' }]);
		const fieldId = String(made.at('_embedded', 'custom_fields', 0, 'id'));
		const withNumber = (value: string) => ({ custom_fields_values: [{ field_code: 'N', values: [{ value }] }] });
		const [a = 0, b = 0] = await amo.create('/leads', [withNumber('A-1'), withNumber('A-2')]);
		const path = `/leads?filter[custom_fields_values][${fieldId}][]=A-2`;
		const refused = await amo.call('GET', path);
		expect([refused.status, refused.at('detail')]).toEqual([400, 'Invalid filter for current account']);
		expect((await amo.call('GET', '/account?with=is_api_filter_enabled')).at('is_api_filter_enabled')).toBe(false);
		amo.amo.settings.apiFilterEnabled = true;
		expect((await amo.call('GET', path)).numbers('id', '_embedded', 'leads')).toEqual([b]);
		expect((await amo.call('GET', '/leads?filter[order_number]=A-2')).numbers('id', '_embedded', 'leads')).toEqual([
			a,
			b,
		]);
	});

	it('filters by id, name, pipeline, stage, dates and responsible, and orders', async () => {
		amo = await startAmo();
		const { stages = [], id: pipelineId } = amo.amo.state().pipelines[0] ?? {};
		const second = stages[2]?.id ?? 0;
		const [a = 0, b = 0] = await amo.create('/leads', [
			{ name: 'a', responsible_user_id: 5_000_002 },
			{ name: 'b', status_id: second, price: 50 },
		]);
		amo.clock.advance(60_000);
		const [c = 0] = await amo.create('/leads', [{ name: 'c', status_id: 142 }]);
		const ids = async (query: string) => (await amo.call('GET', `/leads?${query}`)).numbers('id', '_embedded', 'leads');
		const createdAt = Number((await amo.call('GET', `/leads/${c}`)).at('created_at'));
		expect(await ids(`filter[id][]=${a}&filter[id][]=${c}`)).toEqual([a, c]);
		expect(await ids(`filter[id]=${b}`)).toEqual([b]);
		expect(await ids('filter[name]=b')).toEqual([b]);
		expect(
			await ids(`filter[statuses][0][pipeline_id]=${pipelineId}&filter[statuses][0][status_id]=${second}`),
		).toEqual([b]);
		expect(await ids(`filter[pipeline_id][]=${pipelineId}`)).toEqual([a, b, c]);
		expect(await ids('filter[responsible_user_id][]=5000002')).toEqual([a]);
		expect(await ids(`filter[created_at][from]=${createdAt}`)).toEqual([c]);
		expect(await ids(`filter[created_at][to]=${createdAt - 1}`)).toEqual([a, b]);
		expect(await ids('filter[closed_at][from]=1')).toEqual([c]);
		expect(await ids('filter[price][from]=50')).toEqual([b]);
		expect(await ids('order[id]=desc')).toEqual([c, b, a]);
		await amo.call('PATCH', `/leads/${a}`, { name: 'later' });
		expect((await ids('order[updated_at]=desc'))[0]).toBe(a);
	});
});

describe('size', () => {
	it('stays usable with 100,000 contacts', async () => {
		amo = await startAmo({ indexLagMs: 0, requestsPerSecond: 1000 });
		const random = new Random(3);
		const ids: number[] = [];
		for (let index = 0; index < 100_000; index += 1) {
			ids.push(
				amo.amo.account.addContact({
					name: `Покупатель ${index}`,
					phones: [`+7 (7${random.int(10, 99)}) ${random.int(1_000_000, 9_999_999)}`],
				}).id,
			);
		}
		amo.amo.account.addContact({ name: 'Иголка', phones: ['+7 (600) 555-01-23'] });
		await amo.call('GET', '/contacts?query=6005550123');
		// The best of five: other work on the machine must not count.
		const timed = async (path: string, below: number) => {
			let best = Number.POSITIVE_INFINITY;
			let answer = await amo.call('GET', path);
			for (let attempt = 0; attempt < 5; attempt += 1) {
				const startedAt = performance.now();
				answer = await amo.call('GET', path);
				best = Math.min(best, performance.now() - startedAt);
			}
			expect({ path, fast: best < below ? true : `${best} ms` }).toEqual({ path, fast: true });
			return answer;
		};
		expect((await timed('/contacts?query=6005550123', 200)).at('_embedded', 'contacts', 0, 'name')).toBe('Иголка');
		expect(
			(await timed(`/contacts?filter[id][]=${ids[99_999]}&filter[id][]=${ids[5]}`, 50)).numbers(
				'id',
				'_embedded',
				'contacts',
			),
		).toEqual([ids[5], ids[99_999]]);
		await timed('/contacts?limit=250&page=390', 50);
		await timed('/contacts?filter[created_at][from]=9999999999', 50);
	}, 60_000);
});
