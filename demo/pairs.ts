import { amocrm } from './crms/amocrm';
import { bitrix24 } from './crms/bitrix24';
import type { Facts } from './facts';
import { kaspi } from './markets/kaspi';
import { ozon } from './markets/ozon';
import type { SandboxState } from './sandboxState';
import type { CrmSide, MarketSide } from './sides';

/** A marketplace and a CRM that are kept the same. */
export interface Pair {
	name: string;
	market: MarketSide;
	crm: CrmSide;
}

/** Every pair there is a template for. */
export const PAIRS: readonly Pair[] = [kaspi, ozon].flatMap((market) =>
	[amocrm, bitrix24].map((crm) => ({ name: `${market.api}-${crm.api}`, market, crm })),
);

/** What is true on both sides of the pair. Pure. */
export function factsOf({ market, crm }: Pair, state: SandboxState): Facts {
	return {
		marketplace: market.name,
		crm: crm.name,
		...market.read(state[market.api]),
		...crm.read(state[crm.api]),
		calls: { [market.api]: state.calls[market.api]?.total ?? 0, [crm.api]: state.calls[crm.api]?.total ?? 0 },
		messages: state.messenger.messages,
		wrong: market.wrong?.(state[market.api], state.messenger.messages.map(({ text }) => text)) ?? [],
	};
}
