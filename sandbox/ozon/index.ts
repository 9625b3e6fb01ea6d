import type { ApiDeps, ApiSandbox } from '../api';
import { createService } from '../service';
import { addControlRoutes } from './control';
import { guardEntrance } from './gate';
import { Pushes } from './pushes/pushes';
import { addRoutes } from './routes';
import { seedShop } from './seed';
import { DEFAULT_OZON_SETTINGS, type OzonSettings } from './settings';
import { OzonShop } from './shop';
import { shopSnapshot } from './snapshot';

export type { OzonSettings } from './settings';
export type { PostingSpec } from './generate';

export interface OzonSandbox extends ApiSandbox {
	/** The postings and every move they can make. */
	shop: OzonShop;
	/** Live: what is written here is what the next call meets. */
	settings: OzonSettings;
	state(): ReturnType<typeof shopSnapshot>;
	credentials(baseUrl: string): { baseUrl: string; clientId: string; apiKey: string; sellerId: number };
}

/** A shop with its Ozon Seller API and the pushes that come from it (ozon.md). */
export function createOzonSandbox(deps: ApiDeps & { settings?: Partial<OzonSettings> }): OzonSandbox {
	const { clock, faults, log, random } = deps;
	const start: OzonSettings = { ...DEFAULT_OZON_SETTINGS, ...deps.settings };
	const settings: OzonSettings = { ...start };
	const pushes = new Pushes(clock, random, settings);
	const shop = new OzonShop(clock, random, settings, pushes);
	const service = createService({
		api: 'ozon',
		clock,
		faults,
		log,
		notFound: async (_request, reply) =>
			await reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n'),
		wrongShape: { result: {} },
	});
	guardEntrance(service, shop);
	addRoutes(service, shop);

	return {
		service,
		shop,
		settings,
		state: () => shopSnapshot(shop),
		registerControl: (control) => addControlRoutes(control, shop),
		credentials: (baseUrl) => ({
			baseUrl,
			clientId: settings.clientId,
			apiKey: settings.apiKey,
			sellerId: settings.sellerId,
		}),
		seed: () => seedShop(shop),
		reset: () => {
			Object.assign(settings, start);
			shop.reset();
		},
		close: () => pushes.close(),
	};
}
