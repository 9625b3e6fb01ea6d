import { NodeOperationError, sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { OrderStage } from '../../core/order/stage';
import type { Crm, Pipeline, PreparedCrm } from '../../core/ports';
import type { Journal, PairId, PairSettings } from '../../journal/journal';
import { untilDone } from '../../transport/again';
import { changedBy } from './pairSettings';
import type { MarketplaceService } from './services';
import { checkedMap, requirePipeline, forgetPipelines, isChosen, onlyRows, pipelinesOf, type PipelineLocator, type StageRows } from './stageMap';

/** How the pipeline is called when nobody has chosen another one. */
export const usualPipeline = 'Заказы маркетплейсов';

export interface UnpreparedPair {
	journal: Journal;
	pair: PairId;
	service: MarketplaceService;
	crm: Crm;
	/** Of the execution (journal/owner.ts). */
	owner: string;
}

/** What a person has stated in the node. */
export interface Stated {
	pipeline: PipelineLocator;
	rows: StageRows;
	options: Record<string, unknown>;
}

export interface PreparedPair {
	settings: PairSettings;
	changed: boolean;
	prepared: PreparedCrm;
}

const lockName = 'prepare';
/** A preparation that is tried again takes some minutes at the most. */
const lockMs = 5 * 60_000;
const waitMs = 500;
const preparing = 'preparing';

/**
 * Makes in the CRM what the pair's orders need and is not there yet, and keeps pipeline, map and options as the settings of the pair.
 * What was chosen before stays, unless the node states something else. Safe to repeat, and after it broke off.
 */
export const preparePair = (node: IExecuteFunctions, at: UnpreparedPair, stated: Stated): Promise<PreparedPair> =>
	alone(node, at, async () => prepareStated(node, at, stated));

/**
 * The settings of the pair; where there are none and nothing can be in the way, they are made with everything as usual.
 * @throws NodeOperationError when a person has to do it: the CRM or the journal remembers an earlier installation
 */
export async function settingsOrPrepare(node: IExecuteFunctions, at: UnpreparedPair): Promise<PairSettings> {
	const known = await at.journal.pairSettings.get(at.pair);
	if (known) return known;
	return alone(node, at, async () => {
		const meanwhile = await at.journal.pairSettings.get(at.pair);
		if (meanwhile) return meanwhile;
		if (!(await mayPrepare(at))) throw notPrepared(node, at);
		// Should this process be killed in the middle, what it has made in the CRM is no earlier installation.
		await at.journal.cursors.set(at.pair, preparing, new Date().toISOString());
		const { settings, prepared } = await prepareStated(node, at, { pipeline: { mode: 'name', value: usualPipeline }, rows: {}, options: {} });
		const text = `Order Sync has prepared ${at.crm.account}: pipeline «${settings.pipelineName}». Created: ${prepared.created.join(', ') || 'nothing'}.`;
		node.logger.info(text, { pair: at.pair });
		node.addExecutionHints({ message: text, type: 'info', location: 'outputPane' });
		return settings;
	});
}

export const notPrepared = (node: IExecuteFunctions, { pair, crm }: Pick<UnpreparedPair, 'pair' | 'crm'>): NodeOperationError =>
	new NodeOperationError(node.getNode(), `There are no settings yet for this shop and ${crm.account}`, {
		description:
			`Run Order Sync once with the operation Prepare CRM and the pipeline that holds the deals; or set "Settings" to "Own"; or read in settings that were kept (Sync Journal, Save Pair Settings). ` +
			`Keep in Step does it by itself only where neither the CRM nor the journal knows of earlier orders, because a guess could take a wrong pipeline. Nothing was changed (${pair}).`,
	});

/** A guess is safe where there is nothing that it could miss: no deals of an earlier installation in some other pipeline. */
async function mayPrepare({ journal, pair, crm }: UnpreparedPair): Promise<boolean> {
	if ((await journal.cursors.get(pair, preparing)) !== undefined) return true;
	if ((await journal.links.count(pair)) > 0) return false;
	if (!(await crm.isPrepared())) return true;
	// A further shop of an account whose first one is kept in the usual pipeline.
	const account = `|${crm.name}:${crm.account}`;
	const others = (await journal.pairSettings.all()).filter((other) => other.pair.endsWith(account));
	return others.length > 0 && others.every(({ pipelineName }) => pipelineName === usualPipeline);
}

async function prepareStated(node: IExecuteFunctions, { journal, pair, service, crm }: UnpreparedPair, stated: Stated): Promise<PreparedPair> {
	const before = await journal.pairSettings.get(pair);
	const { pipeline, name } = await chosenPipeline(node, crm, stated.pipeline, before);
	const kept = before !== undefined && before.pipelineId === pipeline?.id ? living(before.stages, pipeline) : undefined;
	// What a person has put elsewhere, renamed or taken out of the map is not made again.
	const unsettled = service.stages.filter(
		(stage) => stated.rows[stage] === undefined && (kept === undefined || (kept[stage] === undefined && before?.stages[stage] !== undefined)),
	);
	const prepared = await prepareCrm(crm, pipeline?.name ?? stated.pipeline.value, unsettled);
	forgetPipelines(crm);
	const stages = onlyRows({ ...onlyRows(prepared.stages, unsettled), ...kept, ...stated.rows }, service.stages);
	checkedMap(node.getNode(), await requirePipeline(node.getNode(), crm, { mode: 'id', value: prepared.pipelineId }, Date.now(), prepared.pipelineName), stages);
	const saved = await journal.pairSettings.save({
		pair,
		changedAt: Date.now(),
		changedBy: changedBy(node),
		pipelineId: prepared.pipelineId,
		pipelineName: name,
		stages,
		options: { ...before?.options, ...stated.options },
	});
	return { ...saved, prepared };
}

const living = (stages: StageRows, pipeline: Pipeline): StageRows => {
	const ids = new Set(pipeline.stages.map(({ id }) => id));
	return Object.fromEntries(Object.entries(stages).filter(([, id]) => ids.has(id)));
};

/**
 * The pipeline that is there already, and the name under which it is kept.
 * A name that was chosen before and is no pipeline's any more means the same pipeline, which somebody has renamed.
 */
async function chosenPipeline(
	node: IExecuteFunctions,
	crm: Crm,
	wanted: PipelineLocator,
	before: PairSettings | undefined,
): Promise<{ pipeline?: Pipeline; name: string }> {
	forgetPipelines(crm);
	const pipelines = await pipelinesOf(crm, Date.now());
	const pipeline = pipelines.find((each) => isChosen(wanted, each));
	if (wanted.mode !== 'name') {
		if (pipeline) return { pipeline, name: pipeline.id === before?.pipelineId ? before.pipelineName : pipeline.name };
		throw new NodeOperationError(node.getNode(), `${crm.account} has no pipeline with the ID ${wanted.value}`, {
			description: 'Choose another pipeline, or give a name "By Name": a pipeline with this name is created when there is none',
		});
	}
	if (pipeline || wanted.value !== before?.pipelineName) return { pipeline, name: wanted.value };
	return { pipeline: pipelines.find(({ id }) => id === before.pipelineId), name: wanted.value };
}

/** What a service breaks off is run again: it looks first and makes only what is missing. */
export const prepareCrm = (crm: Crm, pipelineName: string, stages?: readonly OrderStage[]): Promise<PreparedCrm> =>
	untilDone(() => crm.prepare(pipelineName, stages), sleep);

/** One preparation of an account at a time: whoever comes second finds what the first has made. */
export async function alone<T>(
	node: IExecuteFunctions,
	{ journal: { cursors }, crm, owner }: Pick<UnpreparedPair, 'journal' | 'crm' | 'owner'>,
	run: () => Promise<T>,
): Promise<T> {
	const account = `${crm.name}:${crm.account}`;
	for (const until = Date.now() + lockMs; !(await cursors.lock(account, lockName, owner, lockMs, Date.now())); ) {
		if (Date.now() >= until) {
			throw new NodeOperationError(node.getNode(), `Another execution has been preparing ${crm.account} for ${lockMs / 60_000} minutes`, {
				description: 'Wait until it has ended, or stop it, then run Prepare CRM once more: it makes only what is missing.',
			});
		}
		await sleep(waitMs);
	}
	try {
		return await run();
	} finally {
		await cursors.unlock(account, lockName, owner);
	}
}
