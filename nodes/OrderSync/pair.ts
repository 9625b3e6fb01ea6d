import { randomUUID } from 'node:crypto';
import { NodeOperationError, type IAllExecuteFunctions, type IExecuteFunctions } from 'n8n-workflow';
import { indexedSearch } from '../../contacts/indexedSearch';
import type { Crm } from '../../core/ports';
import { orderStages, type StageMap } from '../../core/order/stage';
import { openJournal } from '../../journal/open';
import { processOwner } from '../../journal/owner';
import type { ApiCall, Journal, PairSettings } from '../../journal/journal';
import { concernedOrders, concerning } from '../../transport/concerning';
import { pairId, rulesWithin, type SyncContext } from '../../sync/context';
import { noOutputs, type Outputs } from './output';
import { differencesFrom, toldOf } from './pairSettings';
import { notPrepared, settingsOrPrepare, type UnpreparedPair } from './preparePair';
import { optionLabel } from './properties';
import { crms, marketplaces, type MarketplaceOptions, type MarketplaceService, type Shop } from './services';
import { optionsOfPair, readOptions, type NodeOptions } from './settings';
import { checkedMap, requirePipeline, readStageMap } from './stageMap';

export interface OpenPair {
	context: SyncContext;
	options: NodeOptions;
}

/** What an operation does that needs the settings of the pair when nobody has made any. */
export type WhenUnprepared =
	| 'refuse'
	/** Makes them as usual, where that is safe. */
	| 'prepare'
	/** There is nothing to do yet for a pair that the journal has never heard of. */
	| 'nothing to do';

/** Nodes as version 0.1.0 saved them state everything themselves and know nothing of the settings of the pair. */
export const isFirstVersion = (node: IAllExecuteFunctions): boolean => node.getNode().typeVersion < 2;

/**
 * Runs an operation with everything that it needs, from the node's credentials, and from its parameters or the settings of the pair.
 * Whatever it has leased and not finished (a person pressed Stop) is free again when it ends.
 */
export async function withPair(
	node: IExecuteFunctions,
	run: (pair: OpenPair) => Promise<Outputs>,
	whenUnprepared: WhenUnprepared = 'refuse',
): Promise<Outputs> {
	const named = await namePair(node);
	const chosen = await choose(node, named, whenUnprepared);
	if (chosen === undefined) return noOutputs();
	const pair = await openPair(named, chosen);
	try {
		const outputs = await run(pair);
		if (chosen.differs) await tellDifference(node, named, chosen.differs, outputs);
		return outputs;
	} finally {
		await named.journal.work.release(named.pair, named.owner);
	}
}

/** Shop and CRM account by their credentials: nothing has been asked yet. */
export interface NamedPair extends UnpreparedPair {
	shop: Shop;
}

export async function namePair(node: IExecuteFunctions): Promise<NamedPair> {
	const journal = await openJournal();
	const record = recorder(node, journal);
	const service = chosenMarketplace(node, node.getNodeParameter('marketplace', 0));
	const shop = await service.connect(node, { record, shopName: shopNameFrom(journal) });
	const crm = await openCrm(node, node.getNodeParameter('crm', 0), record);
	const pairOf = (name: string) => ({ pair: pairId({ name: service.value, shop: name }, crm), shop: name });
	const { pair } = pairOf(shop.shop);
	// Orders that were synced under a former name of the shop are its orders, and so are its settings.
	for (const former of shop.former) await journal.shops.rename(service.value, pairOf(former), pairOf(shop.shop));
	return { journal, service, shop, crm, pair, owner: `${processOwner()}/${randomUUID()}` };
}

const shopNameFrom =
	(journal: Journal): MarketplaceOptions['shopName'] =>
	(marketplace, names) =>
		journal.shops.known(marketplace, names);

/** For the lists of the editor: what was chosen before, as far as the shop's credential is there. */
export async function knownSettings(node: IAllExecuteFunctions, service: MarketplaceService, crm: Crm): Promise<PairSettings | undefined> {
	const journal = await openJournal();
	const { shop } = await service.connect(node, { record: () => undefined, shopName: shopNameFrom(journal) });
	return journal.pairSettings.get(pairId({ name: service.value, shop }, crm));
}

interface Chosen {
	map: StageMap;
	options: NodeOptions;
	/** A node's own settings that are not those of the pair. */
	differs?: { settings: PairSettings; differences: string[] };
}

