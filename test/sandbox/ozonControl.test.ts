import { ACTIONS } from '../../sandbox/ozon/actions';
import { Random } from '../../sandbox/random';
import { startSandbox } from '../../sandbox/sandbox';
import { startOzon, type OzonHarness } from './ozonHarness';

let ozon: OzonHarness;
afterEach(async () => await ozon.sandbox.close());

test('bad bodies are refused field by field, impossible actions with a reason', async () => {
	ozon = await startOzon();
	const bad = await ozon.control.post('/ozon/postings', {
		scheme: 'pickup',
		buyer: { phone: '12' },
		products: [{ quantity: 0 }],
	});
	expect([bad.status, bad.data.fields.map(({ field }: { field: string }) => field)]).toEqual([
		400,
		['scheme', 'buyer.phone', 'products.0.quantity'],
	]);
	expect((await ozon.control.patch('/ozon/settings', { conditionalHours: 1 })).status).toBe(400);
	expect((await ozon.control.patch('/ozon/settings', { conditionalMs: 5 })).data.conditionalMs).toBe(5);
	expect((await ozon.control.post('/ozon/postings/1-1-1/dispute')).status).toBe(404);
	const { data } = await ozon.control.post('/ozon/postings', { scheme: 'rfbs-own', count: 2, buyer: { key: 'asel' } });
	expect(data.postings.map((posting: { buyer: { key: string } }) => posting.buyer.key)).toEqual(['asel', 'asel']);
	const refused = await ozon.control.post(`/ozon/postings/${data.postings[0].number}/dispute`);
	expect([refused.status, refused.data.message]).toEqual([409, expect.stringContaining(data.postings[0].number)]);
});

test('every action a posting offers works, whatever came before it', async () => {
	ozon = await startOzon({ registrationDelayMs: 0 });
	const random = new Random(5);
	const seen = new Set<string>();
	const rare = [
		'cancel-by-ozon', 'buyer-cancel', 'cancel-in-cabinet', 'cancel-part-in-cabinet', 'miss-deadline', 'refuse', 'approve-in-cabinet',
	];
	const talk = ['write', 'edit-message', 'close-chat', 'move-delivery-date', 'move-cutoff'];
	for (let round = 0; round < 150; round += 1) {
		const posting = ozon.create({
			marksRequired: random.chance(0.2),
			latePayment: random.chance(0.2),
			products: [{ sku: 1, quantity: 2 }],
		});
		for (let step = 0; step < 14; step += 1) {
			ozon.wait(1);
			const { actions } = (await ozon.control.get(`/ozon/postings/${posting.number}`)).data;
			const usual = actions.filter((name: string) => !rare.includes(name) && !talk.includes(name));
			const action = random.pick<string>(usual.length > 0 && random.chance(0.85) ? usual : actions);
			seen.add(action);
			expect([action, (await ozon.control.post(`/ozon/postings/${posting.number}/${action}`)).status]).toEqual([
				action,
				200,
			]);
		}
	}
	// These need a message or a rejection sent through the API.
	expect(ACTIONS.filter((name) => !seen.has(name))).toEqual(['dispute-return', 'read-messages']);
});

test('in the cabinet the seller takes a piece out of a posting, or packs it as two postings of the same order', async () => {
	ozon = await startOzon();
	const { number } = ozon.create({ scheme: 'fbs', products: [{ sku: 1, quantity: 3 }] });
	const cut = (await ozon.control.post(`/ozon/postings/${number}/cancel-part-in-cabinet`)).data.posting;
	expect([cut.status, cut.products[0].quantity]).toEqual(['awaiting_packaging', 2]);
	const split = (await ozon.control.post(`/ozon/postings/${number}/split-in-cabinet`)).data.posting;
	expect(split.status).toBe('cancelled_from_split_pending');
	const { ozon: shop } = (await ozon.control.get('/state')).data;
	const parts = shop.postings.filter(({ parent }: { parent: string }) => parent === number);
	expect(parts.map(({ status, products }: { status: string; products: { quantity: number }[] }) => [status, products.map(({ quantity }) => quantity)])).toEqual([
		['awaiting_deliver', [1]],
		['awaiting_deliver', [1]],
	]);
	expect((await ozon.control.post(`/ozon/postings/${parts[0].number}/split-in-cabinet`)).status).toBe(409);
});

test('the seeded shop shows every scheme and many states; reset brings it back and forgets URLs', async () => {
	ozon = await startOzon();
	const sandbox = await startSandbox({ ozon: { conditionalMs: 1000 } });
	await sandbox.close();
	await ozon.control.post('/reset', {});
	const before = (await ozon.control.get('/state')).data.ozon;
	expect(new Set(before.postings.map(({ scheme }: { scheme: string }) => scheme)).size).toBe(6);
	expect(new Set(before.postings.map(({ word }: { word: string }) => word)).size).toBeGreaterThan(11);
	expect(before.commands).toEqual({ accepted: 0, refused: 0, forbidden: [], late: [] });
	for (const { history } of before.postings) {
		const moments: number[] = history.map(({ at }: { at: number }) => at);
		expect(moments).toEqual([...moments].sort((a, b) => a - b));
	}
	await ozon.control.patch('/ozon/settings', { offerSigned: false });
	await ozon.control.post('/reset', { empty: true });
	const after = (await ozon.control.get('/state')).data.ozon;
	expect([after.postings, after.settings.offerSigned, after.pushes.urls]).toEqual([[], true, []]);
	expect((await ozon.control.get('/credentials')).data.ozon).toEqual({
		baseUrl: ozon.sandbox.addresses.ozon,
		clientId: '1900042',
		apiKey: expect.any(String),
		sellerId: 1_900_042,
	});
});

test('the call log holds no numbers, names, phones or keys', async () => {
	ozon = await startOzon();
	const posting = ozon.create({ scheme: 'rfbs-own', buyer: { name: 'Анна Вебер' } });
	await ozon.read(posting.number);
	const calls = JSON.stringify((await ozon.control.get('/calls?api=ozon')).data);
	expect(calls).toContain('/v3/posting/fbs/get');
	for (const secret of [posting.number, 'Анна', posting.shownPhone, ozon.sandbox.credentials().ozon.apiKey])
		expect(calls).not.toContain(secret);
});
