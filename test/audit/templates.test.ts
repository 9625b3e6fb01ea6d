import '../engine/environment';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { createEngine, type Engine } from '../engine/engine';
import { builtins } from '../templates/builtins';
import { connectionsOf, isNote, readTemplate } from '../templates/template';
import { AmoCrmApi } from '../../credentials/AmoCrmApi.credentials';
import { Bitrix24WebhookApi } from '../../credentials/Bitrix24WebhookApi.credentials';
import { openJournal } from '../../journal/open';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmAdapter } from '../../nodes/AmoCrm/adapter';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import { openBench } from '../amocrm/bench';
import { amoCrm, bitrix24 } from './crms';

/** The template as shipped, from one of its triggers. */
const play = (engine: Engine, name: string, startAt: string, input?: IDataObject[]) => {
	const template = readTemplate(name);
	const nodes = template.nodes.filter((node) => !isNote(node)).map(({ name: step, type, typeVersion, parameters, onError }) => ({ name: step, type, typeVersion, parameters, onError }));
	return engine.runWorkflow({ nodes, connections: connectionsOf(template), startAt, input });
};

const freshJournal = async (): Promise<void> => {
	await (await openJournal()).close();
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'audit-'));
};
beforeEach(freshJournal);
afterAll(async () => {
	await (await openJournal()).close();
});

describe.each([
	['contact-duplicates-audit', 'Bitrix24', bitrix24],
	['contact-duplicates-audit-amocrm', 'amoCRM', amoCrm],
])('%s', (name, service, open) => {
	it('sends the report, merges what a person approves and shows what became of it; done again, it changes nothing', async () => {
		const crm = await open();
		try {
			const ids = crm.plant();
			const engine = createEngine({
				nodeTypes: [AmoCrm, Bitrix24],
				foreignNodeTypes: builtins,
				credentialTypes: [AmoCrmApi, Bitrix24WebhookApi],
				credentials: crm.credentials,
			});
			const weekly = await play(engine, name, 'Every Monday morning');
			expect(weekly.error).toBeUndefined();
			const sent = weekly.outputs('The manager has it')[0]?.[0]?.json;
			expect(sent?.caption).toBe('Дубли контактов: точных групп 1, вероятных 1, лишних карточек 2 из 9. Решает человек: 1');
			const codes = [...String(sent?.html).matchAll(/<code>([\d+]+)<\/code>/g)].map(([, code]) => code);
			expect(codes).toEqual([`${ids.aselAgain}+${ids.asel}`, `${ids.danaFull}+${ids.dana}`]);

			const approved = [{ 'Коды групп': `${codes[0]}\n ${codes[1]} \n${ids.husband}+${ids.wife}\n`, 'Кто одобрил': 'Айгерим' }];
			const merged = await play(engine, name, 'Codes are approved', approved);
			expect(merged.error).toBeUndefined();
			const pages = merged.outputs('Show it to whoever approved')[0];
			expect(pages).toHaveLength(1);
			expect(String(pages?.[0]?.json.page).split('\n')).toEqual([
				`${codes[0]}: объединены в № ${ids.aselAgain}`,
				`${codes[1]}: объединены в № ${ids.danaFull}`,
				expect.stringContaining(`${ids.husband}+${ids.wife}: не объединены.`),
			]);
			const [writes, state] = [crm.writes(), crm.contacts()];
			const again = await play(engine, name, 'Codes are approved', approved);
			expect(String(again.outputs('Show it to whoever approved')[0]?.[0]?.json.page)).toContain(`${codes[0]}: были объединены раньше`);
			expect([crm.writes(), crm.contacts()]).toEqual([writes, state]);
			const nextWeek = await play(engine, name, 'Every Monday morning');
			expect(String(nextWeek.outputs('The manager has it')[0]?.[0]?.json.caption)).toBe('Дубли контактов: точных групп 0, вероятных 0, лишних карточек 0 из 7. Решает человек: 1');
			expect([crm.writes(), crm.contacts()]).toEqual([writes, state]);
		} finally {
			await crm.close();
		}
	}, 60_000);

	it(`raises the alarm when ${service} does not answer`, async () => {
		const crm = await open();
		try {
			const engine = createEngine({ nodeTypes: [AmoCrm, Bitrix24], foreignNodeTypes: builtins, credentialTypes: [AmoCrmApi, Bitrix24WebhookApi], credentials: crm.credentials });
			crm.faults.set({ api: crm.api, kind: 'reset' });
			const weekly = await play(engine, name, 'Every Monday morning');
			expect(weekly.status).toBe('error');
			expect(weekly.error?.message).toContain('не доставлен');
		} finally {
			await crm.close();
		}
	}, 60_000);
});

describe('contact-find-or-create', () => {
	it('makes one contact and one deal of a request, whichever way it comes and however often', async () => {
		const bench = await openBench();
		try {
			const { baseUrl, longLivedToken } = bench.sandbox.credentials().amocrm;
			await new AmoCrmAdapter(bench.client).prepare('Заказы');
			const engine = createEngine({ nodeTypes: [AmoCrm], foreignNodeTypes: builtins, credentialTypes: [AmoCrmApi], credentials: { amoCrmApi: { account: baseUrl, accessToken: longLivedToken } } });
			const site = [{ body: { id: 'r-1', name: ' Асель   Касымова ', phone: '8 (701) 555-41-23', email: ' Asel.K@Mail.ru', subject: 'Чайник' } }];
			const state = () => {
				const { contacts, leads } = bench.sandbox.amocrm.state();
				return { contacts: contacts.map(({ name, phones, emails }) => ({ name, phones, emails })), leads: leads.map(({ name, contactIds }) => ({ name, contacts: contactIds.length })) };
			};
			const first = await play(engine, 'contact-find-or-create', 'A site sends a request', site);
			expect(first.error).toBeUndefined();
			expect(state()).toEqual({
				contacts: [{ name: 'Асель Касымова', phones: ['+77015554123'], emails: ['asel.k@mail.ru'] }],
				leads: [{ name: 'Заявка r-1: Чайник', contacts: 1 }],
			});
			const before = state();
			expect((await play(engine, 'contact-find-or-create', 'A site sends a request', site)).error).toBeUndefined();
			expect(state()).toEqual(before);

			const form = await play(engine, 'contact-find-or-create', 'Somebody fills in the form', [{ Имя: 'Асель', Телефон: '+77015554123', Почта: '', 'Что вас интересует': 'Утюг' }]);
			expect(form.error).toBeUndefined();
			expect(state().contacts).toEqual(before.contacts);
			expect(state().leads.map(({ name }) => name)).toEqual(['Заявка r-1: Чайник', expect.stringContaining('Утюг')]);

			const unusable = await play(engine, 'contact-find-or-create', 'A site sends a request', [{ body: { id: 'r-2', name: 'Никто', phone: '+0(000)-000-00-00' } }]);
			expect(unusable.status).toBe('error');
			expect(unusable.error?.message).toContain('Заявка не попала в CRM');
			expect(state().contacts).toEqual(before.contacts);
		} finally {
			await bench.close();
		}
	}, 60_000);
});
