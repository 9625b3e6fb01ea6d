import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { openJournal } from '../../journal/open';
import { pairs, pipelineName, World } from './world';

const namedPipeline = (value: string): INodeParameters => ({ __rl: true, mode: 'name', value });

describe.each(pairs)('the settings of the pair: $name', (pair) => {
	const { market, crm } = pair;
	let world: World;

	beforeEach(async () => {
		world = await World.unprepared(pair);
	}, 60_000);
	afterEach(() => world.close());

	/** With credentials and a pipeline's name only, unless there is more to say. */
	const prepare = async (parameters: INodeParameters = {}): Promise<IDataObject> => {
		const { run, synced } = await world.keepInStep({ operation: 'preparePair', pipeline: namedPipeline(pipelineName), ...parameters });
		expect(run.error?.message).toBeUndefined();
		return synced[0]?.json ?? {};
	};
	/** How the pair is called; nothing is prepared. */
	const nameOfPair = async (): Promise<{ pair: string }> => {
		const { run } = await world.keepInStep({ operation: 'resolve', orderNumber: '1' });
		const text = run.error && 'description' in run.error ? String(run.error.description) : '';
		return { pair: /Nothing was changed \((.+)\)\.$/.exec(text)?.[1] ?? '' };
	};
	const own = (parameters: INodeParameters = {}): INodeParameters => ({ settings: 'own', pipeline: namedPipeline(pipelineName), ...parameters });
	const journalNode = (parameters: INodeParameters, input: IDataObject[] = [{}]) =>
		world.engine.runWorkflow({ nodes: [{ type: 'syncJournal', name: 'Journal', parameters }], input });

	it('are made complete by Prepare CRM from a pipeline name, with no row and no stage that the marketplace does not have', async () => {
		const prepared = await prepare();
		const { stages, version, changed } = prepared;
		expect([version, changed]).toEqual([1, true]);
		const rows = Object.keys(Object(stages));
		expect(rows).toEqual(
			market.api === 'kaspi'
				? ['awaiting_signature', 'new', 'accepted', 'ready', 'in_delivery', 'completed', 'return_requested', 'returned', 'cancelled']
				: ['new', 'accepted', 'ready', 'in_delivery', 'delivered', 'completed', 'dispute', 'return_requested', 'returned', 'cancelled'],
		);
		const names = crm.stages(world.sandbox, pipelineName).filter((name) => !['Успешно реализовано', 'Закрыто и не реализовано'].includes(name));
		for (const foreign of market.api === 'kaspi' ? ['Ожидает оплаты', 'Доставлен', 'Спор'] : ['Ожидает оплаты', 'Ожидает подписи']) expect(names).not.toContain(foreign);
		expect(names).toContain('Новая заявка');
		// Nothing of the CRM's own is left over in a new pipeline, but its further reasons for a loss and its intake.
		const ours = ['Ожидает подписи', 'Новая заявка', 'В работе / Сборка', 'Готов к отгрузке', 'В доставке', 'Доставлен', 'Спор', 'Возврат запрошен'];
		expect(names.filter((name) => !ours.includes(name) && !/Неразобранное|Анализ причины провала/.test(name))).toEqual([]);

		const again = await prepare();
		expect([again.version, again.changed, again.created]).toEqual([1, false, []]);
		expect(again.stages).toEqual(stages);
	}, 60_000);

	it('keep what a person has changed, when Prepare CRM runs again', async () => {
		const before = await prepare();
		const inDelivery = String(Object(before.stages).in_delivery);
		const map = { mappingMode: 'defineBelow', value: { ready: inDelivery } };
		const changed = await prepare({ stageMapBy: 'hand', stageMap: map, options: { dealName: 'Заказ {number}', packages: 2 } });
		expect(changed).toMatchObject({ version: 2, changed: true, options: { dealName: 'Заказ {number}', packages: 2 } });
		expect(Object(changed.stages).ready).toBe(inDelivery);

		const third = await prepare({ options: { packages: 3 } });
		expect(third).toMatchObject({ version: 3, options: { dealName: 'Заказ {number}', packages: 3 }, created: [] });
		expect(third.stages).toEqual(changed.stages);
		expect((await (await openJournal()).pairSettings.versions(String(third.pair))).map(({ version }) => version)).toEqual([3, 2, 1]);

		const number = world.place();
		await world.keepInStep({}, [{}]);
		expect(world.dealOf(number).stage).toBe('Новая заявка');
	}, 60_000);

	it('follow a pipeline and a stage that somebody has renamed, and nothing is made a second time', async () => {
		await prepare();
		crm.renamePipeline(world.sandbox, pipelineName, 'Каспи и Озон');
		crm.renameStage(world.sandbox, 'Каспи и Озон', 'Готов к отгрузке', 'Собран');
		const again = await prepare();
		expect([again.created, again.changed]).toEqual([[], false]);
		const number = world.place();
		const { run } = await world.keepInStep({}, [{}]);
		expect(run.error?.message).toBeUndefined();
		market.stepInCabinet.act(world.sandbox, number);
		await world.keepInStep({}, [{}]);
		const [deal] = crm.deals(world.sandbox, 'Каспи и Озон');
		expect(deal?.stage).toBe(market.stepInCabinet.stage === 'Готов к отгрузке' ? 'Собран' : market.stepInCabinet.stage);
	}, 60_000);

	it('can be put out, edited and read in again', async () => {
		const prepared = await prepare();
		const got = await journalNode({ operation: 'getPairSettings' });
		const [item] = got.outputs('Journal')[0]?.map(({ json }) => json) ?? [];
		expect(item).toMatchObject({ pair: prepared.pair, version: 1, pipelineId: prepared.pipelineId, stages: prepared.stages, options: {}, changedBy: 'Test workflow / Order Sync' });

		const edited = { ...item, options: { dealName: 'Заявка {number}' } };
		const saved = await journalNode({ operation: 'savePairSettings' }, [edited]);
		expect(saved.outputs('Journal')[0]?.[0]?.json).toMatchObject({ version: 2, changed: true, options: { dealName: 'Заявка {number}' }, changedBy: 'Test workflow / Journal' });
		expect((await journalNode({ operation: 'savePairSettings' }, [edited])).outputs('Journal')[0]?.[0]?.json).toMatchObject({ version: 2, changed: false });

		for (const wrong of [{ ...edited, pair: '' }, { ...edited, stages: { somewhere: '1' } }, { ...edited, options: { packages: 'many' } }]) {
			const refused = await journalNode({ operation: 'savePairSettings' }, [wrong]);
			expect([refused.status, refused.error?.message]).toEqual(['error', expect.stringMatching(/pair|stages|packages/)]);
		}
		const number = world.place();
		await world.keepInStep({}, [{}]);
		expect(world.deals().map(({ name }) => name)).toEqual([`Заявка ${number}`]);
	}, 60_000);

	it('serve the operations of other workflows, which say what to do when there are none', async () => {
		const unprepared = await world.keepInStep({ operation: 'resolve', orderNumber: '1' });
		expect([unprepared.run.status, unprepared.run.error && 'description' in unprepared.run.error ? unprepared.run.error.description : '']).toEqual(['error', expect.stringContaining('Prepare CRM')]);
		// There is nothing that could be due.
		const early = await world.keepInStep({ operation: 'retryDue' });
		expect([early.run.error?.message, early.synced]).toEqual([undefined, []]);
		expect(crm.pipelines(world.sandbox)).not.toContain(pipelineName);

		const number = world.place();
		await prepare({ options: { refusedMove: 'attention' } });
		await world.keepInStep({ operation: 'sweep' });
		world.move(number, 'Успешно реализовано');
		const asked = await world.keepInStep({ operation: 'sync', identifyBy: 'orderNumber', identifier: number });
		expect(asked.attention.map(({ json }) => json.orderNumber)).toEqual([number]);
		await world.keepInStep({ operation: 'resolve', orderNumber: number, decision: 'use_marketplace' });
		expect(world.dealOf(number).stage).toBe('Новая заявка');
		expect((await world.keepInStep({ operation: 'retryDue' })).run.status).toBe('success');
	}, 60_000);

	it('are not guessed where the CRM remembers an earlier installation: a lost journal makes no second deal', async () => {
		await prepare({ pipeline: namedPipeline('Моя воронка') });
		const number = world.place();
		await world.keepInStep({}, [{}]);
		expect(crm.deals(world.sandbox, 'Моя воронка')).toHaveLength(1);
		await world.loseJournal();

		const { run } = await world.keepInStep({}, [{}]);
		expect([run.status, run.error?.message]).toEqual(['error', expect.stringContaining('no settings')]);
		expect(crm.pipelines(world.sandbox)).not.toContain(pipelineName);
		await prepare({ pipeline: namedPipeline('Моя воронка') });
		await world.keepInStep({}, [{}]);
		expect(crm.deals(world.sandbox, 'Моя воронка').map(({ orderNumber }) => orderNumber)).toEqual([number]);
	}, 60_000);

	it('are made for a further shop of an account whose others use the usual pipeline, and not where they use another one', async () => {
		await world.orderSync('prepare');
		const { pair: id } = await nameOfPair();
		const journal = await openJournal();
		const other = { pair: `other:77|${id.split('|')[1] ?? ''}`, changedAt: 1, changedBy: 'x / y', pipelineId: '1', pipelineName: 'Другая', stages: {}, options: {} };
		await journal.pairSettings.save(other);
		expect((await world.keepInStep({}, [{}])).run.error?.message).toContain('no settings');
		await journal.pairSettings.save({ ...other, pipelineName });
		expect((await world.keepInStep({}, [{}])).run.error?.message).toBeUndefined();
		expect(crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
	}, 60_000);

	it('are made although preparing broke off, at whichever call it was', async () => {
		const number = world.place();
		let brokenOff = 0;
		for (; brokenOff < 30 && (await (await openJournal()).pairSettings.all()).length === 0; brokenOff += 1) {
			world.sandbox.faults.set({ api: crm.api, kind: 'wrong-shape', skip: brokenOff });
			await world.keepInStep({}, [{}]);
			world.sandbox.faults.clear();
		}
		expect(brokenOff).toBeGreaterThan(3);
		await world.keepInStep({}, [{}]);
		expect(world.dealOf(number).stage).toBe('Новая заявка');
		expect(crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
		const stages = crm.stages(world.sandbox, pipelineName);
		expect(new Set(stages).size).toBe(stages.length);
	}, 120_000);

	it('are made once by executions that start together', async () => {
		const number = world.place();
		const runs = await Promise.all([1, 2, 3].map(() => world.keepInStep({}, [{}])));
		expect(runs.map(({ run }) => run.error?.message)).toEqual([undefined, undefined, undefined]);
		expect(crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
		expect(world.dealOf(number).stage).toBe('Новая заявка');
		expect((await (await openJournal()).pairSettings.all()).map(({ version }) => version)).toEqual([1]);
	}, 60_000);

	it('are named once by a node whose own settings differ, and again only after one of them has changed', async () => {
		await prepare();
		const said = async (parameters: INodeParameters) => {
			const number = world.place();
			const { run, synced } = await world.keepInStep(own(parameters), [{}]);
			expect(synced.map(({ json }) => json.orderNumber)).toEqual([number]);
			const hints = (run.run.data.resultData.runData['Order Sync']?.[0]?.hints ?? []).map(({ message }) => message);
			return { hints, fields: synced.map(({ json }) => json.settingsDiffer) };
		};
		expect(await said({})).toEqual({ hints: [], fields: [undefined] });
		const different = { options: { dealName: 'Иначе {number}' } };
		const text = expect.stringMatching(/version 1.*Deal Name/);
		expect(await said(different)).toEqual({ hints: [text], fields: [text] });
		expect(await said(different)).toEqual({ hints: [], fields: [undefined] });
		await prepare({ options: { packages: 2 } });
		const both = expect.stringMatching(/version 2.*Deal Name, Packages/);
		expect(await said(different)).toEqual({ hints: [both], fields: [both] });
		expect(await said(different)).toEqual({ hints: [], fields: [undefined] });
		expect(await said({ options: { packages: 2 } })).toEqual({ hints: [], fields: [undefined] });
	}, 60_000);
});
