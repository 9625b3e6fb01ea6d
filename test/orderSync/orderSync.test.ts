import { act, type ActionName } from '../../sandbox/kaspi/actions';
import { openWorld, pipelineName, runOrderSync, type World } from './world';

/** Reads the CRM and the marketplace as a judge does: from the sandbox, not through the pack. */
class Judge {
	constructor(private readonly world: World) {}

	leads() {
		return this.world.sandbox.amocrm.state().leads.filter(({ isDeleted, pipeline }) => !isDeleted && pipeline === pipelineName);
	}

	leadOf(number: string) {
		const found = this.leads().filter(({ fields }) => fields['Номер заказа'] === number);
		expect(found).toHaveLength(1);
		const [lead] = found;
		if (!lead) throw new Error(`no deal for order ${number}`);
		return lead;
	}

	contacts() {
		return this.world.sandbox.amocrm.state().contacts;
	}

	order(code: string) {
		const order = this.world.sandbox.kaspi.shop.orders.get(code);
		if (!order) throw new Error(`no order ${code}`);
		return order;
	}

	calls() {
		const { kaspi, amocrm } = this.world.sandbox.logs;
		const counted = { kaspi: kaspi.counts().total, amocrm: amocrm.counts().total };
		kaspi.reset();
		amocrm.reset();
		return counted;
	}
}

