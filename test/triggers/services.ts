import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { openNodeBench as openAmoCrm } from '../amocrm/nodeBench';
import { openNodeBench as openBitrix24 } from '../bitrix24/nodeBench';
import type { Engine } from '../engine/engine';
import { openShop as openKaspi } from '../kaspi/sandboxShop';
import { openShop as openOzon } from '../ozon/sandboxShop';
import type { Faults } from '../../sandbox/faults';

/** A service with a trigger, as the tests of what all triggers have in common need it. */
export interface Side {
	engine: Engine;
	api: string;
	faults: Faults;
	type: string;
	parameters: INodeParameters;
	/** Something happens that the trigger tells of; the name that its item has for it. */
	happen(): string;
	/** What an item is about. */
	about(item: IDataObject): string;
	close(): Promise<void>;
}

export const openSides: Record<string, () => Promise<Side>> = {
	async kaspi() {
		const shop = await openKaspi();
		return {
			engine: shop.engine,
			api: 'kaspi',
			faults: shop.sandbox.faults,
			type: 'kaspiTrigger',
			parameters: { events: ['newOrder', 'stageChanged'] },
			happen: () => shop.add({ kind: 'pickup' }).code,
			about: ({ number }) => String(number),
			close: () => shop.close(),
		};
	},
	async ozon() {
		const shop = await openOzon();
		return {
			engine: shop.engine,
			api: 'ozon',
			faults: shop.sandbox.faults,
			type: 'ozonTrigger',
			parameters: { events: [], gatherSeconds: 0 },
			happen: () => shop.add({ scheme: 'fbs' }).number,
			about: ({ number }) => String(number),
			close: () => shop.close(),
		};
	},
	async amocrm() {
		const bench = await openAmoCrm();
		const pipelineId = Number((await bench.crm.prepare('Заказы')).pipelineId);
		return {
			engine: bench.engine,
			api: 'amocrm',
			faults: bench.sandbox.faults,
			type: 'amoCrmTrigger',
			parameters: { events: ['dealAdded'], receiveBy: 'both', gatherSeconds: 0 },
			happen: () => String(bench.sandbox.amocrm.account.addLead({ name: 'Сделка', pipelineId }).id),
			about: ({ id }) => String(id),
			close: () => bench.close(),
		};
	},
	async bitrix24() {
		const bench = await openBitrix24();
		await bench.connect();
		const pipelineId = Number((await bench.crm.prepare('Заказы')).pipelineId);
		return {
			engine: bench.engine,
			api: 'bitrix24',
			faults: bench.sandbox.faults,
			type: 'bitrix24Trigger',
			parameters: { authentication: 'oAuth2', events: ['dealAdded'], receiveBy: 'both', gatherSeconds: 0 },
			happen: () => String(bench.sandbox.bitrix24.account.addDeal({ title: 'Сделка', categoryId: pipelineId }).id),
			about: ({ id }) => String(id),
			close: () => bench.close(),
		};
	},
};
