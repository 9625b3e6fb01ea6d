import type { INodeProperties } from 'n8n-workflow';
import { countValue, secondsToWait } from '../../../shared/parameterValues';
import { isDone, sendCommand } from '../../api/sendCommand';
import { sendAndConfirm, shortWaitMs, Unsettled, waitUntil } from '../../api/commandConfirmation';
import type { KaspiOrder } from '../../api/schema';
import { orderField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

const packages: INodeProperties = {
	displayName: 'Number of Packages',
	name: 'packages',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	description: 'Into how many parcels the order was packed; each gets a waybill',
};

const waybillWait: INodeProperties = {
	displayName: 'Wait for Waybill (Seconds)',
	name: 'waybillWait',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 180,
	description: 'How long to wait until Kaspi has made the waybill: most come within 15 seconds, some need three minutes. 0: do not wait.',
};

/** A second ASSEMBLE makes a second waybill with another number (kaspi.md §3.3), so it is sent once and never again. */
export const assemble: Operation = {
	value: 'assemble',
	name: 'Assemble',
	action: 'Assemble an order',
	description: 'Say that an order of Kaspi Delivery is packed and wait for its waybill; once only per order',
	properties: [orderField, packages, waybillWait, simplifyField],
	// Waiting for waybills is slow, and they come independently of each other.
	atOnce: 20,
	async run(item) {
		const count = item.get('packages', countValue);
		const waitMs = item.get('waybillWait', secondsToWait) * 1000;
		const { order } = await item.order();
		refuseUnlessPackable(order, item.work.assembling);
		item.work.assembling.add(order.id);

		const begun = Date.now();
		const assembled = await sendAndConfirm(item.client, order, {
			onceOnly: true,
			what: 'Assemble',
			send: async () => await sendCommand(item.client, order, { name: 'assemble', packages: count }),
			isDone: (now) => isDone({ name: 'assemble' }, now),
			waitMs: Math.max(waitMs, shortWaitMs),
		});
		if (waitMs === 0 || assembled.waybill !== undefined) return [{ json: item.present(assembled) }];

		const left = waitMs - (Date.now() - begun);
		const ready = await waitUntil(item.client, order, ({ waybill }) => waybill !== undefined, left);
		if (ready.waybill !== undefined) return [{ json: item.present(ready) }];
		throw new Unsettled(
			`Order ${order.code} is assembled, but Kaspi has not made its waybill within ${waitMs / 1000} seconds`,
			'Do not assemble it again, that would make a second waybill. Read the order later with Get, or let Kaspi Trigger tell you ("Waybill Ready").',
		);
	},
};

function refuseUnlessPackable(order: KaspiOrder, assembling: ReadonlySet<string>): void {
	if (assembling.has(order.id) || isDone({ name: 'assemble' }, order)) {
		throw new Unsettled(
			`Order ${order.code} is assembled already`,
			'Nothing was sent: a second Assemble would make a second waybill. Use Get Waybill.',
		);
	}
	if (order.state !== 'KASPI_DELIVERY' || order.status !== 'ACCEPTED_BY_MERCHANT') {
		throw new Unsettled(
			`Order ${order.code} is not waiting to be packed for Kaspi Delivery (${order.state}, ${order.status})`,
			'Only accepted orders of Kaspi Delivery are assembled.',
		);
	}
	if (order.signatureRequired) {
		throw new Unsettled(
			`The buyer of order ${order.code} has not signed the credit papers yet`,
			'Do not ship it; keep the goods reserved until the order leaves "На подписании".',
		);
	}
}
