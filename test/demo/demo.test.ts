import { createServer, type AddressInfo } from 'node:net';

import { readArgs } from '../../demo/args';
import { unflatten } from '../../demo/flatted';
import { STAGE } from '../../demo/names';
import { choosePorts } from '../../demo/ports';
import { tell as tellFacts } from '../../demo/story';
import { MANAGER, contact, lead, order, state, facts, type State } from './state';

describe('the command line', () => {
	it('has its defaults', () => {
		const { pairs, ...others } = readArgs([]);
		expect(pairs.map(({ name }) => name)).toEqual(['kaspi-amocrm']);
		expect(others).toEqual({ triggers: [], check: false, orders: 60, seed: 1, portBase: undefined, keep: false, verbose: false, help: false });
	});

	it('shows the pair that is named, and checks all of them unless one is named', () => {
		const namesOf = (...argv: string[]) => readArgs(argv).pairs.map(({ name }) => name);
		expect(namesOf('--pair', 'ozon-bitrix24')).toEqual(['ozon-bitrix24']);
		const all = ['kaspi-amocrm', 'kaspi-bitrix24', 'ozon-amocrm', 'ozon-bitrix24'];
		expect(namesOf('--check')).toEqual(all);
		expect(namesOf('--check', '--pair=all')).toEqual(all);
		expect(namesOf('--check', '--pair', 'kaspi-bitrix24')).toEqual(['kaspi-bitrix24']);
		expect(() => readArgs(['--pair', 'all'])).toThrow(/without --check/);
		expect(() => readArgs(['--pair', 'ebay-amocrm'])).toThrow(/ebay-amocrm/);
	});

	it('checks all triggers beside all pairs, and those that are named instead of pairs', () => {
		const chosen = (...argv: string[]) => {
			const { pairs, triggers } = readArgs(['--check', ...argv]);
			return { pairs: pairs.length, triggers: triggers.map(({ side }) => side.api) };
		};
		expect(chosen()).toEqual({ pairs: 4, triggers: ['kaspi', 'ozon', 'amocrm', 'bitrix24'] });
		expect(chosen('--pair', 'all')).toEqual(chosen());
		expect(chosen('--pair', 'kaspi-amocrm')).toEqual({ pairs: 1, triggers: [] });
		expect(chosen('--triggers', 'all')).toEqual({ pairs: 0, triggers: ['kaspi', 'ozon', 'amocrm', 'bitrix24'] });
		expect(chosen('--triggers=ozon')).toEqual({ pairs: 0, triggers: ['ozon'] });
		expect(() => readArgs(['--check', '--triggers', 'ebay'])).toThrow(/ebay/);
		expect(() => readArgs(['--triggers', 'all'])).toThrow(/--check/);
	});

	it('reads options with a space or an equals sign', () => {
		expect(readArgs(['--check', '--orders', '12', '--seed=7', '--port-base', '6000', '--keep'])).toMatchObject({
			check: true, orders: 12, seed: 7, portBase: 6000, keep: true,
		});
	});

	it.each([['--order'], ['--orders'], ['--orders', 'many'], ['--orders', '0'], ['--seed', '1.5'], ['extra'], ['constructor']])('refuses %s', (...words) => {
		expect(() => readArgs(words)).toThrow(/Usage: npm run demo/);
	});
});

describe('ports', () => {
	it('takes the wished ones when they are free and names a busy one', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const address = other.address();
		const busy = isAddress(address) ? address.port : 0;
		const said: string[] = [];
		const [chosen] = await choosePorts([{ name: 'n8n', first: busy, count: 1 }], (line) => said.push(line));
		other.close();
		expect(chosen).toBeGreaterThan(busy);
		expect(said).toEqual([`Port ${busy} is busy: n8n uses ${chosen} instead.`]);
	});

	it('never gives the same port to two programs', async () => {
		const [a = 0, b = 0] = await choosePorts([{ name: 'one', first: 45_100, count: 6 }, { name: 'two', first: 45_103, count: 1 }], () => undefined);
		expect(b < a || b > a + 5).toBe(true);
	});
});

const isAddress = (address: string | AddressInfo | null): address is AddressInfo => typeof address === 'object' && address !== null;

describe('the data of an n8n execution', () => {
	it('is unfolded', () => {
		const text = '[{"a":"1","b":2,"list":"2"},"text",["1","3",true,null],{"deep":"1"}]';
		expect(unflatten(text)).toEqual({ a: 'text', b: 2, list: ['text', { deep: 'text' }, true, null] });
	});

	it('is refused when it refers to itself', () => {
		expect(() => unflatten('[{"self":"0"}]')).toThrow(/itself/);
	});
});

describe('the story', () => {
	const tell = (earlier: State, later: State) => tellFacts(facts(earlier), facts(later));
	const before = state({ orders: [order('1')], leads: [lead(10, '1', { stage: STAGE.accepted })], contacts: [contact(100)] });

	it('says nothing when nothing changed', () => {
		expect(tell(before, before)).toEqual([]);
	});

	it('tells a new order and its deal, without names and phones', () => {
		const after = state({
			orders: [order('2', { tab: 'Новый', kind: 'postomat', totalPrice: 45_980, buyer: { masked: true } }), ...before.kaspi.orders],
			leads: [...before.amocrm.leads, lead(11, '2', { stage: STAGE.new, contactIds: [100] })],
			contacts: before.amocrm.contacts,
		});
		const lines = tell(before, after);
		expect(lines).toHaveLength(2);
		expect(lines[0]).toMatch(/^Kaspi +2 +new order «Новый», Kaspi Postomat, 45\s980 ₸, phone hidden$/);
		expect(lines[1]).toMatch(/^amoCRM +2 +deal made in «Новая заявка», known contact$/);
		expect(lines.join()).not.toMatch(/Асель|7015510000/);
	});

	it('tells who moved what', () => {
		const moved = (updatedBy: number) =>
			state({
				orders: [order('1', { tab: 'Выдан', history: [{ by: 'api' }] })],
				leads: [lead(10, '1', { stage: STAGE.ready, updatedBy, notes: [{ text: 'Почему\nтак' }] })],
				contacts: before.amocrm.contacts,
			});
		expect(tell(before, moved(0)).join('\n')).toMatch(/«Самовывоз» → «Выдан» \(by the sync\)[^]*note: Почему так[^]*→ «Готов к отгрузке» \(by the sync\)/);
		expect(tell(before, moved(MANAGER)).join('\n')).toContain('(by Менеджер)');
	});
});
