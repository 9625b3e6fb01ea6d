import { getRoles } from './account/getRoles';
import { approve, reject } from './cancellation/answer';
import { getMany as getManyRequests } from './cancellation/getMany';
import { getMany as getManyChats } from './chat/getMany';
import { history } from './chat/history';
import { send } from './chat/send';
import { getPdf } from './label/getPdf';
import type { Resource } from './operation';
import { cancel } from './posting/cancel';
import { get } from './posting/get';
import { getMany } from './posting/getMany';
import { getUnfulfilled } from './posting/getUnfulfilled';
import { setTracking } from './posting/setTracking';
import { ship } from './posting/ship';
import { setDelivered, setDelivering, setLastMile } from './posting/status';
import { act } from './return/act';
import { getMany as getManyReturns } from './return/getMany';

/** Everything that the node can do; a new operation is one more file and one more word here. */
export const resources: readonly Resource[] = [
	{
		value: 'posting',
		name: 'Posting',
		operations: [cancel, get, getMany, getUnfulfilled, setDelivered, setDelivering, setLastMile, setTracking, ship],
	},
	{ value: 'label', name: 'Label', operations: [getPdf] },
	{ value: 'return', name: 'Return', operations: [act, getManyReturns] },
	{ value: 'cancellation', name: 'Cancellation Request', operations: [approve, getManyRequests, reject] },
	{ value: 'chat', name: 'Chat', operations: [history, getManyChats, send] },
	{ value: 'account', name: 'Account', operations: [getRoles] },
];
