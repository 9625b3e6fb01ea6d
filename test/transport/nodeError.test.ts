import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { JournalUnavailable } from '../../journal/unavailable';
import { ServiceFailure } from '../../transport/errors';
import { failedItem, nodeErrorFrom } from '../../transport/nodeError';

const node: INode = { id: '1', name: 'Kaspi', type: 'kaspi', typeVersion: 1, position: [0, 0], parameters: {} };
const failure = (more: Partial<ConstructorParameters<typeof ServiceFailure>[0]> = {}): ServiceFailure =>
	new ServiceFailure({ api: 'Kaspi', kind: 'rejected', message: 'Kaspi refused order 1', advice: 'Do this now', ...more });

describe('nodeErrorFrom', () => {
	it.each<[Partial<ConstructorParameters<typeof ServiceFailure>[0]>, string | null]>([
		[{ status: 429, kind: 'rate_limited' }, '429'],
		[{ kind: 'rate_limited' }, '429'],
		[{ kind: 'unauthorized' }, '401'],
		[{ kind: 'forbidden', blocked: true }, '403'],
		[{ kind: 'unavailable' }, null],
		[{ kind: 'unavailable', status: 503 }, '503'],
	])('gives %p the httpCode %p, as text', (facts, httpCode) => {
		const error = nodeErrorFrom(node, failure(facts), 3);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ httpCode, message: 'Kaspi refused order 1', description: 'Do this now', context: { itemIndex: 3 } });
	});

	it('takes the advice of whoever has some', () => {
		const error = nodeErrorFrom(node, new JournalUnavailable('No journal', 'Put it back'), 0);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'No journal', description: 'Put it back' });
	});

	it('passes n8n errors on, with the item that they were missing', () => {
		const known = new NodeOperationError(node, 'Wrong input', { itemIndex: 1 });
		expect(nodeErrorFrom(node, known, 5)).toBe(known);
		expect(known.context.itemIndex).toBe(1);
		const nowhere = new NodeOperationError(node, 'Wrong input');
		nodeErrorFrom(node, nowhere, 5);
		expect(nowhere.context.itemIndex).toBe(5);
	});

	it('redacts what is thrown by strangers', () => {
		expect(nodeErrorFrom(node, new Error('token=abcdef123')).message).toBe('token=***');
		expect(nodeErrorFrom(node, 'plain text').message).toBe('plain text');
	});
});

describe('failedItem', () => {
	it('has only the keys by which n8n knows a failed item', () => {
		const item = failedItem(node, failure({ status: 400, retryAfterMs: 5 }), 2, { id: 'x' });
		expect(item).toEqual({
			json: {
				error: 'Kaspi refused order 1',
				message: 'Do this now',
				details: { id: 'x', api: 'Kaspi', kind: 'rejected', mayBeApplied: false, httpStatus: 400, retryAfterMs: 5 },
			},
			pairedItem: { item: 2 },
		});
	});
});
