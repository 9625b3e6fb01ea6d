import type { SyncContext } from './context';

const dueMs = 24 * 60 * 60_000;
const claimMs = 60_000;

/**
 * The responsible person of Order Sync's settings is gone from the CRM: one task, on the first deal that it concerns, tells somebody to choose
 * another one. Told once, however many orders come, and again only after the person was there in between.
 * @param dealIds deals that were saved without the person
 */
export async function tellOfDismissal(context: SyncContext, dealIds: readonly string[]): Promise<void> {
	const { crm, journal, now, owner, pair, settings } = context;
	const [dealId] = dealIds;
	const { responsibleId } = settings;
	if (dealId === undefined || responsibleId === undefined) return;
	const told = nameOf(responsibleId);
	if ((await journal.cursors.get(pair, told)) || !(await journal.cursors.lock(pair, told, owner, claimMs, now()))) return;
	try {
		// Another execution may have told while this one waited for nothing: the lock is its end.
		if (await journal.cursors.get(pair, told)) return;
		const [outcome] = await crm.addTasks([{ dealId, text: textOf(responsibleId, crm.name), dueAt: now() + dueMs }]);
		// Without word of it the next deal tells: twice is better than never.
		if (outcome?.outcome === 'ok') await journal.cursors.set(pair, told, String(now()));
	} finally {
		await journal.cursors.unlock(pair, told, owner);
	}
}

/** The CRM takes the person: should that end, it is news again. */
export async function noteAssigned({ journal, pair, settings: { responsibleId } }: SyncContext): Promise<void> {
	if (responsibleId !== undefined && (await journal.cursors.get(pair, nameOf(responsibleId)))) await journal.cursors.set(pair, nameOf(responsibleId), '');
}

const nameOf = (responsibleId: string): string => `dismissed ${responsibleId}`;

const textOf = (responsibleId: string, crm: string): string =>
	`Ответственный из настроек Order Sync (пользователь ${responsibleId}) уволен или удалён в ${crm}: новые сделки и контакты создаются без него. ` +
	'Выберите другого в узле Order Sync (Options → Responsible User ID) и назначьте ответственных в сделках, созданных за это время.';
