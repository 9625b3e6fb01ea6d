import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openNodeBench as openAmo, type NodeBench as AmoBench } from '../amocrm/nodeBench';
import { openNodeBench as openBitrix, type NodeBench as BitrixBench } from '../bitrix24/nodeBench';
import { freshFile, removeFolders } from '../journal/folder';

jest.setTimeout(180_000);
afterAll(removeFolders);

const findOrCreate = {
	resource: 'contact',
	operation: 'findOrCreate',
	name: '={{ $json.name }}',
	phone: '={{ $json.phone }}',
	email: '={{ $json.email }}',
	region: 'KZ',
	several: 'oldest',
	nameConflict: 'create',
	additionalFields: {},
};

/** One phone, five ways of writing it. */
const ways = (index: number): string[] => {
	const [three, last] = [String(100 * test + index), String(10 + index)];
	return [`+7701${three}55${last}`, `8 (701) ${three}-55-${last}`, `701${three}55${last}`, `+7 701 ${three} 55 ${last}`, `7701${three}55${last}`];
};
const names = ['Асель', 'Ерлан', 'Айгерим', 'Нурлан', 'Мария', 'Тимур', 'Динара', 'Алексей', 'Жанна', 'Руслан'];
const buyers = names.map((name, index) => ({ name: `${name} Касымов`, index }));

/** The ten buyers as one of fifty executions meets them. */
const met = (turn: number) => buyers.map(({ name, index }) => ({ name, phone: ways(index)[(turn + index) % 5], email: '' }));

let amo: AmoBench;
let bitrix: BitrixBench;
beforeAll(async () => {
	amo = await openAmo();
	bitrix = await openBitrix();
});
afterAll(async () => {
	await amo.close();
	await bitrix.close();
});

const services = [
	{
		name: 'amoCRM',
		// The search knows what is new after two minutes.
		reset: () => amo.sandbox.reset(true),
		run: (...run: Parameters<AmoBench['run']>) => amo.run(...run),
		contacts: () => amo.sandbox.amocrm.state().contacts,
		add: (contact: { name: string; phones: string[] }) => {
			const { id } = amo.sandbox.amocrm.account.addContact(contact);
			amo.sandbox.amocrm.account.flushIndex();
			return id;
		},
		fault: () => amo.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/contacts', next: 1 }),
	},
	{
		name: 'Bitrix24',
		reset: () => {
			bitrix.reset();
			bitrix.sandbox.bitrix24.settings.phoneMatching = 'strict';
		},
		run: (...run: Parameters<BitrixBench['run']>) => bitrix.run(...run),
		contacts: () => bitrix.sandbox.bitrix24.state().contacts,
		add: (contact: { name: string; phones: string[] }) => bitrix.sandbox.bitrix24.account.addContact(contact).id,
		fault: undefined,
	},
] as const;

/** A reset account gives ids anew, which the journal of the runs before must not know: every test has phones of its own. */
let test = 0;

describe.each(services)('Contact: Find or Create in $name', ({ name: service, reset, run, contacts, add, fault }) => {
	beforeEach(() => {
		test += 1;
		reset();
	});

	it('makes exactly ten contacts of ten new buyers whom fifty executions meet at the same moment, phones written five ways', async () => {
		const runs = await Promise.all(Array.from({ length: 50 }, (_, turn) => run(findOrCreate, met(turn))));
		for (const each of runs) expect(each.error).toBeUndefined();
		const ids = runs.map((each) => each.outputs(service)[0]?.map(({ json }) => json.id));
		expect(ids[0]).toHaveLength(10);
		for (const each of ids) expect(each).toEqual(ids[0]);
		expect(contacts()).toHaveLength(10);
		expect(contacts().map(({ phones }) => phones)).toEqual(expect.arrayContaining(buyers.map(({ index }) => [ways(index)[0]])));
		expect(runs.flatMap((each) => each.outputs(service)[0] ?? []).filter(({ json }) => json.created === true)).toHaveLength(10);

		const before = JSON.stringify(contacts());
		await run(findOrCreate, [...met(1), ...met(2), ...met(3)]);
		expect(JSON.stringify(contacts())).toBe(before);
	});

	it('keeps husband and wife on one phone apart, whatever stood in the CRM, and joins nobody by a masked phone', async () => {
		const phone = `+7707222${10 + test}55`;
		const husband = add({ name: 'Ерлан Серик', phones: [`8 707 222 ${10 + test} 55`] });
		const people = [
			{ name: 'Серик Ерлан', phone, email: '' },
			{ name: 'Айгуль Серик', phone, email: '' },
			{ name: 'Ерлан С.', phone, email: '' },
			{ name: 'Айгуль', phone, email: '' },
			{ name: 'Айгуль Маска', phone: '+7 (707) ***-**-55', email: '' },
		];
		for (const items of [people, [...people].reverse(), ...people.map((one) => [one])]) {
			const done = await run(findOrCreate, items, 'continueErrorOutput');
			const [good, failed] = done.outputs(service);
			for (const [index, { json }] of (good ?? []).entries()) {
				const asked = items.filter(({ phone: written }) => !written.includes('*'))[index]?.name ?? '';
				expect({ asked, isHusband: json.id === husband }).toEqual({ asked, isHusband: asked.includes('Ерлан') });
			}
			expect(failed).toHaveLength(items.filter(({ phone: written }) => written.includes('*')).length);
		}
		expect(contacts()).toHaveLength(2);
	});

	if (fault) {
		it('makes one contact when the answer to the create is lost, also while others wait for it', async () => {
			fault();
			const items = [{ name: 'Тимур Ахметов', phone: `+770733301${10 + test}`, email: '' }];
			const runs = await Promise.all(Array.from({ length: 5 }, () => run(findOrCreate, items)));
			expect(contacts()).toHaveLength(1);
			for (const each of runs) expect(each.outputs(service)[0]?.[0]?.json).toMatchObject({ id: contacts()[0]?.id });
		});
	}
});

describe('fifty processes on one journal', () => {
	it('make exactly ten contacts of the same ten new buyers', async () => {
		amo.sandbox.reset(true);
		const { baseUrl, longLivedToken } = amo.sandbox.credentials().amocrm;
		const file = freshFile();
		const phones = buyers.map(({ index }) => `+7708${100 + index}5566`);
		const children = Array.from({ length: 50 }, (_, at) => {
			const turn = at % phones.length;
			const order = [...phones.slice(turn), ...phones.slice(0, turn)];
			const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', join(__dirname, 'child.ts'), file, baseUrl, longLivedToken, order.join(',')], {
				cwd: join(__dirname, '..', '..'),
				stdio: ['pipe', 'pipe', 'inherit'],
			});
			const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
			const says = async (): Promise<unknown> => {
				const { done, value } = await lines.next();
				if (done === true) throw new Error('the child said nothing more');
				const said: unknown = JSON.parse(value);
				return said;
			};
			return { child, order, says };
		});
		await Promise.all(children.map(({ says }) => says()));
		children.forEach(({ child }) => child.stdin.write('!'));
		const said = await Promise.all(children.map(({ says }) => says()));
		expect(amo.sandbox.amocrm.state().contacts).toHaveLength(10);
		const idOf = new Map(amo.sandbox.amocrm.state().contacts.map(({ id, phones: [phone] }) => [phone, String(id)]));
		for (const [index, ids] of said.entries()) expect(ids).toEqual(children[index]?.order.map((phone) => idOf.get(phone)));
	}, 240_000);
});
