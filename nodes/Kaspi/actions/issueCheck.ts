import { Unsettled } from '../api/commandConfirmation';
import type { KaspiOrder } from '../api/schema';

/** Goods are issued against a code only from own pickup and own delivery (kaspi.md §3.3). @throws Unsettled */
export function refuseUnlessIssuable({ code, state, status, signatureRequired }: KaspiOrder): void {
	if (state === 'KASPI_DELIVERY') {
		throw new Unsettled(
			`Order ${code} goes with Kaspi Delivery, which needs no code from the seller`,
			'Kaspi completes it by itself when the buyer receives the goods.',
		);
	}
	if (state === 'SIGN_REQUIRED' || signatureRequired) {
		throw new Unsettled(`The buyer of order ${code} has not signed the credit papers yet`, 'Do not hand over the goods before that.');
	}
	if (status !== 'ACCEPTED_BY_MERCHANT') {
		throw new Unsettled(`Order ${code} cannot be issued from where it is (${state}, ${status})`, 'Look at it in the seller cabinet.');
	}
}