async function choose(node: IExecuteFunctions, named: NamedPair, whenUnprepared: WhenUnprepared): Promise<Chosen | undefined> {
	const ofNode = node.getNodeParameter('options', 0, {});
	if (isFirstVersion(node) || node.getNodeParameter('settings', 0) === 'own') return own(node, named, ofNode);
	const { journal, pair, crm, service } = named;
	const settings = whenUnprepared === 'prepare' ? await settingsOrPrepare(node, named) : await journal.pairSettings.get(pair);
	if (settings === undefined) {
		if (whenUnprepared === 'nothing to do' && (await journal.links.count(pair)) === 0) return undefined;
		throw notPrepared(node, named);
	}
	const pipeline = await requirePipeline(node.getNode(), crm, { mode: 'id', value: settings.pipelineId }, Date.now(), settings.pipelineName);
	return {
		map: checkedMap(node.getNode(), pipeline, settings.stages),
		options: readOptions(optionsOfPair(ofNode, settings.options), service.cancelReason),
	};
}

async function own(node: IExecuteFunctions, { journal, pair, crm, service }: NamedPair, ofNode: unknown): Promise<Chosen> {
	const options = readOptions(ofNode, service.cancelReason);
	const stages = stagesFor(node, service);
	const map = await readStageMap(node.getNode(), crm, node.getNodeParameter('pipeline', 0), isFirstVersion(node) || node.getNodeParameter('stageMapBy', 0) === 'hand' ? node.getNodeParameter('stageMap', 0, null) : null, stages, Date.now());
	const settings = await journal.pairSettings.get(pair);
	if (settings === undefined) return { map, options };
	const differences = differencesFrom(settings, { pipelineId: map.pipelineId, stages: map.rows, options: ofNode }, service.stages, optionLabel);
	return { map, options, ...(differences.length > 0 ? { differs: { settings, differences } } : {}) };
}

/** Version 0.1.0 had a row for every stage, whatever the marketplace. */
export const stagesFor = (node: IAllExecuteFunctions, { stages }: MarketplaceService): MarketplaceService['stages'] => (isFirstVersion(node) ? orderStages : stages);

async function openPair({ journal, pair, crm, shop, owner }: NamedPair, { map, options }: Chosen): Promise<OpenPair> {
	const marketplace = shop.open({ firstLookDays: options.firstLookDays });
	return {
		options,
		context: {
			pair,
			marketplace,
			crm,
			search: indexedSearch({ journal, crm, region: options.sync.region, now: Date.now }),
			journal,
			rules: rulesWithin(marketplace.rules, options.sync.commands),
			map,
			settings: options.sync,
			owner,
			now: Date.now,
			random: Math.random,
			mark: await journal.mark(),
			concerning,
		},
	};
}

/** Two nodes with different maps make each other's orders end in Needs Attention: somebody should know why, once. */
async function tellDifference(node: IExecuteFunctions, { journal }: NamedPair, { settings, differences }: NonNullable<Chosen['differs']>, outputs: Outputs): Promise<void> {
	const told = toldOf(journal, node, settings, differences);
	const before = await told.get();
	if (before === 'all') return;
	const message =
		`This node's own settings are not those of the pair (version ${settings.version}, by ${settings.changedBy}): ${differences.join(', ')}. ` +
		'Orders that nodes with different settings look at end in Needs Attention. Set "Settings" to "Of the Pair", or run Prepare CRM with what is right.';
	if (before === 'nothing') node.logger.warn(`Order Sync: ${message}`, { pair: settings.pair, node: node.getNode().name });
	node.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	const first = outputs.flat()[0];
	// The items of a saved node of version 0.1.0 stay as they were.
	if (first && !isFirstVersion(node)) first.json.settingsDiffer = message;
	await told.set(first || isFirstVersion(node) ? 'all' : 'logged');
}

/** @throws NodeOperationError for a value of another version's */
export function chosenMarketplace(node: IAllExecuteFunctions, chosen: unknown): MarketplaceService {
	const service = marketplaces.find(({ value }) => value === chosen);
	if (!service) throw new NodeOperationError(node.getNode(), 'This version does not know the chosen marketplace');
	return service;
}

/** The CRM alone: for the lists of the editor, and for Prepare CRM of version 0.1.0. */
export async function openCrm(node: IAllExecuteFunctions, chosen: unknown, record: (call: ApiCall) => void): Promise<Crm> {
	const service = crms.find(({ value }) => value === chosen);
	if (!service) throw new NodeOperationError(node.getNode(), 'This version does not know the chosen CRM');
	return service.open(node, { record });
}

/** Every API call is logged; a log that cannot be written must not stop the orders, and says so in n8n's own log. */
export function recorder(node: IAllExecuteFunctions, journal: Journal): (call: ApiCall) => void {
	return (call) => {
		journal.log.calls([{ ...call, orders: call.orders ?? concernedOrders() }]).catch((error: unknown) => node.logger.warn('The API log of Order Sync cannot be written', { error }));
	};
}
