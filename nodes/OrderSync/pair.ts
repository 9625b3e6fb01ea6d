import { randomUUID } from 'node:crypto';
import { NodeOperationError, type IAllExecuteFunctions, type IExecuteFunctions } from 'n8n-workflow';
import { indexedSearch } from '../../contacts/indexedSearch';
import type { Crm, Marketplace } from '../../core/ports';
import { openJournal } from '../../journal/open';
import { processOwner } from '../../journal/owner';
import type { ApiCall, Journal } from '../../journal/journal';
import { concernedOrders, concerning } from '../../transport/concerning';
import { crms, marketplaces, type MarketplaceOptions } from './services';
import { readOptions, type NodeOptions } from './settings';
import { readStageMap } from './stageMap';
import { pairId, rulesWithin, type SyncContext } from '../../sync/context';

export interface OpenPair {
	context: SyncContext;
	options: NodeOptions;
}

/**
 * Runs an operation with everything that it needs, from the node's parameters and credentials.
 * Whatever it has leased and not finished (a person pressed Stop) is free again when it ends.
 */
export async function withPair<T>(node: IExecuteFunctions, run: (pair: OpenPair) => Promise<T>): Promise<T> {
	const pair = await openPair(node);
	try {
		return await run(pair);
	} finally {
		const { journal, pair: id, owner } = pair.context;
		await journal.work.release(id, owner);
	}
}

async function openPair(node: IExecuteFunctions): Promise<OpenPair> {
	const journal = await openJournal();
	const record = recorder(node, journal);
	const service = marketplaces.find(({ value }) => value === node.getNodeParameter('marketplace', 0));
	if (!service) throw new NodeOperationError(node.getNode(), 'This version does not know the chosen marketplace');
	const options = readOptions(node.getNodeParameter('options', 0, {}), service.cancelReason);
	const shopName: MarketplaceOptions['shopName'] = (name, names) => journal.shops.known(name, names);
	const marketplace = await service.open(node, { record, firstLookDays: options.firstLookDays, shopName });
	const crm = await openCrm(node, node.getNodeParameter('crm', 0), record);
	await bringFormerNames(journal, marketplace, crm);
	const map = await readStageMap(
		node.getNode(),
		crm,
		node.getNodeParameter('pipeline', 0),
		node.getNodeParameter('stageMap', 0, null),
		Date.now(),
	);
	return {
		options,
		context: {
			pair: pairId(marketplace, crm),
			marketplace,
			crm,
			search: indexedSearch({ journal, crm, region: options.sync.region, now: Date.now }),
			journal,
			rules: rulesWithin(marketplace.rules, options.sync.commands),
			map,
			settings: options.sync,
			owner: `${processOwner()}/${randomUUID()}`,
			now: Date.now,
			random: Math.random,
			concerning,
		},
	};
}

/** Orders that were synced under a former name of the shop are its orders. */
async function bringFormerNames(journal: Journal, marketplace: Marketplace, crm: Crm): Promise<void> {
	const { name, shop } = marketplace;
	for (const former of marketplace.formerShops ?? []) {
		await journal.shops.rename(name, { pair: pairId({ name, shop: former }, crm), shop: former }, { pair: pairId(marketplace, crm), shop });
	}
}

/** The CRM alone: for Prepare CRM and for the lists of the editor. */
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
