import { TRAITS, type Posting, type Status, type Substatus } from './posting';
import type { OzonShop } from './shop';

interface Step {
	status: Status;
	substatus: Substatus;
}

const step = (status: Status, substatus: Substatus): Step => ({ status, substatus });

/** The places a posting passes once it is assembled, by who carries it (ozon.md §6, §7). The order of the first legs is ours. */
const ROUTES: Record<'fbs' | 'own' | 'carrier' | 'fbo', readonly Step[]> = {
	fbs: [
		step('awaiting_deliver', 'posting_transferring_to_delivery'),
		step('awaiting_deliver', 'posting_in_carriage'),
		step('acceptance_in_progress', 'posting_acceptance_in_progress'),
		step('delivering', 'posting_on_way_to_city'),
		step('delivering', 'posting_on_way_to_pickup_point'),
		step('delivering', 'posting_in_pickup_point'),
	],
	own: [
		step('awaiting_deliver', 'posting_transferring_to_delivery'),
		step('delivering', 'posting_on_way_to_city'),
		step('delivering', 'posting_in_courier_service'),
	],
	carrier: [
		step('awaiting_deliver', 'posting_transferring_to_delivery'),
		step('delivering', 'posting_transferred_to_courier_service'),
		step('delivering', 'posting_on_way_to_city'),
		step('delivering', 'posting_in_courier_service'),
	],
	fbo: [
		step('awaiting_packaging', 'posting_created'),
		step('awaiting_packaging', 'posting_packing'),
		step('awaiting_deliver', 'posting_transferring_to_delivery'),
		step('delivering', 'posting_on_way_to_city'),
		step('delivering', 'posting_on_way_to_pickup_point'),
		step('delivering', 'posting_in_pickup_point'),
	],
};

/** Substatus after the seller's `delivering` and `last-mile`. */
export const OWN_COURIER = { started: 'posting_on_way_to_city', lastMile: 'posting_in_courier_service' } as const;

function routeOf({ scheme }: Posting): readonly Step[] {
	if (scheme === 'fbs' || scheme === 'fbo') return ROUTES[scheme];
	return TRAITS[scheme].integration === 'non_integrated' ? ROUTES.own : ROUTES.carrier;
}

/** Where the posting goes next by itself; undefined when it is at the end, or not on its way at all. */
export function nextStep(posting: Posting): Step | undefined {
	// A scan ends every doubt about a parcel that was handed over.
	if (posting.status === 'arbitration' || posting.status === 'not_accepted') return ROUTES.fbs[2];
	const route = routeOf(posting);
	const here = route.findIndex(({ status, substatus }) => status === posting.status && substatus === posting.substatus);
	return here < 0 ? undefined : route[here + 1];
}

/** True while the next step is that somebody takes the parcel from the seller. */
export const waitsForCourier = (posting: Posting): boolean =>
	posting.scheme !== 'fbo' &&
	posting.status === 'awaiting_deliver' &&
	posting.substatus === 'posting_transferring_to_delivery';

export function moveOn(shop: OzonShop, posting: Posting): void {
	const next = nextStep(posting);
	if (!next) return;
	if (next.status === 'delivering' && posting.deliveringDate === null) posting.deliveringDate = shop.now();
	shop.move(posting, 'courier', next.substatus, next.status, next.substatus);
}
