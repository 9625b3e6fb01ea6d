import { amocrm } from './crms/amocrm';
import { bitrix24 } from './crms/bitrix24';
import { kaspi } from './markets/kaspi';
import { ozon } from './markets/ozon';
import type { CrmSide, MarketSide } from './sides';

export interface Pair {
	name: string;
	market: MarketSide;
	crm: CrmSide;
}

export const pairs: readonly Pair[] = [kaspi, ozon].flatMap((market) =>
	[amocrm, bitrix24].map((crm) => ({ name: `${market.api}-${crm.api}`, market, crm })),
);
