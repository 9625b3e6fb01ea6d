import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { defaultJournalFile, openJournal } from '../../journal/open';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { loadOptions } from '../engine/contexts';
import { createEngine } from '../engine/engine';
import { link } from './folder';

/** What Sync Journal takes away, in n8n's engine. */
const account = 'shop.amocrm.example';
const phone = '+77015554123';
const day = 24 * 3_600_000;
const engine = createEngine({ nodeTypes: [SyncJournal] });

beforeEach(async () => {
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'journal-node-'));
	const journal = await openJournal();
	await journal.identities.assign([{ account, kind: 'phone', value: phone, name: 'Асель Касымова' }, { account, kind: 'email', value: 'asel@example.test', name: 'Асель Касымова' }], '11');
	await journal.identities.assign([{ account, kind: 'phone', value: '+77015550009', name: 'Ерлан' }], '12');
	await journal.merges.begin({ account, keepId: '11', otherIds: ['10'], before: [card('11', '8 701 555 41 23'), card('10')], at: 1 });
	await journal.merges.finish(account, '11', ['10'], [], Date.now() - 400 * day);
	await journal.links.save([{ ...link(1, { contactId: '11', dealId: '5', closed: true }), pair: `kaspi:30000001|amocrm:${account}` }]);
	await journal.proofs.attach([{ number: link(1).number, kind: 'photo', what: 'parcel.jpg', by: 'Айдар', at: Date.now() - 40 * day }]);
});
afterEach(async () => (await openJournal()).close());

const card = (id: string, ...phones: string[]) => ({ id, name: 'Асель Касымова', phones, emails: [], dealIds: [], fields: { phone: phones } });
const bytes = (): string => ['', '-wal'].map((end) => (existsSync(defaultJournalFile() + end) ? readFileSync(defaultJournalFile() + end).toString('utf8') : '')).join('\n');

async function run(parameters: INodeParameters, input: IDataObject[] = [{}]) {
	const done = await engine.runWorkflow({ nodes: [{ type: 'syncJournal', name: 'Journal', parameters, onError: 'continueErrorOutput' }], input });
	const [items = [], failed = []] = done.status === 'success' ? done.outputs('Journal') : [];
	return { status: done.status, items: items.map(({ json }) => json), failed: failed.map(({ json }) => json) };
}
const forget = (parameters: INodeParameters, input?: IDataObject[]) => run({ operation: 'forgetPerson', ...parameters }, input);

it('forgets a person by the phone as somebody wrote it: counts, no data, and nothing is left in the file', async () => {
	expect(bytes()).toContain(phone);
	const { items } = await forget({ findBy: 'phone', phone: '8 (701) 555-41-23' });
	expect(items).toEqual([
		{ contacts: 2, deleted: { identities: 2, identityClaims: 0, seenBuyers: 0, contactIndex: 0, merges: 1, proofs: 1 }, left: { mergesUnfinished: 0 }, erasedFromFile: true },
	]);
	for (const text of [phone, '701 555 41 23', 'asel@example.test', 'Касымова', 'parcel.jpg']) expect(bytes()).not.toContain(text);
	for (const text of ['+77015550009', 'Ерлан', link(1).number]) expect(bytes()).toContain(text);
	const again = await forget({ findBy: 'phone', phone: '8 (701) 555-41-23' });
	expect(again.items).toMatchObject([{ contacts: 0, deleted: { identities: 0, merges: 0, proofs: 0 }, erasedFromFile: true }]);
});

it('forgets each of several items, by e-mail or by IDs, in the account that the journal knows', async () => {
	const byEmail = await forget({ findBy: 'email', email: '={{ $json.email }}' }, [{ email: ' ASEL@example.test' }, { email: 'erlan@other.test' }]);
	expect(byEmail.items.map(({ contacts }) => contacts)).toEqual([2, 0]);
	const byId = await forget({ findBy: 'contactId', contactId: '12, 99', account: `https://${account}/contacts/detail/12` });
	expect(byId.items).toMatchObject([{ contacts: 2, deleted: { identities: 1 } }]);
	expect(await (await openJournal()).identities.find([{ account, kind: 'phone', value: '+77015550009' }])).toEqual([undefined]);
	expect(await loadOptions(engine, { type: 'syncJournal' }, 'getAccounts')).toEqual([{ name: 'All Accounts', value: '' }, { name: account, value: account }]);
});

it('deletes nothing and says why when it is not clear whom: no phone, a masked one, two contacts, an ID without an account, an unknown account', async () => {
	await (await openJournal()).identities.assign([{ account, kind: 'phone', value: phone, name: 'Марат Касымов' }], '77');
	const refused = await Promise.all([
		forget({ findBy: 'phone', phone: '={{ $json.none }}' }),
		forget({ findBy: 'phone', phone: '+7701***4123' }),
		forget({ findBy: 'phone', phone }),
		forget({ findBy: 'contactId', contactId: '11' }),
		forget({ findBy: 'contactId', contactId: '11', account: 'shpo.amocrm.example' }),
	]);
	const texts = refused.map(({ failed: [item] }) => `${String(item?.error)} ${String(item?.message)}`);
	expect(texts).toEqual([
		expect.stringContaining('The phone cannot be used'),
		expect.stringContaining('The phone cannot be used'),
		expect.stringContaining(`several contacts of ${account} (11, 77)`),
		expect.stringContaining('Choose the CRM account'),
		expect.stringContaining(`It knows ${account}`),
	]);
	for (const text of texts) expect(text).not.toMatch(/4123/);
	expect(await (await openJournal()).identities.find([{ account, kind: 'email', value: 'asel@example.test' }])).toEqual(['11']);
	expect(await (await openJournal()).merges.recent(5)).toHaveLength(1);
});

it('purges merges after a year and proofs only when asked; 0 keeps them', async () => {
	const kept = { log: 0, merges: 0, proofs: 0 };
	expect((await run({ operation: 'purge', mergeDays: 0 })).items).toEqual([{ deleted: kept }]);
	expect((await run({ operation: 'purge', mergeDays: 401 })).items).toEqual([{ deleted: kept }]);
	expect((await run({ operation: 'purge' })).items).toEqual([{ deleted: { ...kept, merges: 1 }, erasedFromFile: true }]);
	expect(bytes()).not.toContain('701 555 41 23');
	expect((await run({ operation: 'purge', proofDays: 41 })).items).toEqual([{ deleted: kept }]);
	expect((await run({ operation: 'purge', proofDays: 39 })).items).toEqual([{ deleted: { ...kept, proofs: 1 }, erasedFromFile: true }]);
});

it('drops the contact index, and refuses while it is filled', async () => {
	const { contactIndex } = await openJournal();
	await contactIndex.begin(account, 'KZ/1', 'x', 60_000, Date.now());
	await contactIndex.savePage(account, 'x', [{ id: '5', keys: [{ kind: 'phone', value: '+77025550000' }] }], 'p', 60_000, Date.now());
	const busy = await run({ operation: 'dropContactIndex', account });
	expect(busy.failed).toMatchObject([{ error: expect.stringContaining('is being filled'), message: expect.stringContaining('Order Sync') }]);
	await contactIndex.giveBack(account, 'x');
	expect((await run({ operation: 'dropContactIndex' })).items).toEqual([{ accounts: [account], deleted: { contactIndex: 1 }, erasedFromFile: true }]);
	expect(bytes()).not.toContain('+77025550000');
	expect((await run({ operation: 'getContactIndex' })).items).toEqual([]);
});
