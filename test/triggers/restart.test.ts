import type { IDataObject } from 'n8n-workflow';
import { openJournal } from '../../journal/open';
import { logOf } from '../engine/contexts';
import { closeJournal, freshJournal } from '../engine/journal';
import { PublishedTrigger } from '../engine/publishedTrigger';
import { openSides, type Side } from './services';

// The pace of calls is tested with the transport; here it would only cost minutes.
jest.mock('../../transport/pace', () => ({
	paceFor: () => ({ ready: async () => undefined, slowDown: () => undefined, block: () => undefined, blocked: () => undefined }),
}));
// So are the waits between the tries of a call.
jest.mock('n8n-workflow', () => ({ ...jest.requireActual('n8n-workflow'), sleep: async () => undefined }));

let mockIsEnding = false;
jest.mock('../../transport/hostEnding', () => ({ isHostEnding: () => mockIsEnding }));

describe.each(Object.keys(openSides))('the trigger of %s in n8n as it is', (name) => {
	let side: Side;
	let trigger: PublishedTrigger;
	const warnings: string[] = [];
	let names = 0;

	beforeEach(async () => {
		await freshJournal();
		const open = openSides[name];
		if (open === undefined) throw new Error(name);
		side = await open();
		names += 1;
		trigger = new PublishedTrigger(side.engine, { type: side.type, name: `${side.type} ${names}`, parameters: side.parameters });
		warnings.length = 0;
		jest.spyOn(logOf(side.engine, trigger.node), 'warn').mockImplementation((text) => void warnings.push(text));
	});
	afterEach(async () => {
		jest.restoreAllMocks();
		await side.close();
	});
	afterAll(closeJournal);

	const down = () => side.faults.set({ api: side.api, kind: '500' });
	const up = () => side.faults.clear();
	const told = async (given: ReturnType<PublishedTrigger['poll']>) => (await given).map((item) => side.about(item));

	it('knows after a restart what it knew, tells what happened meanwhile, and nothing twice', async () => {
		expect(await told(trigger.activate('activate'))).toEqual([]);
		const first = side.happen();
		expect(await told(trigger.poll())).toEqual([first]);
		expect(await told(trigger.poll())).toEqual([]);
		const meanwhile = side.happen();
		expect(await told(trigger.restart())).toEqual([meanwhile]);
		expect(await told(trigger.restart())).toEqual([]);
		expect(await told(trigger.poll())).toEqual([]);
	});

	it('leaves to the next start what a poll finds while n8n is ending: n8n throws away what it gives', async () => {
		await trigger.activate('activate');
		const before = side.happen();
		expect(await told(trigger.poll())).toEqual([before]);
		const under = side.happen();
		mockIsEnding = true;
		try {
			expect(await told(trigger.poll())).toEqual([]);
		} finally {
			mockIsEnding = false;
		}
		expect(await told(trigger.restart())).toEqual([under]);
		expect(await told(trigger.poll())).toEqual([]);
	});

	it('takes over what version 0.1.0 has left in n8n, entry by entry, and once', async () => {
		await trigger.activate('activate');
		const happened = [side.happen(), side.happen(), side.happen()];
		expect((await told(trigger.poll())).sort()).toEqual(happened.sort());
		const note = await (await openJournal()).triggers.read(`test-workflow/id-${trigger.node.name}/production`, 'poll', Date.now());
		const left: IDataObject = JSON.parse(note?.value ?? '');
		if (typeof left.orders === 'object') Object.assign(left.orders ?? {}, { odd: 'no order', odder: { n: 5 }, __dataChanged: false });

		await freshJournal();
		trigger = new PublishedTrigger(side.engine, trigger.node, { ...left, another: 1 });
		expect(await told(trigger.restart())).toEqual([]);
		expect(trigger.staticData).toEqual({ another: 1 });
		const later = side.happen();
		expect(await told(trigger.poll())).toEqual([later]);
		expect(await told(trigger.restart())).toEqual([]);
	});

	it('is activated by a start while the service is down, says so once, and loses nothing', async () => {
		await trigger.activate('activate');
		const first = side.happen();
		expect(await told(trigger.poll())).toEqual([first]);
		const before = side.happen();
		down();
		expect(await told(trigger.restart())).toEqual([]);
		expect(trigger.isAlive).toBe(true);
		expect(warnings).toEqual([expect.stringContaining('its polls go on trying')]);
		const meanwhile = side.happen();
		await expect(trigger.poll()).rejects.toMatchObject({ name: 'NodeApiError' });
		await expect(trigger.poll()).rejects.toMatchObject({ name: 'NodeApiError' });
		expect(warnings).toHaveLength(1);
		up();
		expect((await told(trigger.poll())).sort()).toEqual([before, meanwhile].sort());
		expect(await told(trigger.poll())).toEqual([]);
	});

	it('published while the service is down, tells everything since', async () => {
		down();
		expect(await told(trigger.activate('activate'))).toEqual([]);
		expect(trigger.isAlive).toBe(true);
		const since = side.happen();
		await expect(trigger.poll()).rejects.toMatchObject({ name: 'NodeApiError' });
		up();
		expect(await told(trigger.poll())).toEqual([since]);
		expect(await told(trigger.poll())).toEqual([]);
	});

	it('published again while the service is down, lives', async () => {
		await trigger.activate('activate');
		down();
		expect(await told(trigger.activate('update'))).toEqual([]);
		const since = side.happen();
		up();
		expect(await told(trigger.poll())).toEqual([since]);
	});

	it('tells once what polls that overlap have seen', async () => {
		await trigger.activate('activate');
		const happened = [side.happen(), side.happen()];
		const given = await Promise.all([told(trigger.poll()), told(trigger.poll()), told(trigger.poll())]);
		expect(given.flat().sort()).toEqual(happened.sort());
		expect(await told(trigger.poll())).toEqual([]);
	});

	it('does not remember what n8n has thrown away, because the workflow was published again meanwhile', async () => {
		await trigger.activate('activate');
		const happened = side.happen();
		const [, given] = await Promise.all([trigger.poll(), told(trigger.activate('update'))]);
		expect(given).toEqual([happened]);
	});

	it('shows a refused credential to who publishes, and survives it at a start', async () => {
		await trigger.activate('activate');
		const { stored } = side.engine.credentials;
		const right = structuredClone(stored);
		for (const [type, values] of Object.entries(stored)) {
			const wrong = { token: 'wrong', accessToken: 'wrong', apiKey: 'wrong', webhookUrl: 'http://127.0.0.1:9/rest/1/wrong/', oauthTokenData: {} };
			stored[type] = { ...values, ...Object.fromEntries(Object.entries(wrong).filter(([key]) => key in values)) };
		}
		await expect(trigger.activate('activate')).rejects.toThrow();
		await trigger.restart();
		expect(trigger.isAlive).toBe(true);
		await expect(trigger.poll()).rejects.toThrow();
		Object.assign(stored, right);
		const happened = side.happen();
		expect(await told(trigger.poll())).toEqual([happened]);
	});
});
