import type { ApiDeps, ApiSandbox } from '../api';
import { createService } from '../service';
import { addControlRoutes } from './control';
import { Drip } from './drip';
import { guardEntrance, notFoundPage } from './gate';
import { addRoutes } from './routes';
import { seedShop } from './seed';
import { DEFAULT_KASPI_SETTINGS, type KaspiSettings } from './settings';
import { KaspiShop } from './shop';
import { shopSnapshot } from './snapshot';

export type { KaspiSettings } from './settings';
export type { OrderSpec } from './generate';

export interface KaspiSandbox extends ApiSandbox {
	/** The orders and every move they can make. */
	shop: KaspiShop;
	/** Live: what is written here is what the next call meets. */
	settings: KaspiSettings;
	drip: Drip;
	state(): ReturnType<typeof shopSnapshot> & { drip: ReturnType<Drip['running']> };
	credentials(baseUrl: string): { baseUrl: string; token: string; shopId: string };
}

/** A Kaspi shop with its Shop API (kaspi.md). */
export function createKaspiSandbox(deps: ApiDeps & { settings?: Partial<KaspiSettings> }): KaspiSandbox {
	const { clock, faults, log, random } = deps;
	const start: KaspiSettings = { ...DEFAULT_KASPI_SETTINGS, ...deps.settings };
	const settings: KaspiSettings = { ...start };
	const shop = new KaspiShop(clock, random, settings);
	const drip = new Drip(shop);
	const service = createService({
		api: 'kaspi',
		clock,
		faults,
		log,
		notFound: async (_request, reply) => await notFoundPage(reply),
		wrongShape: { data: [{ type: 'orders', id: 'b3JkZXI' }] },
	});
	guardEntrance(service, settings);
	addRoutes(service, shop);

	return {
		service,
		shop,
		settings,
		drip,
		state: () => ({ ...shopSnapshot(shop), drip: drip.running() }),
		registerControl: (control) => addControlRoutes(control, shop, drip),
		credentials: (baseUrl) => ({ baseUrl: `${baseUrl}/shop/api/v2`, token: settings.token, shopId: settings.shopId }),
		seed: () => seedShop(shop),
		reset: () => {
			drip.stop();
			Object.assign(settings, start);
			shop.reset();
		},
		close: () => drip.stop(),
	};
}
