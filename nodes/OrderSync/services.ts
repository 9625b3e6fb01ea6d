import type { IAllExecuteFunctions } from 'n8n-workflow';
import type { Crm, Marketplace } from '../../core/ports';
import type { ApiCall } from '../../journal/journal';
import { AmoCrmAdapter } from '../AmoCrm/adapter';
import { connectAmoCrm } from '../AmoCrm/connect';
import { KaspiMarketplace } from '../Kaspi/adapter';
import { connectKaspi } from '../Kaspi/connection';

type Record = (call: ApiCall) => void;

export interface MarketplaceService {
	value: string;
	name: string;
	open(context: IAllExecuteFunctions, options: { record: Record; firstLookDays: number }): Promise<Marketplace>;
}

export interface CrmService {
	value: string;
	name: string;
	open(context: IAllExecuteFunctions, options: { record: Record }): Promise<Crm>;
}

/** Every marketplace that orders come from. A new one is one more row. */
export const marketplaces: readonly MarketplaceService[] = [
	{
		value: 'kaspi',
		name: 'Kaspi',
		async open(context, { record, firstLookDays }) {
			const { client, shop } = await connectKaspi(context, { record });
			return new KaspiMarketplace(client, shop, { firstLookDays });
		},
	},
];

/** Every CRM that deals live in. */
export const crms: readonly CrmService[] = [
	{
		value: 'amoCrm',
		name: 'amoCRM',
		async open(context, { record }) {
			return new AmoCrmAdapter(await connectAmoCrm(context, { record }));
		},
	},
];
