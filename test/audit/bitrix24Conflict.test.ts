import '../engine/environment';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNodeBench, type NodeBench } from '../bitrix24/nodeBench';
import { openJournal } from '../../journal/open';

let bench: NodeBench;
beforeAll(async () => {
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'audit-'));
	bench = await openNodeBench();
}, 60_000);
afterAll(async () => {
	await (await openJournal()).close();
	await bench.close();
});

const account = () => bench.sandbox.bitrix24.account;
const merge = async (code: string, ifNamesDiffer: 'keep' | 'refuse') => {
	const run = await bench.run({ resource: 'contact', operation: 'mergeDuplicates', groupCode: code, approvedBy: '', region: 'KZ', ifNamesDiffer }, [{}], 'continueErrorOutput');
	const [done = [], failed = []] = run.outputs('Bitrix24');
	return { done: done.map(({ json }) => json), failed: failed.map(({ json }) => json) };
};
const live = () => bench.sandbox.bitrix24.state().contacts.filter(({ isDeleted }) => !isDeleted).map(({ id, name, lastName, phones }) => ({ id, name, lastName, phones }));

describe('a conflict that Bitrix24 reports', () => {
	it('over names is settled for the contact that is kept, or left to a person with the address where to do it', async () => {
		const kept = account().addContact({ name: 'Асель', lastName: 'Касымова', phones: ['+77015554123'] }).id;
		const other = account().addContact({ name: 'Assel', lastName: 'Kassymova', phones: ['8 701 555 41 23', '+77055554411'] }).id;
		const before = live();
		const { failed } = await merge(`${kept}+${other}`, 'refuse');
		expect(failed[0]?.error).toContain(`/crm/contact/merge/?id=${kept},${other}`);
		expect(live()).toEqual(before);
		expect((await merge(`${kept}+${other}`, 'keep')).done).toMatchObject([{ result: 'merged' }]);
		expect(live()).toEqual([{ id: kept, name: 'Асель', lastName: 'Касымова', phones: ['+77015554123', '8 701 555 41 23', '+77055554411'] }]);
		expect((await (await openJournal()).merges.recent(1))[0]).toMatchObject({ state: 'done', before: [{}, { fields: { name: 'Assel', lastName: 'Kassymova' } }] });
	});

	it('over anything else leaves both cards as they were', async () => {
		const kept = account().addContact({ name: 'Дана', phones: ['+77055550917'], originId: 'A' }).id;
		const other = account().addContact({ name: 'Дана Омарова', phones: ['+77055550917'], originId: 'B' }).id;
		const before = live();
		const { failed } = await merge(`${kept}+${other}`, 'keep');
		expect(failed[0]?.error).toContain('contradict each other');
		expect(live()).toEqual(before);
		expect((await (await openJournal()).merges.recent(1))[0]).toMatchObject({ state: 'refused' });
	});
});
