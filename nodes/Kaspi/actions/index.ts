import { getImei } from './imei/get';
import { setImei } from './imei/set';
import type { Resource } from './operation';
import { accept } from './order/accept';
import { acceptReturn } from './order/acceptReturn';
import { assemble } from './order/assemble';
import { cancel } from './order/cancel';
import { cancelItems } from './order/cancelItems';
import { completeWithCode } from './order/completeWithCode';
import { get } from './order/get';
import { getItems } from './order/getItems';
import { getMany } from './order/getMany';
import { getWaybill } from './order/getWaybill';
import { markArrived } from './order/markArrived';
import { sendIssueCode } from './order/sendIssueCode';

/** Everything that the node can do; a new operation is one more file and one more word here. */
export const resources: readonly Resource[] = [
	{
		value: 'order',
		name: 'Order',
		operations: [
			accept,
			acceptReturn,
			assemble,
			cancel,
			cancelItems,
			completeWithCode,
			get,
			getItems,
			getMany,
			getWaybill,
			markArrived,
			sendIssueCode,
		],
	},
	{ value: 'imei', name: 'IMEI', operations: [getImei, setImei] },
];