describe('Order Sync in the real engine, against the sandbox', () => {
	let world: World;
	let judge: Judge;

	beforeEach(async () => {
		world = await openWorld();
		judge = new Judge(world);
		const prepared = await runOrderSync(world, 'prepare');
		expect(prepared.run.status).toBe('success');
	}, 60_000);
	afterEach(() => world.close());

	const place = (kind: 'pickup' | 'kaspi-delivery' | 'own-delivery', extra: object = {}) =>
		world.sandbox.kaspi.shop.createOrder({ kind, ...extra }).code;
	const person = (code: string, action: ActionName) => act(world.sandbox.kaspi.shop, judge.order(code), action);
	const manager = (code: string, stage: string) => world.sandbox.amocrm.account.moveLead(judge.leadOf(code).id, stage);

	it('prepares the CRM once: a second run creates nothing', async () => {
		const again = await runOrderSync(world, 'prepare');
		expect(again.synced[0]?.json.created).toEqual([]);
		expect(world.sandbox.amocrm.state().pipelines.filter(({ name }) => name === pipelineName)).toHaveLength(1);
	});

	it('carries orders into the CRM with their buyers, and a second sweep does nothing and says nothing', async () => {
		const codes = [place('pickup'), place('kaspi-delivery', { autoAccept: true }), place('own-delivery')];
		const first = await runOrderSync(world, 'sweep');
		expect(first.failed).toEqual([]);
		expect(first.attention).toEqual([]);
		expect(first.synced.map(({ json }) => json.orderNumber).sort()).toEqual([...codes].sort());
		expect(first.synced.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}')).toBe(true);
		expect(codes.map((code) => judge.leadOf(code).stage)).toEqual(['Новая заявка', 'В работе / Сборка', 'Новая заявка']);
		for (const code of codes) {
			const { contactIds, fields, price } = judge.leadOf(code);
			expect(contactIds).toHaveLength(1);
			expect(price).toBe(Math.round(Number.parseFloat(String(fields['Сумма точно']))));
			expect(fields['Состав заказа']).toContain('×');
		}

		judge.calls();
		const second = await runOrderSync(world, 'sweep');
		expect([second.synced, second.attention, second.failed]).toEqual([[], [], []]);
		expect(judge.calls()).toEqual({ kaspi: 1, amocrm: 1 });
	}, 60_000);

	it('moves deals after their orders, and orders after their deals', async () => {
		const [followed, accepted, packed, lost] = [place('pickup'), place('pickup'), place('kaspi-delivery', { autoAccept: true }), place('own-delivery')];
		await runOrderSync(world, 'sweep');
		person(followed, 'accept-in-cabinet');
		manager(accepted, 'В работе / Сборка');
		manager(packed, 'Готов к отгрузке');
		manager(lost, 'Закрыто и не реализовано');
		const { synced, failed, attention } = await runOrderSync(world, 'sweep');
		expect([failed, attention]).toEqual([[], []]);
		expect(synced).toHaveLength(4);
		expect(judge.leadOf(followed).stage).toBe('Готов к отгрузке');
		// An accepted pickup order is ready at once, and the deal follows.
		expect(judge.order(accepted).status).toBe('ACCEPTED_BY_MERCHANT');
		expect(judge.leadOf(accepted).stage).toBe('Готов к отгрузке');
		expect(judge.order(packed).assembled).toBe(true);
		expect(judge.order(lost).status).toBe('CANCELLED');
		expect(world.sandbox.kaspi.state().commands).toMatchObject({ accepted: 3, refused: 0, forbidden: [] });
		const after = await runOrderSync(world, 'sweep');
		expect(after.synced.flatMap(({ json }) => json.did)).toEqual(after.synced.map(() => 'deal card updated'));
		expect(world.sandbox.kaspi.state().commands.accepted).toBe(3);
	}, 60_000);

	it('lets the marketplace win when the buyer cancelled, and tells the manager in a note', async () => {
		const code = place('kaspi-delivery', { autoAccept: true });
		await runOrderSync(world, 'sweep');
		person(code, 'buyer-cancel');
		manager(code, 'Готов к отгрузке');
		await runOrderSync(world, 'sweep');
		const { stage, notes } = judge.leadOf(code);
		expect(stage).toBe('Закрыто и не реализовано');
		expect(notes.map(({ text }) => text).join()).toContain(`№ ${code}`);
		expect(world.sandbox.kaspi.state().commands.forbidden).toEqual([]);
	}, 60_000);

	it('keeps one contact for one buyer, masked or not, however the CRM wrote the phone before', async () => {
		const buyer = (key: string, phone: string, masked: boolean) => ({ buyer: { key, firstName: 'Асель', lastName: 'К', phone, masked } });
		world.sandbox.amocrm.account.addContact({ name: 'Асель К.', phones: ['8 (701) 555-41-23'] });
		world.sandbox.amocrm.account.flushIndex();
		place('pickup', buyer('asel', '7015554123', false));
		place('pickup', buyer('dana', '7015554124', true));
		await runOrderSync(world, 'sweep');
		place('pickup', buyer('asel', '7015554123', true));
		place('pickup', buyer('dana', '7015554124', true));
		place('pickup', buyer('dana', '7015554124', false));
		await runOrderSync(world, 'sweep');
		const contacts = judge.contacts();
		expect(contacts).toHaveLength(2);
		expect(contacts.map(({ leadIds }) => leadIds.length).sort()).toEqual([2, 3]);
		expect(contacts.map(({ phones }) => phones)).toEqual(expect.arrayContaining([['8 (701) 555-41-23'], ['+77015554124']]));
	}, 60_000);

	it('asks a person about a deleted deal and carries the decision out', async () => {
		const code = place('pickup');
		await runOrderSync(world, 'sweep');
		world.sandbox.amocrm.account.deleteLead(judge.leadOf(code).id);
		person(code, 'accept-in-cabinet');
		const { attention } = await runOrderSync(world, 'sweep');
		expect(attention).toHaveLength(1);
		expect(attention[0]?.json.message).toContain(code);
		expect((await runOrderSync(world, 'sweep')).attention).toEqual([]);
		const resolved = await runOrderSync(world, 'resolve', { orderNumber: code, decision: 'recreate_deal' });
		expect(resolved.synced[0]?.json.did).toEqual(['deal created anew']);
		expect(judge.leadOf(code).stage).toBe('Готов к отгрузке');
	}, 60_000);

	it('serves the good items of a batch and names the bad ones with the way out', async () => {
		const [good, gone] = [place('pickup'), place('pickup')];
		await runOrderSync(world, 'sweep');
		const goneId = judge.leadOf(gone).id;
		world.sandbox.amocrm.account.deleteLead(goneId);
		const { run, synced, attention, failed } = await runOrderSync(world, 'sync', { identifyBy: 'automatic' }, [
			{ orderNumber: good },
			{ orderNumber: '999999999' },
			{ dealId: goneId },
			{ dealId: 123_456 },
			{ something: 'else' },
		]);
		expect(run.status).toBe('success');
		expect(synced.map(({ json, pairedItem }) => [json.orderNumber, pairedItem])).toEqual([[good, { item: 0 }]]);
		expect(attention.map(({ json, pairedItem }) => [json.orderNumber, pairedItem])).toEqual([[gone, { item: 2 }]]);
		expect(failed.map(({ pairedItem }) => pairedItem)).toEqual(expect.arrayContaining([{ item: 1 }, { item: 3 }, { item: 4 }]));
		const texts = failed.map(({ json }) => `${json.error} ${json.advice}`).join('\n');
		expect(texts).toContain('999999999');
		expect(texts).toContain('Deal 123456');
		expect(texts).toContain('orderNumber, orderId or dealId');
	}, 60_000);

	it('takes the echo of its own writes for what it is, without a call', async () => {
		const code = place('pickup');
		await runOrderSync(world, 'sweep');
		const lead = judge.leadOf(code);
		judge.calls();
		const { synced } = await runOrderSync(world, 'sync', { identifyBy: 'automatic' }, [
			{ entity: 'deal', id: lead.id, event: 'dealAdded', pipelineId: lead.pipelineId, statusId: lead.statusId },
		]);
		expect(synced[0]?.json).toMatchObject({ orderNumber: code, result: 'unchanged' });
		expect(judge.calls()).toEqual({ kaspi: 0, amocrm: 0 });
	}, 60_000);

	it('keeps orders in the queue while amoCRM is down, and finishes when it is back', async () => {
		const codes = [place('pickup'), place('pickup')];
		await runOrderSync(world, 'sweep');
		codes.push(place('pickup'));
		world.sandbox.faults.set({ api: 'amocrm', kind: '429', method: 'POST' });
		const down = await runOrderSync(world, 'sweep', { options: { retryFirstSeconds: 1 } });
		expect(down.synced).toEqual([]);
		expect(down.failed.map(({ json }) => [json.orderNumber, json.attempts])).toEqual([[codes[2], 1]]);
		expect(down.failed[0]?.json.advice).toContain('stays in the queue');
		world.sandbox.faults.clear();
		for (let round = 0; round < 30 && judge.leads().length < 3; round += 1) {
			await new Promise((done) => setTimeout(done, 1000));
			await runOrderSync(world, 'retryDue', { options: { retryFirstSeconds: 1 } });
		}
		expect(codes.map((code) => judge.leadOf(code).stage)).toEqual(['Новая заявка', 'Новая заявка', 'Новая заявка']);
		expect(judge.contacts()).toHaveLength(new Set(codes.map((code) => judge.order(code).buyer.key)).size);
	}, 120_000);

	it('explains wrong tokens and answers of the wrong shape, and names the orders', async () => {
		const code = place('pickup');
		world.engine.credentials.stored.amoCrmApi = { ...world.engine.credentials.stored.amoCrmApi, accessToken: 'wrong' };
		const wrongCrm = await runOrderSync(world, 'sweep');
		expect(wrongCrm.run.status).toBe('error');
		expect(wrongCrm.run.error?.message).toMatch(/amoCRM/);
		expect(wrongCrm.run.error?.message).not.toMatch(/wrong/);

		world.engine.credentials.stored.amoCrmApi = { account: world.sandbox.credentials().amocrm.baseUrl, accessToken: world.sandbox.credentials().amocrm.longLivedToken };
		world.sandbox.faults.set({ api: 'kaspi', kind: 'wrong-shape' });
		const strange = await runOrderSync(world, 'sync', { identifyBy: 'orderNumber', identifier: code }, [{}]);
		expect(strange.failed).toHaveLength(1);
		expect(strange.failed[0]?.json.error).toContain(code);
		expect(strange.failed[0]?.json.advice).not.toBe('');
	}, 60_000);

	it('refuses to start with the embedded journal in queue mode and says what to configure', async () => {
		process.env.EXECUTIONS_MODE = 'queue';
		try {
			const { run } = await runOrderSync(world, 'sweep');
			expect(run.status).toBe('error');
			expect(`${run.error?.message} ${run.error && 'description' in run.error ? run.error.description : ''}`).toContain('EXECUTIONS_MODE=regular');
		} finally {
			delete process.env.EXECUTIONS_MODE;
		}
	});
});
