import type { IAllExecuteFunctions } from 'n8n-workflow';
import type { OrderStage } from '../../core/order/stage';
import type { Crm, Marketplace } from '../../core/ports';
import type { ApiCall } from '../../journal/journal';
import { AmoCrmAdapter } from '../AmoCrm/adapter';
import { connectAmoCrm } from '../AmoCrm/api/connection';
import { Bitrix24Adapter } from '../Bitrix24/adapter';
import { connectBitrix24 } from '../Bitrix24/api/connection';
import { KaspiMarketplace } from '../Kaspi/adapter';
import { connectKaspi } from '../Kaspi/api/connection';
import { kaspiStages } from '../Kaspi/model/order';
import { OzonMarketplace } from '../Ozon/adapter';
import { connectOzon } from '../Ozon/api/connection';
import { ozonStages } from '../Ozon/model/postingStatus';

type Record = (call: ApiCall) => void;

/** A shop that is known by its credential; nothing has been asked yet. */
export interface Shop {
	/** Its name in `Order.key`. */
	shop: string;
	/** Other names under which it was remembered. */
	former: readonly string[];
	open(options: { firstLookDays: number }): Marketplace;
}

export interface MarketplaceOptions {
	record: Record;
	/** Under which of its names (the best first) a shop is remembered, and under which others it was. */
	shopName(marketplace: string, names: readonly [string, ...string[]]): Promise<{ shop: string; former: readonly string[] }>;
}

export interface MarketplaceService {
	/** Also the marketplace's name in `Order.key`. */
	value: string;
	name: string;
	/** Stages that its orders can have: the rows of the stage map, and what Prepare CRM makes. */
	stages: readonly OrderStage[];
	/** The node's option that holds the reason for cancellations, and what it is when nobody has chosen one. */
	cancelReason: { option: 'cancelReason' | 'ozonCancelReason'; default: string };
	connect(context: IAllExecuteFunctions, options: MarketplaceOptions): Promise<Shop>;
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
		stages: kaspiStages,
		cancelReason: { option: 'cancelReason', default: 'MERCHANT_OUT_OF_STOCK' },
		async connect(context, { record, shopName }) {
			const { client, names } = await connectKaspi(context, { record });
			const { shop, former } = await shopName('kaspi', names);
			return { shop, former, open: ({ firstLookDays }) => new KaspiMarketplace(client, shop, { firstLookDays, formerShops: former }) };
		},
	},
	{
		value: 'ozon',
		name: 'Ozon',
		stages: ozonStages,
		cancelReason: { option: 'ozonCancelReason', default: '352' },
		async connect(context, { record }) {
			const { client, shop } = await connectOzon(context, { record });
			return { shop, former: [], open: ({ firstLookDays }) => new OzonMarketplace(client, shop, { firstLookDays }) };
		},
	},
];

/** Not called `authentication`: n8n's editor would hide the choice of the CRM, on which it depends. */
const usesOAuth2 = (context: IAllExecuteFunctions): boolean => context.getNode().parameters.crmAuthentication === 'oAuth2';

/** Every CRM that deals live in. */
export const crms: readonly CrmService[] = [
	{
		value: 'amoCrm',
		name: 'amoCRM',
		async open(context, { record }) {
			const credential = usesOAuth2(context) ? 'amoCrmOAuth2Api' : 'amoCrmApi';
			return new AmoCrmAdapter(await connectAmoCrm(context, { record, credential }));
		},
	},
	{
		value: 'bitrix24',
		name: 'Bitrix24',
		async open(context, { record }) {
			const credential = usesOAuth2(context) ? 'bitrix24OAuth2Api' : 'bitrix24WebhookApi';
			return new Bitrix24Adapter(await connectBitrix24(context, { record, credential }));
		},
	},
];
