import { AuditStopped, auditContacts } from '../../contacts/audit';
import { readGroupCode } from '../../core/duplicates/groupCode';
import type { AuditedContact } from '../../core/duplicates/types';

async function* pages(count: number, size: number): AsyncGenerator<AuditedContact[]> {
	for (let from = 0; from < count; from += size) {
		yield Array.from({ length: Math.min(size, count - from) }, (_, index) => ({ id: String(1 + from + index), name: 'Игорь Волков', phones: [`+7702${String(2_000_000 + from + index)}`], emails: [], createdAt: 1, updatedAt: 1 }));
	}
}

describe('the reading of an audit', () => {
	it('tells how far it is every few thousand contacts, and at the end', async () => {
		const told: number[] = [];
		const { report } = await auditContacts(pages(12_300, 250), { region: 'KZ', onProgress: (read) => told.push(read) });
		expect(told).toEqual([5_000, 10_000, 12_300]);
		expect(report.contacts).toBe(12_300);
	});

	it('ends with the page at which somebody stops it, without a result', async () => {
		let read = 0;
		const stopped = auditContacts(pages(12_300, 250), { region: 'KZ', isStopped: () => ++read === 3 });
		await expect(stopped).rejects.toThrow(AuditStopped);
		await expect(stopped).rejects.toThrow('after 750 contacts');
	});

	it('leaves out what an earlier merge has settled', async () => {
		const { report, mergedBefore } = await auditContacts(pages(1_000, 250), { region: 'KZ', mergedBefore: async (ids) => new Set(ids.filter((id) => id.endsWith('7'))) });
		expect([report.contacts, mergedBefore]).toEqual([900, 100]);
	});
});

it.each([
	['101+205', { keepId: '101', otherIds: ['205'] }],
	[' № 101 + 205+ #340 ', { keepId: '101', otherIds: ['205', '340'] }],
	['101+205+205+101', { keepId: '101', otherIds: ['205'] }],
	['101', undefined],
	['101+101', undefined],
	['101+', undefined],
	['101+2o5', undefined],
	['101+0', undefined],
	['', undefined],
])('the group code «%s»', (text, ids) => expect(readGroupCode(text)).toEqual(ids));
