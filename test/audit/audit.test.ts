import '../engine/environment';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../journal/open';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { createEngine } from '../engine/engine';
import { amoCrm, bitrix24, type AuditedCrm } from './crms';
import type { PlantedName } from './people';

const find = { operation: 'findDuplicates', certainty: 'all', returned: 'groups', region: 'KZ', options: {} };
const merging = { operation: 'mergeDuplicates', groupCode: '={{ $json.code }}', approvedBy: 'Айгерим', region: 'KZ', tag: 'дубль', ifNamesDiffer: 'keep' };

describe.each([
	['amoCRM', amoCrm],
	['Bitrix24', bitrix24],
])('%s', (name, open) => {
	let crm: AuditedCrm;
	let ids: Record<PlantedName, string>;

	beforeAll(async () => {
		crm = await open();
	}, 60_000);
	afterAll(async () => {
		await (await openJournal()).close();
		await crm.close();
	});
	beforeEach(async () => {
		// A reset account gives the same ids once more, which the journal of the test before knows as merged.
		await (await openJournal()).close();
		process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'audit-'));
		crm.faults.clear();
		crm.reset();
		ids = crm.plant();
	});

	const contact = (id: string) => crm.contacts().find((each) => each.id === id);
	const journal = async () => await openJournal();
	const merge = async (...codes: string[]) => {
		const run = await crm.run(merging, codes.map((code) => ({ code })), 'continueErrorOutput');
		return { done: (crm.items(run)[0] ?? []).map(({ json }) => json), failed: (crm.items(run)[1] ?? []).map(({ json }) => json) };
	};

	describe('Find Duplicates', () => {
		it('finds the copies and only these, proposes whom to keep and shows the couple to a person', async () => {
			const run = await crm.run(find);
			expect(run.error).toBeUndefined();
			const [summary, ...groups] = (crm.items(run)[0] ?? []).map(({ json }) => json);
			expect(summary).toMatchObject({ kind: 'summary', contacts: 9, certainGroups: 1, likelyGroups: 1, conflicts: 1, surplusContacts: 2 });
			expect(groups.map(({ certainty, code, keepBecause }) => [certainty, code, keepBecause])).toEqual([
				['certain', `${ids.aselAgain}+${ids.asel}`, 'open_deals'],
				['likely', `${ids.danaFull}+${ids.dana}`, 'open_deals'],
				['conflict', undefined, undefined],
			]);
			expect(groups[0]).toMatchObject({
				keys: [{ kind: 'phone', value: '+77015554123' }],
				contacts: [{ id: ids.aselAgain, deals: 2, openDeals: 1, url: expect.stringContaining(`/${ids.aselAgain}`) }, { id: ids.asel, deals: 1, openDeals: 0 }],
			});
		});

		it('hands a page over that a manager can read, and hides phones and e-mails when told to', async () => {
			const html = async (options: { includeKeys?: boolean; approveUrl?: string }, certainty = 'all') => {
				const [summary] = crm.items(await crm.run({ ...find, certainty, options, returned: 'summary' }))[0] ?? [];
				expect(summary?.binary?.report).toMatchObject({ mimeType: 'text/html', fileExtension: 'html' });
				return Buffer.from(summary?.binary?.report?.data ?? '', 'base64').toString('utf8');
			};
			const open = await html({ approveUrl: 'https://n8n.example.kz/form/merge' });
			expect(open).toContain('Дубли контактов');
			expect(open).toContain(`<code>${ids.aselAgain}+${ids.asel}</code>`);
			expect(open).toContain('https://n8n.example.kz/form/merge');
			expect(open).toContain('+7 (701) 555-41-23');
			expect(open).toContain('Решает человек');
			expect(await html({}, 'certain')).not.toContain('Решает человек');
			const hidden = await html({ includeKeys: false });
			expect(hidden).not.toMatch(/555.?41.?23|asel\.k@/);
			expect(hidden).toContain('***23');
		});

		it('says so when there are none, and in an empty account', async () => {
			crm.reset();
			const summaryOf = async () => {
				const items = crm.items(await crm.run(find))[0] ?? [];
				expect(items).toHaveLength(1);
				expect(Buffer.from(items[0]?.binary?.report?.data ?? '', 'base64').toString('utf8')).toContain('Дублей не найдено');
				return items[0]?.json;
			};
			expect(await summaryOf()).toMatchObject({ contacts: 0, surplusContacts: 0 });
			crm.addContact({ name: 'Тимур Юдин', phones: ['+77475553316'] });
			expect(await summaryOf()).toMatchObject({ contacts: 1, certainGroups: 0, likelyGroups: 0, conflicts: 0 });
		});

		it('reads every page', async () => {
			for (let index = 0; index < 620; index++) crm.addContact({ name: 'Игорь Волков', phones: [`+7702555${1000 + index}`] });
			const last = crm.addContact({ name: 'Волков Игорь', phones: ['8 702 555 10 00'] });
			const [summary, ...groups] = (crm.items(await crm.run({ ...find, certainty: 'proposed' }))[0] ?? []).map(({ json }) => json);
			expect(summary).toMatchObject({ contacts: 630, surplusContacts: 3 });
			expect(groups.map(({ code }) => String(code)).some((code) => code.endsWith(`+${last}`))).toBe(true);
		}, 30_000);
	});

	describe('Merge Duplicates', () => {
		const group = () => `${ids.aselAgain}+${ids.asel}`;

		it('moves deals, phones and e-mails to the contact that is kept, and the journal has what was there before', async () => {
			const before = { asel: contact(ids.asel), kept: contact(ids.aselAgain) };
			const { done, failed } = await merge(group(), `${ids.danaFull}+${ids.dana}`);
			expect(failed).toEqual([]);
			expect(done).toMatchObject([
				{ code: group(), keepId: ids.aselAgain, mergedIds: [ids.asel], movedDealIds: before.asel?.dealIds, result: 'merged' },
				{ keepId: ids.danaFull, mergedIds: [ids.dana], result: 'merged' },
			]);
			expect([...(contact(ids.aselAgain)?.dealIds ?? [])].sort()).toEqual([...(before.kept?.dealIds ?? []), ...(before.asel?.dealIds ?? [])].sort());
			expect(contact(ids.aselAgain)?.emails).toEqual(['asel.k@mail.ru']);
			const rest = contact(ids.asel);
			if (name === 'amoCRM') expect(rest).toMatchObject({ dealIds: [], tags: ['дубль'], notes: 1, phones: before.asel?.phones });
			else expect(rest).toBeUndefined();
			const [, first] = await (await journal()).merges.recent(2);
			expect(first).toMatchObject({
				account: crm.account,
				state: 'done',
				approvedBy: 'Айгерим',
				before: [
					{ id: ids.aselAgain, dealIds: before.kept?.dealIds },
					{ id: ids.asel, name: 'Асель Касымова', phones: ['+7 (701) 555-41-23'], dealIds: before.asel?.dealIds, fields: { id: Number(ids.asel) } },
				],
			});
		});

		it('leaves the other people of a deal where they are, and the main contact a main one', async () => {
			const shared = crm.addDeal([ids.asel, ids.alone]);
			const both = crm.addDeal([ids.alone, ids.asel, ids.aselAgain]);
			expect((await merge(group())).failed).toEqual([]);
			expect(crm.linked(shared).main).toBe(ids.aselAgain);
			expect(crm.linked(shared).contactIds.sort()).toEqual([ids.alone, ids.aselAgain].sort());
			expect(crm.linked(both).main).toBe(ids.alone);
			expect(crm.linked(both).contactIds.sort()).toEqual([ids.alone, ids.aselAgain].sort());
		});

		it('can be looked up in Sync Journal, with everything that was there before', async () => {
			await merge(group());
			const engine = createEngine({ nodeTypes: [SyncJournal] });
			const run = await engine.runWorkflow({ nodes: [{ name: 'Journal', type: 'syncJournal', parameters: { operation: 'getMerges', limit: 5 } }] });
			expect(run.outputs('Journal')[0]?.map(({ json }) => json)).toMatchObject([
				{ code: group(), state: 'merged', approvedBy: 'Айгерим', contactsBefore: [{ id: ids.aselAgain }, { id: ids.asel, phones: ['+7 (701) 555-41-23'], fields: { id: Number(ids.asel) } }] },
			]);
		});

		it('by two executions at the same moment is done once', async () => {
			const both = await Promise.all([merge(group()), merge(group())]);
			const done = both.flatMap((each) => each.done.filter(({ result }) => result === 'merged'));
			expect(done).toHaveLength(1);
			for (const { failed } of both) for (const { error } of failed) expect(error).toContain('another execution merges');
			expect(contact(ids.asel)?.notes ?? 1).toBe(1);
			expect(contact(ids.aselAgain)?.dealIds).toHaveLength(3);
		});

		it('done again changes nothing', async () => {
			await merge(group());
			const [writes, state] = [crm.writes(), crm.contacts()];
			const again = await merge(group(), group().replace('+', ' + '));
			expect(again.done.map(({ result }) => result)).toEqual(['was merged before', 'was merged before']);
			expect(crm.contacts()).toEqual(state);
			expect(crm.writes()).toBe(writes);
			const audited = (crm.items(await crm.run({ ...find, certainty: 'certain' }))[0] ?? []).length;
			expect(audited).toBe(1);
		});

		it.each([1, 2, 3, 4, 5, 6])('broken off after %i calls, is finished by the next run, and the note comes once', async (skip) => {
			crm.faults.set({ api: crm.api, kind: 'timeout-after-apply', skip, holdMs: 10, next: 6 });
			const broken = await merge(group());
			crm.faults.clear();
			const again = await merge(group());
			expect(again.failed).toEqual([]);
			expect(again.done).toMatchObject([{ keepId: ids.aselAgain, result: broken.failed.length > 0 ? 'merged' : 'was merged before' }]);
			expect(contact(ids.aselAgain)).toMatchObject({ emails: ['asel.k@mail.ru'], phones: expect.arrayContaining(['8 701 555 41 23']) });
			expect(contact(ids.aselAgain)?.dealIds).toHaveLength(3);
			expect(contact(ids.asel)?.notes ?? 1).toBe(1);
			const [writes, state] = [crm.writes(), crm.contacts()];
			expect((await merge(group())).done).toMatchObject([{ result: 'was merged before' }]);
			expect([crm.writes(), crm.contacts()]).toEqual([writes, state]);
		}, 60_000);

		it('refuses a group that is out of date, before anything is written', async () => {
			const writes = crm.writes();
			crm.rename(ids.asel, 'Ерлан Касымов');
			crm.remove(ids.dana);
			const stranger = `${ids.alone}+${ids.husband}`;
			const couple = `${ids.husband}+${ids.wife}`;
			const peopleWrites = crm.writes() - writes;
			const { done, failed } = await merge(group(), `${ids.danaFull}+${ids.dana}`, stranger, couple, `${ids.masked}+${ids.maskedToo}`, 'нет', `${ids.alone}`);
			expect(done).toEqual([]);
			expect(failed.map(({ error }) => error)).toEqual([
				expect.stringContaining('names of different people'),
				expect.stringContaining(`no contact ${ids.dana}`),
				expect.stringContaining('no phone or e-mail in common'),
				expect.stringContaining('names of different people'),
				expect.stringContaining('no phone or e-mail in common'),
				expect.stringContaining('cannot be read'),
				expect.stringContaining('cannot be read'),
			]);
			expect(crm.writes() - writes - peopleWrites).toBe(0);
		});

		it('tells the identity index, so that Order Sync does not use the contact that is gone', async () => {
			const { identities, merges } = await journal();
			const customer = { account: crm.account, kind: 'customer' as const, value: `hash-${crm.api}` };
			await identities.assign([customer], ids.asel);
			await merge(group());
			expect(await identities.find([customer, { account: crm.account, kind: 'phone', value: '+77015554123', name: 'Асель Касымова' }, { account: crm.account, kind: 'email', value: 'asel.k@mail.ru' }])).toEqual([
				ids.aselAgain, ids.aselAgain, ids.aselAgain,
			]);
			expect(await merges.keptInstead(crm.account, [ids.asel, ids.alone])).toEqual(new Map([[ids.asel, ids.aselAgain]]));
		});

		it('leaves Find or Create the contact that is kept, although an older copy may still be there', async () => {
			await merge(group());
			crm.settle();
			const [found] = crm.items(await crm.run({ operation: 'findOrCreate', name: 'Асель К.', phone: '+7 701 555 41 23', email: '', region: 'KZ', several: 'oldest', nameConflict: 'create', additionalFields: {} }))[0] ?? [];
			expect(found?.json).toMatchObject({ id: Number(ids.aselAgain), created: false });
			expect(crm.contacts()).toHaveLength(name === 'amoCRM' ? 9 : 8);
		});

		it('refuses a group of which somebody was merged into another since', async () => {
			const third = crm.addContact({ name: 'Асель Касымова', phones: ['77015554123'] });
			await merge(group());
			const { failed } = await merge(`${third}+${ids.asel}`);
			expect(failed[0]?.error).toContain(`${ids.asel} was merged into ${ids.aselAgain} already`);
			const followed = await merge(`${third}+${ids.aselAgain}`);
			expect(followed.done).toMatchObject([{ keepId: third }]);
			expect(await (await journal()).merges.keptInstead(crm.account, [ids.asel])).toEqual(new Map([[ids.asel, third]]));
		});
	});
});
